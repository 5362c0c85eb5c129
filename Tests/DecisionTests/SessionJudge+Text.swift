import Decision
import SMTP

extension SessionJudge {
    /// Takes an event by the text of its parts; returns the decision that follows.
    @discardableResult
    func take(_ kind: SessionEvent.Kind, _ parts: String..., at seconds: Int64 = 0) -> Decision? {
        let bytes = Array(parts.joined(separator: "\0").utf8)
        return take(kind, bytes.span, at: UnixTime(seconds: seconds)).decision
    }
}
