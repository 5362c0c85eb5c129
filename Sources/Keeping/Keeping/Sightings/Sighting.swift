public import Dialects
public import Envelopes
public import Judgements
public import SMTP

/// What is remembered of a message, or of a session that was refused, to learn from it: features and keyed hashes, never
/// an address, a name or a text.
///
/// Nothing in it comes from Argot's own verdicts, scores or greylist.
public struct Sighting: Sendable, Hashable {
    /// Its session, and the number of the message in it: `SESSION.NUMBER`.
    public var id: String

    /// When the message, or the refused session, ended.
    public var time: UnixTime

    /// The client: its address or /64, hashed.
    public var client: KeyedHash

    /// The client's /24 or /64, hashed.
    public var network: KeyedHash

    /// The organisation of the client's verified name, or, where it has none and this site's border says so, that of the
    /// sender's domain for which it may send (SPF), hashed; `nil` when it has none.
    public var organisation: KeyedHash?

    /// The client's pseudonym among those whose recipients are counted; `nil` where senders are not.
    public var sender: UInt64?

    /// Where it was seen from.
    public var vantage: Vantage

    /// The answers of its envelope.
    public var envelope: EnvelopeSummary

    /// How it spoke; `nil` when that is not told.
    public var dialect: DialectFingerprints?

    /// The mail server's name for the message, hashed; `nil` for refused sessions.
    public var queueID: KeyedHash?

    /// The Message-ID, hashed; `nil` when there is none.
    public var messageID: KeyedHash?

    /// Client and sender together, hashed: what comes again with the same Message-ID, or after an attempt that brought no
    /// message, is the same sighting; `nil` for one that stands for itself.
    public var attempt: KeyedHash?

    /// Whether a recipient was asked for. A session that ended before is a witness of how its client speaks, and of nothing
    /// else: it is no message, and no client comes back with it.
    public var hasRecipient: Bool

    /// What others have said of it, in any order; of each source one judgement is kept, the latest.
    public var judgements: [MailJudgement]

    /// How many of one client are kept a day: a stranger who sends ten thousand must not push out the others.
    public static let dailyLimit = 50

    /// Of all that are kept, at most one in so many are sessions that asked for no recipient: scanners bring them in any
    /// number, and must not push out messages.
    public static let shareWithoutRecipient = 10

    /// How long a mail server may try again, in seconds, so that what comes later is no retry: five days, as Postfix and
    /// Sendmail do unless told otherwise.
    public static let retryTime: Int64 = 5 * 86_400

    /// Whether it stands for a message, and not for an attempt that brought none.
    public var isMessage: Bool { queueID != nil || messageID != nil || envelope.hasHeaders }

    /// A sighting from its parts.
    public init(
        id: String, time: UnixTime, client: KeyedHash, network: KeyedHash, organisation: KeyedHash? = nil,
        sender: UInt64? = nil, vantage: Vantage, envelope: EnvelopeSummary, dialect: DialectFingerprints? = nil,
        queueID: KeyedHash? = nil,
        messageID: KeyedHash? = nil, attempt: KeyedHash? = nil, hasRecipient: Bool = true,
        judgements: [MailJudgement] = []
    ) {
        self.id = id
        self.time = time
        self.client = client
        self.network = network
        self.organisation = organisation
        self.sender = sender
        self.vantage = vantage
        self.envelope = envelope
        self.dialect = dialect
        self.queueID = queueID
        self.messageID = messageID
        self.attempt = attempt
        self.hasRecipient = hasRecipient
        self.judgements = judgements
    }
}
