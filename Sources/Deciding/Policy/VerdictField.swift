/// The names of a verdict's parts: the same in log lines, in what commands print as JSON and, as ``column``, in the journal's
/// table. This is the only place where they stand.
public enum VerdictField: String, Sendable, Hashable, CaseIterable {
    /// When it was reached.
    case time

    /// The session.
    case session

    /// What the client deserves.
    case action

    /// What it got.
    case applied

    /// Why, most telling first.
    case reasons

    /// The dialect.
    case dialect

    /// The states of the decision machine.
    case states

    /// The client's address.
    case client

    /// The client's name.
    case name

    /// The last HELO argument.
    case helo

    /// The sender without brackets.
    case from

    /// The recipient without brackets.
    case rcpt

    /// The mail server's queue id.
    case queue

    /// The mode that was in force.
    case mode

    /// What the sender's score was.
    case senders

    /// The reply given to the client.
    case reply

    /// The client's address, hashed.
    case clientHash = "client_hash"

    /// The sender, hashed.
    case fromHash = "from_hash"

    /// The recipient, hashed.
    case rcptHash = "rcpt_hash"

    /// The recipient's domain.
    case rcptDomain = "rcpt_domain"

    /// The code of the reply.
    case replyCode = "reply_code"

    /// Where the client stood with the greylist: in the journal's table apart from the other reasons.
    case standing

    /// What a log line has, in this order.
    public static let logged: [VerdictField] = [
        .action, .applied, .reasons, .dialect, .client, .name, .helo, .from, .rcpt, .queue, .mode, .senders, .session,
        .reply,
    ]

    /// What a replayed verdict has.
    public static let replayed: [VerdictField] = [
        .time, .session, .client, .helo, .from, .rcpt, .action, .applied, .dialect, .states, .senders, .reasons,
    ]

    /// What the journal keeps.
    public static let journalled: [VerdictField] =
        hashed + [
            .time, .session, .rcptDomain, .action, .applied, .reasons, .dialect, .states, .queue, .mode, .replyCode,
            .senders,
        ]

    /// What the journal keeps in clear where the administrator wants that.
    public static let shown: [VerdictField] = [.client, .from, .rcpt]

    /// What the journal keeps hashed.
    public static let hashed: [VerdictField] = [.clientHash, .fromHash, .rcptHash]

    /// The word in a log line, where all reasons are one word.
    public var logWord: String { self == .reasons ? "reason" : rawValue }

    /// The column of the journal's table: those of a database that is older than these names keep theirs.
    public var column: String {
        switch self {
        case .action: "verdict"
        case .states: "dialect_state"
        case .queue: "queue_id"
        case .senders: "sender_score"
        case .client: "shown_client"
        case .from: "shown_sender"
        case .rcpt: "shown_recipient"
        case .clientHash: "client"
        case .fromHash: "sender"
        case .rcptHash: "recipient"
        case .rcptDomain: "recipient_domain"
        default: rawValue
        }
    }
}
