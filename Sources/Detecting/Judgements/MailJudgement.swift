public import SMTP

/// What a source says of one message or session.
public struct MailJudgement: Sendable, Hashable {
    /// Who says it.
    public var source: JudgementSource

    /// What it says.
    public var kind: JudgementKind

    /// When it was said, which may be days after the message.
    public var time: UnixTime

    /// A judgement from its parts.
    public init(_ kind: JudgementKind, from source: JudgementSource, at time: UnixTime) {
        self.source = source
        self.kind = kind
        self.time = time
    }
}
