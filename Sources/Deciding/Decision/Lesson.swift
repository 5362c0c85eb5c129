public import Dialects
public import Envelopes
public import Judgements
public import Memory
public import SMTP
public import KeyedHashing

/// What a message, or a session that brought none, leaves to learn from: what the client has shown, and what others say of
/// it. Nothing in it comes from Argot's verdicts, scores or greylist.
///
/// It is handed over as it is and hashed on the slow side.
public final class Lesson: Sendable {
    /// The session's name, and the number of the message in it.
    public let id: String

    /// When the message, or the session, ended.
    public let time: UnixTime

    /// The client. It goes no further than to the slow side, which makes a pseudonym of it.
    public let client: ClientAddress

    /// What the client is remembered by.
    public let keys: ClientKeys

    /// The organisation of the client's verified name; `nil` when it has none.
    public let organisation: OrganisationName?

    /// The organisation of the sender's domain, where this site's border says that the client may send for it (SPF); `nil`
    /// where it does not.
    public let authenticated: OrganisationName?

    /// Where it was seen from.
    public let vantage: Vantage

    /// What its envelope has shown.
    public let envelope: EnvelopeObserver

    /// Whether the headers have come.
    public let hasHeaders: Bool

    /// Whether it asked for a recipient. One that never did says how its client speaks, and nothing of any mail.
    public let hasRecipient: Bool

    let fingerprint: SessionFingerprint?

    /// How it spoke. O(length of the commands).
    public var dialect: DialectFingerprints? { fingerprint?.fingerprints }

    /// The sender.
    public let sender: MailAddress

    /// The mail server's name for the message; empty when it has none.
    public let queueID: String

    /// The Message-ID, without angle brackets; empty when there is none.
    public let messageID: String

    /// What others say of it.
    public let judgements: [MailJudgement]

    /// The organisation that is answerable for the client: that of its verified name, else that of the sender's domain.
    public var answerable: OrganisationName? { organisation ?? authenticated }

    /// Whether the client belongs to the organisation of the sender's domain, or may send for it.
    public var isAligned: Bool {
        guard let domain = OrganisationName(host: sender.foldedDomain) else { return false }
        return domain == organisation || domain == authenticated
    }

    /// Refusals of the mail server that tell nothing, masked.
    public let unreadReplies: [String]

    init(
        id: String, time: UnixTime, client: ClientAddress, keys: ClientKeys, organisation: OrganisationName?,
        authenticated: OrganisationName?, vantage: Vantage, envelope: EnvelopeObserver, hasHeaders: Bool,
        hasRecipient: Bool, fingerprint: SessionFingerprint?, sender: MailAddress, queueID: String, messageID: String,
        judgements: [MailJudgement], unreadReplies: [String]
    ) {
        self.id = id
        self.time = time
        self.client = client
        self.keys = keys
        self.organisation = organisation
        self.authenticated = authenticated
        self.vantage = vantage
        self.envelope = envelope
        self.hasHeaders = hasHeaders
        self.hasRecipient = hasRecipient
        self.fingerprint = fingerprint
        self.sender = sender
        self.queueID = queueID
        self.messageID = messageID
        self.judgements = judgements
        self.unreadReplies = unreadReplies
    }

    /// The hash by which a retry is known: of client and sender; of client and speech where no recipient was asked for, so
    /// that a client that comes again and again is one.
    ///
    /// - Parameter dialect: how it spoke, as ``dialect`` has it.
    public func attempt(under key: HashingKey, dialect: DialectFingerprints?) -> KeyedHash {
        hasRecipient
            ? key.hash(client: keys.client, sender: sender)
            : key.hash(client: keys.client, speech: dialect.map { [$0.speech, $0.named ?? 0] } ?? [])
    }

    /// The longest Message-ID that is told from others, in bytes.
    public static let longestMessageID = 998

    /// A Message-ID as it is hashed: without blanks and angle brackets around it.
    public static func plain(messageID: String) -> String { plain(messageID: Array(messageID.utf8)) }

    /// The same of bytes.
    static func plain(messageID bytes: [UInt8]) -> String {
        var text = bytes[...]
        while let first = text.first, first <= 0x20 || first == UInt8(ascii: "<") { text = text.dropFirst() }
        while let last = text.last, last <= 0x20 || last == UInt8(ascii: ">") { text = text.dropLast() }
        return String(decoding: text.prefix(longestMessageID), as: UTF8.self)
    }
}
