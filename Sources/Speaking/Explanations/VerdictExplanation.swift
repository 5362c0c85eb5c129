public import Keeping
public import Policy
public import SMTP

/// Why a verdict was reached, and what would have changed it: the one value that `argot explain` prints and the page shows.
///
/// Its words are as the journal has them; who shows them escapes them.
public struct VerdictExplanation: Sendable, Hashable {
    /// One of the reasons.
    public struct Because: Sendable, Hashable {
        /// The word that the log line has.
        public let word: String

        /// What it says of the client, as a sentence.
        public let sentence: String

        /// The detector that saw it; `nil` for what is no observation.
        public let detector: String?

        /// How much it weighs, in words; `nil` for what is no observation.
        public let weight: String?

        init(_ reason: Reason) {
            word = reason.word
            sentence = reason.sentence
            if case .signal(let signal) = reason {
                detector = signal.detector.word
                weight = Self.weight(of: signal)
            } else {
                (detector, weight) = (nil, nil)
            }
        }

        /// How much a signal weighs, in the words of the documents.
        public static func weight(of signal: Signal) -> String {
            let word =
                switch signal.strength {
                case .weak: "weak"
                case .strong: "strong"
                case .hostile: "hostile"
                }
            return signal.confirms ? word : word + ", confirms nothing"
        }
    }

    /// The number of the journal's entry.
    public let id: Int64

    /// When the verdict was reached.
    public let time: UnixTime

    /// The session.
    public let session: String

    /// The mail server's queue id; empty without one.
    public let queueID: String

    /// What the client deserved.
    public let verdict: Verdict

    /// What it got.
    public let applied: Verdict

    /// The mode that was in force.
    public let mode: EnforcementMode

    /// The code of the reply; `nil` when the mail server went on.
    public let replyCode: Int?

    /// The reasons, most telling first.
    public let reasons: [Because]

    /// The dialect, or the candidates that were left; empty for none.
    public let dialect: String

    /// The states of the decision machine that were left.
    public let states: [String]

    /// The score of the client's targets, in words; empty without one.
    public let senderScore: String

    /// Whom it is about.
    public let whom: JournalWhom

    /// The campaigns that messages of the session belong to, by their names.
    public let campaigns: [String]

    /// What would have changed the verdict, in sentences; empty where nothing is known to.
    public let changes: [String]

    /// Why the verdict of `entry` was reached; `campaigns` are those of the session's messages.
    public init(_ entry: JournalEntry, campaigns: [String] = []) {
        self.campaigns = campaigns
        let record = entry.record
        id = entry.id
        time = record.time
        session = record.session
        queueID = record.queueID
        verdict = record.verdict
        applied = record.applied
        mode = record.mode
        replyCode = entry.replyCode
        reasons = record.reasons.map(Because.init)
        dialect = record.dialect
        states = record.dialectState.split(separator: " ").map(String.init)
        senderScore = record.senderScore
        whom = JournalWhom(entry)
        changes = VerdictChange.sentences(for: record)
    }

    /// What became of the verdict, in a few words.
    public var outcome: String {
        (applied == verdict
            ? "\(verdict.rawValue), applied"
            : "\(verdict.rawValue), not applied (mode \(mode.rawValue)): \(applied.rawValue)")
            + (replyCode.map { ", reply \($0)" } ?? "")
    }

    /// The dialect in words.
    public var dialectText: String { dialect.isEmpty ? "no known dialect speaks like this" : dialect }

    /// The states in words; empty without any. Of many the first eight are named.
    public var statesText: String {
        let more = states.count > 8 ? " and \(states.count - 8) more" : ""
        return states.prefix(8).joined(separator: " ") + more
    }

    /// The lines of `argot explain`; `time` is the time as it is to be shown.
    public func lines(time: String) -> [String] {
        var lines = [
            "\(time) session \(session)" + (queueID.isEmpty ? "" : " queue \(queueID)"),
            "  verdict: \(outcome)",
        ]
        lines += reasons.map { "  because  \($0.word): \($0.sentence)" }
        lines.append("  dialect: \(dialectText)")
        if !states.isEmpty { lines.append("  stood in: \(statesText)") }
        if !senderScore.isEmpty { lines.append("  sender:  \(senderScore)") }
        lines += campaigns.map { "  campaign of the session's messages: \($0)" }
        lines.append("  client \(whom.client), sender \(whom.sender), recipient \(whom.recipient)")
        lines += changes.map { "  change:  \($0)" }
        return lines
    }
}
