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

    /// An observer for a session that begins.
    public init() {}

    /// HELO or EHLO, with the client's reverse name (`nil` when there is none) and how its look-up fared.
    ///
    /// A client that gives the name of a large mail service's host, but whose own name belongs to somebody else, claims
    /// to be what it is not. A name service that does not answer is no proof.
    public mutating func helo(_ argument: Span<UInt8>, clientName: String?, resolution: HostResolution) {
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
    public mutating func beginMessage() {
        claims = heloClaim.map { [$0] } ?? []
        isRelayed = false
        isResent = false
    }

    /// A header as the client sent it. O(length of the name), and of some values' first bytes.
    public mutating func header(name: Span<UInt8>, value: Span<UInt8>) {
        guard name.count <= 20 else { return }
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

    /// Services whose sending hosts bear their own names.
    private static let services: [(organisation: String, names: [String], software: MailSoftware)] = [
        ("google.com", ["google.com"], .gmail), ("gmail.com", ["google.com"], .gmail),
        ("yahoo.com", ["yahoo.com", "yahoodns.net"], .yahoo),
        ("hotmail.com", ["hotmail.com", "outlook.com"], .hotmail),
        ("outlook.com", ["outlook.com"], .hotmail),
    ]
}
