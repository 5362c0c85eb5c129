/// Where a judgement comes from: one row of the table of sources, most trusted first.
///
/// Argot's own verdicts, scores and greylist are not in the table, and nothing derived from them may ever be: what Argot
/// believes is not evidence for what Argot believes.
public enum JudgementSource: String, Sendable, Hashable, CaseIterable {
    /// A person has said so of this message: `argot judge`, a move to or from Junk.
    case person

    /// The recipient is a trap.
    case trap

    /// Somebody who logged in has written to the sender.
    case correspondent

    /// A filter in front of Argot has marked the message.
    case filterHeader = "filter-header"

    /// Another filter has refused or marked the message later, as the mail log says.
    case filterLog = "filter-log"

    /// The mail server has refused the client for a blocklist.
    case blocklist

    /// The mail server has refused the client for a rule of its own.
    case policy

    /// The client has asked for several recipients that do not exist.
    case unknownRecipients = "unknown-recipients"

    /// What the source can say.
    public var says: Set<JudgementKind> {
        switch self {
        case .person, .filterHeader, .filterLog: [.spam, .honest]
        case .correspondent: [.honest]
        case .trap, .blocklist, .policy, .unknownRecipients: [.spam]
        }
    }

    /// How far its word goes where two differ, 1 and up: the lower rank holds.
    public var rank: Int {
        switch self {
        case .person: 1
        case .trap, .correspondent: 2
        case .filterHeader, .filterLog, .blocklist: 3
        case .policy, .unknownRecipients: 4
        }
    }

    /// What it is, in a few words.
    public var sentence: String {
        switch self {
        case .person: "a person has said so"
        case .trap: "the message was for a trap"
        case .correspondent: "an authenticated user has written to the sender"
        case .filterHeader: "a filter before Argot has marked the message"
        case .filterLog: "another filter's word in the mail log"
        case .blocklist: "the mail server refused the client for a blocklist"
        case .policy: "the mail server refused the client for a rule of its own"
        case .unknownRecipients: "the client asked for several recipients that do not exist"
        }
    }
}
