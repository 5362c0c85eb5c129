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
        let helo = HostName((0..<min(argument.count, EnvelopeObserver.longestName)).map { argument[$0] })
        heloClaim = nil
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
        beginMessage()
    }

    /// MAIL: another message begins.
    private mutating func beginMessage() {
        claims = heloClaim.map { [$0] } ?? []
        isRelayed = false
        isResent = false
    }

    private mutating func header(name: Span<UInt8>, value: Span<UInt8>) {
        // Most headers claim nothing, and are told by their first letter.
        guard (7...20).contains(name.count), Self.initials.contains(name[0] | 0x20) else { return }
        let folded = (0..<name.count).map { 0x41...0x5a ~= name[$0] ? name[$0] | 0x20 : name[$0] }
        let read: (ArraySlice<UInt8>) -> Claim?
        switch String(decoding: folded, as: UTF8.self) {
        case "x-mailer", "user-agent": read = MailerClaim.claim
        case "message-id": read = MessageIDClaim.claim
        case "content-type": read = BoundaryClaim.claim
        case "received":
            isRelayed = true
            read = ReceivedClaim.claim
        case "list-id", "list-post", "list-unsubscribe", "mailing-list", "x-beenthere", "x-mailing-list":
            isRelayed = true
            return
        case "resent-from", "resent-to", "resent-message-id", "resent-date", "resent-sender":
            isResent = true
            return
        default: return
        }
        guard claims.count < Self.mostClaims else { return }
        let bytes = (0..<min(value.count, Self.longestValue)).map { value[$0] }
        if let claim = read(bytes[...]), !claims.contains(claim) { claims.append(claim) }
    }

    /// The first letters of the headers that claim something.
    private static let initials: [UInt8] = Array("xumcrl".utf8)

    /// Services whose sending hosts bear their own names.
    private static let services: [(organisation: String, names: [String], software: MailSoftware)] = [
        ("google.com", ["google.com"], .gmail), ("gmail.com", ["google.com"], .gmail),
        ("yahoo.com", ["yahoo.com", "yahoodns.net"], .yahoo),
        ("hotmail.com", ["hotmail.com", "outlook.com"], .hotmail),
        ("outlook.com", ["outlook.com"], .hotmail),
    ]
}
