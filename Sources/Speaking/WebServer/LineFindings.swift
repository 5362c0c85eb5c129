import Decision
import Dialects
import Policy
import SMTP

/// What each line of a conversation has added to what was known before.
struct LineFindings {
    /// How likely a hostile engine speaks, after the last line; `nil` before the first one, and where hard sets decide.
    private(set) var posterior: Double?

    private var recipient: MailAddress?
    private var signals: Set<Signal> = []
    private var label = ""

    /// What has changed with `event`, which `judge` has taken, in words.
    mutating func words(
        at event: SessionEvent, of judge: SessionJudge, _ decision: Decision?, at now: UnixTime
    ) -> [String] {
        posterior = judge.posterior?.hostile
        var words: [String] = []
        if judge.label != label {
            label = judge.label
            words.append(label.isEmpty ? "no dialect is left" : "dialect \(label)")
            if !judge.states.isEmpty { words.append("stands in \(judge.states.prefix(200))") }
        }
        if event.kind == .rcpt { recipient = event.parts.first.map { MailAddress(argument: $0) } }
        if event.kind.tellsOfClient {
            let found = Set(judge.findings(on: recipient ?? .null, at: now))
            words += found.subtracting(signals).sorted().map { "\($0.detector): \($0.word), \($0.sentence)" }
            words += signals.subtracting(found).sorted().map { "no longer \($0.word)" }
            signals = found
        }
        if let record = decision?.record {
            words.append("verdict \(record.verdict.rawValue): \(record.words.joined(separator: ", "))")
        }
        return words
    }
}

extension SessionEvent.Kind {
    /// Whether it is a step of the client's by which something can be said of it: not what comes before its HELO, when all
    /// is missing still.
    fileprivate var tellsOfClient: Bool {
        switch self {
        case .mail, .rcpt, .data, .unknown, .eoh, .eom: true
        default: false
        }
    }
}
