public import SMTP

/// Collects what a message and its client claim to be: events in, claims out.
///
/// Memory is bounded: each header is looked at when it comes, and at most `mostClaims` claims are kept.
public struct ClaimObserver: Sendable {
    /// The most claims that are kept of a message.
    public static let mostClaims = 16

    /// The longest value that is looked at, in bytes.
    private static let longestValue = 400

    /// The claims of the message so far, in the order of their headers; the client's HELO first.
    public private(set) var claims: [Claim] = []

    /// Whether the message has been on its way before: it came with Received fields or a mailing list's headers. Then
    /// the client passes on what others wrote.
    public private(set) var isRelayed = false

    /// Whether somebody has sent the message on unchanged (Resent fields).
    public private(set) var isResent = false

    private var heloClaim: Claim?

    private let clientName: String?
    private let resolution: HostResolution

    /// An observer for a session that begins, of a client with that reverse name (`nil` when there is none) and how its
    /// look-up fared.
    public init(clientName: String?, resolution: HostResolution) {
        self.clientName = clientName
        self.resolution = resolution
    }

    /// Takes an event and its bytes. O(length of a header's name), and of some values' first bytes.
    public mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        switch event {
        case .helo: helo(bytes)
        case .mail: beginMessage()
        case .header(let length):
            header(name: bytes.extracting(first: length), value: bytes.extracting(droppingFirst: length + 1))
        case .syn, .hello, .proto, .tls, .auth, .rcpt, .refused, .answered, .data, .unknown, .eoh, .body, .eom, .abort,
            .line,
            .replied, .linesLost, .command:
            break
        }
    }

    /// HELO or EHLO.
    ///
    /// A client that gives the name of a large mail service's host, but whose own name belongs to somebody else, claims
    /// to be what it is not. A name service that does not answer is no proof.
    private mutating func helo(_ argument: Span<UInt8>) {
        heloClaim = nil
        defer { beginMessage() }
        // All services that are known have names in one domain.
        guard Self.endsInCom(argument) else { return }
        let helo = HostName(argument.copied(atMost: EnvelopeObserver.longestName))
        if helo.labels >= 2, resolution == .ok || resolution == .fail || resolution == .forged,
            let service = Self.services.first(where: { helo.organisation.elementsEqual($0.organisation.utf8) })
        {
            let name = clientName.map { HostName($0.utf8.prefix(EnvelopeObserver.longestName)) }
            let isOwn =
                resolution == .ok
                && service.names.contains { own in
                    name?.organisation.elementsEqual(own.utf8) ?? false
                }
            heloClaim = Claim(field: .helo, software: service.software, isForged: !isOwn)
        }
    }

    private static func endsInCom(_ argument: Span<UInt8>) -> Bool {
        var end = min(argument.count, EnvelopeObserver.longestName)
        if end > 0, argument[end - 1] == UInt8(ascii: ".") { end -= 1 }
        return end >= 4 && argument[end - 4] == UInt8(ascii: ".") && argument[end - 3] | 0x20 == UInt8(ascii: "c")
            && argument[end - 2] | 0x20 == UInt8(ascii: "o") && argument[end - 1] | 0x20 == UInt8(ascii: "m")
    }

    /// MAIL: another message begins.
    private mutating func beginMessage() {
        claims = heloClaim.map { [$0] } ?? []
        isRelayed = false
        isResent = false
    }

    private mutating func header(name: Span<UInt8>, value: Span<UInt8>) {
        // Most headers claim nothing, and are told by their first letter.
        guard (7...20).contains(name.count), Self.isInitial(name[0] | 0x20) else { return }
        let word = FoldedWord(name)
        guard let field = Self.fields.first(where: { $0.name == word })?.field else { return }
        switch field {
        case .list:
            isRelayed = true
            return
        case .resent:
            isResent = true
            return
        case .received: isRelayed = true
        case .mailer, .messageID, .contentType: break
        }
        guard claims.count < Self.mostClaims else { return }
        let text = value.copied(atMost: Self.longestValue)[...]
        let claim =
            switch field {
            case .mailer: MailerClaim.claim(in: text)
            case .messageID: MessageIDClaim.claim(in: text)
            case .contentType: BoundaryClaim.claim(in: text)
            case .received: ReceivedClaim.claim(in: text)
            case .list, .resent: nil as Claim?
            }
        if let claim, !claims.contains(claim) { claims.append(claim) }
    }

    /// The headers that say something here.
    private enum Field {
        case mailer, messageID, contentType, received, list, resent
    }

    private static let fields: [(name: FoldedWord, field: Field)] =
        [
            ("received", Field.received), ("message-id", .messageID), ("content-type", .contentType),
            ("x-mailer", .mailer), ("user-agent", .mailer),
            ("list-id", .list), ("list-post", .list), ("list-unsubscribe", .list), ("mailing-list", .list),
            ("x-beenthere", .list), ("x-mailing-list", .list),
            ("resent-from", .resent), ("resent-to", .resent), ("resent-message-id", .resent),
            ("resent-date", .resent), ("resent-sender", .resent),
        ].map { (FoldedWord($0.0), $0.1) }

    /// Whether a header that says something may begin with the letter.
    private static func isInitial(_ letter: UInt8) -> Bool {
        switch letter {
        case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "m"), UInt8(ascii: "c"), UInt8(ascii: "r"),
            UInt8(ascii: "l"):
            true
        default: false
        }
    }

    /// Services whose sending hosts bear their own names.
    private static let services: [(organisation: String, names: [String], software: MailSoftware)] = [
        ("google.com", ["google.com"], .gmail), ("gmail.com", ["google.com"], .gmail),
        ("yahoo.com", ["yahoo.com", "yahoodns.net"], .yahoo),
        ("hotmail.com", ["hotmail.com", "outlook.com"], .hotmail),
        ("outlook.com", ["outlook.com"], .hotmail),
    ]
}
