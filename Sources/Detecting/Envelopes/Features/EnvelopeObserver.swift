public import SMTP

/// Follows a session and keeps what its envelope can be judged by: events in, evidence out.
///
/// Memory is bounded: the last HELO argument and sender up to 255 bytes each, of a message's headers the first 96 names
/// and the first bytes of a few values.
public struct EnvelopeObserver: Sendable {
    /// The longest HELO argument or domain that is looked at, in bytes.
    static let longestName = 255

    /// The longest value of a header that is looked at, in bytes.
    private static let longestValue = 200

    let client: ClientAddress?
    let name: HostName?
    let resolution: HostResolution
    private(set) var helo: HostName?
    private(set) var heloShape: HELOShape?
    private(set) var heloHasUpperCase = false
    private(set) var isExtended: Bool?
    private(set) var sender: Sender = .unknown
    private(set) var trail = HeaderTrail()
    private(set) var mailer: MailerName?
    private(set) var messageID: (pattern: [UInt8], host: [UInt8])?
    private(set) var date: [UInt8]?

    /// What is known of the sender.
    enum Sender: Sendable {
        /// MAIL has not come.
        case unknown

        /// The sender is empty: a bounce.
        case null

        /// The sender's domain; empty when the address has none.
        case domain(HostName)
    }

    /// An observer for a session that begins.
    public init(client: ClientAddress?, clientName: String?, resolution: HostResolution) {
        self.client = client
        name = clientName.flatMap { $0.isEmpty ? nil : HostName($0.utf8.span.copied(atMost: Self.longestName)) }
        self.resolution = resolution
    }

    /// An observer for a session that begins.
    public init(peers: SessionPeers) {
        self.init(client: peers.client, clientName: peers.clientName, resolution: peers.resolution)
    }

    /// Takes an event and its bytes. O(number of bytes); of a header its name, and a few values' beginnings.
    public mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        switch event {
        case .helo(let shape): helo(bytes, shape: shape)
        case .proto(let isExtended): self.isExtended = isExtended ?? self.isExtended
        case .line(let verb, _, _): if verb == .helo || verb == .ehlo { isExtended = verb == .ehlo }
        case .mail(let address):
            let isNull = address.unquoted.isEmpty
            // Parameters may follow a blank.
            var domain = address.domain.utf8.span.copied(atMost: Self.longestName)
            if let end = domain.firstIndex(where: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ">") }) {
                domain.removeSubrange(end...)
            }
            sender = isNull ? .null : .domain(HostName(domain))
            beginMessage()
        case .header(let length):
            header(name: bytes.extracting(first: length), value: bytes.extracting(droppingFirst: length + 1))
        case .syn, .hello, .tls, .auth, .rcpt, .refused, .answered, .data, .unknown, .eoh, .body, .eom, .abort,
            .replied,
            .linesLost, .command:
            break
        }
    }

    /// HELO or EHLO, with its shape. O(length of the argument).
    private mutating func helo(_ argument: Span<UInt8>, shape: HELOShape) {
        let bytes = argument.copied(atMost: Self.longestName)
        heloHasUpperCase = bytes.contains { 0x41...0x5a ~= $0 }
        helo = HostName(bytes)
        heloShape = shape
    }

    /// The sender's domain instead of MAIL, for records that hold no more; empty for the null sender.
    package mutating func mail(domain: String) {
        sender = domain.isEmpty ? .null : .domain(HostName(domain.utf8.prefix(Self.longestName)))
        beginMessage()
    }

    private mutating func header(name: Span<UInt8>, value: Span<UInt8>) {
        trail.append(name)
        guard value.count > 0, let header = HeaderOfInterest(name) else { return }
        note(header, value.copied(atMost: Self.longestValue))
    }

    /// A header's value, of which the first counts.
    package mutating func note(_ header: HeaderOfInterest, _ value: [UInt8]) {
        switch header {
        case .mailer: if mailer == nil { mailer = MailerName(value) }
        case .messageID: if messageID == nil { messageID = IdentifierForm.messageID(value) }
        case .date: if date == nil { date = IdentifierForm.date(value) }
        }
    }

    private mutating func beginMessage() {
        trail.removeAll()
        mailer = nil
        messageID = nil
        date = nil
    }
}
