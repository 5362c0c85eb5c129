import Dialects
import Envelopes
import Judgements
import Memory
import SMTP

/// Follows a session for what can be learned from it: the client's events in, lessons out.
///
/// It is handed what the client does and what the mail server refuses. Argot's decisions are not within its reach: it has
/// no policy, no memory and no model, and whoever decides tells it nothing.
struct LessonObserver: Sendable {
    /// Whose session it is, as far as whoever follows it knows already.
    struct Identity {
        /// What the session is called.
        let id: String
        let client: ClientAddress
        let keys: ClientKeys
        /// Where it is seen from.
        let vantage: Vantage
        /// How the client speaks; `nil` where nobody follows it.
        let fingerprint: SessionFingerprint?
    }

    /// The organisation of the client's verified name.
    private let organisation: OrganisationName?
    private var reader: JudgementReader
    private var isAuthenticated = false
    private var sender: MailAddress?
    private var messageID = ""
    private var hasSpoken = false
    private var hasRecipient = false
    private var stage = Stage.envelope
    /// How many messages have ended.
    private var messages = 0
    private var hasLesson = false

    /// How far the transaction has come.
    private enum Stage {
        /// Before DATA.
        case envelope
        /// DATA has come: mail servers hand out the message once it is there whole.
        case data
        /// The headers have come.
        case headers
    }

    /// An observer; `nil` for clients that nothing is learned from: those without an address, and local submissions.
    ///
    /// - Parameter organisation: the organisation of the client's verified name.
    init?(peers: SessionPeers, organisation: OrganisationName?, rules: JudgementRules) {
        guard peers.client != nil, peers.clientPort != 0 else { return nil }
        self.organisation = organisation
        reader = JudgementReader(rules: rules)
    }

    /// Takes an event and its bytes. O(number of bytes).
    mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        switch event {
        case .auth: isAuthenticated = true
        case .helo, .unknown, .line: hasSpoken = true
        case .mail(let address):
            hasSpoken = true
            sender = address
            messageID = ""
            hasRecipient = false
            stage = .envelope
        case .rcpt: hasRecipient = true
        case .data: stage = .data
        case .header(let length): if messageID.isEmpty { note(bytes, nameLength: length) }
        case .eoh: stage = .headers
        case .syn, .hello, .proto, .tls, .refused, .answered, .body, .eom, .abort, .replied, .linesLost, .command: break
        }
        reader.take(event, bytes)
    }

    /// The recipient that came last is a trap.
    mutating func noteTrap() { reader.noteTrap() }

    /// Whether a message that ends now leaves anything.
    var hasMessage: Bool { stage != .envelope && !isAuthenticated && sender != nil }

    /// Whether a session that ends now leaves anything by itself.
    var leavesSession: Bool { !hasLesson && hasSpoken && !isAuthenticated }

    /// The message that ends now, delivered, refused or given up after it was sent; `nil` when none was sent.
    mutating func message(
        queueID: String, of session: Identity, envelope: EnvelopeObserver, at now: UnixTime
    ) -> Lesson? {
        guard hasMessage, let sender else { return nil }
        messages += 1
        hasLesson = true
        let lesson = Lesson(
            id: "\(session.id).\(messages)", time: now, client: session.client, keys: session.keys,
            organisation: organisation,
            authenticated: reader.authenticatedDomain.flatMap { OrganisationName(host: $0) }, vantage: session.vantage,
            envelope: envelope, hasHeaders: stage == .headers, hasRecipient: true, fingerprint: session.fingerprint,
            sender: sender, queueID: queueID, messageID: messageID, judgements: reader.judgements(at: now),
            unreadReplies: reader.takeUnread())
        stage = .envelope
        return lesson
    }

    /// A session that ends and has brought no message, but said something: it asked for recipients, or never came to that.
    mutating func end(of session: Identity, envelope: EnvelopeObserver, at now: UnixTime) -> Lesson? {
        guard leavesSession else { return nil }
        hasLesson = true
        return Lesson(
            id: "\(session.id).0", time: now, client: session.client, keys: session.keys, organisation: organisation,
            authenticated: nil, vantage: session.vantage,
            envelope: envelope, hasHeaders: false, hasRecipient: hasRecipient, fingerprint: session.fingerprint,
            sender: sender ?? MailAddress(argument: [UInt8]()), queueID: "", messageID: "",
            judgements: reader.judgementsOfSession(at: now), unreadReplies: reader.takeUnread())
    }

    private static let messageIDName = Array("message-id".utf8)

    /// Remembers the first Message-ID.
    private mutating func note(_ field: Span<UInt8>, nameLength: Int) {
        guard nameLength == Self.messageIDName.count, field.count > nameLength + 1 else { return }
        for index in 0..<nameLength where field[index] | 0x20 != Self.messageIDName[index] { return }
        let value = field.extracting((nameLength + 1)..<field.count).copied(atMost: Lesson.longestMessageID + 16)
        messageID = Lesson.plain(messageID: value)
    }
}
