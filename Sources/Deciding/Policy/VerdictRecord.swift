public import SMTP

/// One verdict as it is logged and journalled, with everything that led to it.
///
/// It holds the addresses in clear for the log line; the journal keeps their keyed hashes only.
public struct VerdictRecord: Sendable, Hashable {
    /// When the verdict was reached.
    public var time: UnixTime

    /// The session it belongs to.
    public var session: String

    /// The client's address; empty when there is none.
    public var client: String

    /// The client's address, hashed, where that was done already; `nil` where whoever needs it has to.
    public var clientHash: KeyedHash?

    /// The client's reverse name; empty when there is none.
    public var clientName: String

    /// The last HELO argument; empty when none came.
    public var helo: String

    /// The sender without brackets.
    public var sender: String

    /// The recipient without brackets.
    public var recipient: String

    /// What the client deserves.
    public var verdict: Verdict

    /// What it got.
    public var applied: Verdict

    /// Why: an exemption, a greylist standing, or signals, most telling first.
    public var reasons: [Reason]

    /// The words of the reasons.
    public var words: [String] { reasons.map(\.word) }

    /// The dialect, or the candidates that were left; empty for no opinion.
    public var dialect: String

    /// The state of the decision machine, for the explanation.
    public var dialectState: String

    /// The mail server's queue id; empty when it had none yet.
    public var queueID: String

    /// The mode that was in force.
    public var mode: EnforcementMode

    /// The reply given to the client; empty when the mail server went on.
    public var reply: String

    /// What the sender's score was, in words; empty without one.
    public var senderScore: String

    /// A record of its parts.
    public init(
        time: UnixTime, session: String, client: String = "", clientName: String = "", helo: String = "",
        sender: String = "", recipient: String = "", verdict: Verdict, applied: Verdict, reasons: [Reason] = [],
        dialect: String = "", dialectState: String = "", queueID: String = "", mode: EnforcementMode,
        reply: String = "", senderScore: String = ""
    ) {
        self.time = time
        self.session = session
        self.client = client
        self.clientName = clientName
        self.helo = helo
        self.sender = sender
        self.recipient = recipient
        self.verdict = verdict
        self.applied = applied
        self.reasons = reasons
        self.dialect = dialect
        self.dialectState = dialectState
        self.queueID = queueID
        self.mode = mode
        self.reply = reply
        self.senderScore = senderScore
    }
}
