/// Reads the events of one session for all who follow it: addresses and greetings are taken apart here, and nowhere else.
public struct EventReader: Sendable {
    /// The longest argument that is looked at, in bytes; what lies beyond is as if it had not been sent.
    public static let longestArgument = 2_048

    private let client: ClientAddress?
    private let clientName: String?
    private let serverName: String?
    private let server: ClientAddress?

    /// A reader for a session between `peers`.
    ///
    /// - Parameter isOwnHost: whether the client is the host that the mail server runs on, which may bear its name.
    public init(peers: SessionPeers, isOwnHost: Bool = false) {
        client = peers.client
        clientName = peers.clientName
        serverName = isOwnHost ? nil : peers.serverName
        server = isOwnHost ? nil : peers.server
    }

    /// What an event means; `nil` for one that says nothing of the client: Argot's own answers, and bytes of the wire.
    /// O(number of bytes).
    public func read(_ kind: SessionEvent.Kind, _ bytes: Span<UInt8>) -> ObservedEvent? {
        Self.read(kind, bytes, shape: shape)
    }

    /// The same by somebody who keeps what greetings are compared with.
    ///
    /// - Parameter shape: the shape of a greeting's argument.
    public static func read(
        _ kind: SessionEvent.Kind, _ bytes: Span<UInt8>, shape: ([UInt8]) -> HELOShape
    ) -> ObservedEvent? {
        switch kind {
        case .helo: .helo(shape(Self.argument(bytes)))
        case .proto: .proto(isExtended: Self.isExtended(Self.argument(bytes)))
        case .tls: .tls
        case .auth: .auth
        case .mail: .mail(MailAddress(argument: Self.argument(bytes)))
        case .rcpt: .rcpt(MailAddress(argument: Self.argument(bytes)))
        case .refused: Self.refusal(bytes)
        case .data: .data
        case .unknown: .unknown
        case .header: .header(nameLength: Self.end(bytes, bytes.count))
        case .eoh: .eoh
        case .body: .body
        case .eom: .eom
        case .abort: .abort
        case .line: Self.line(bytes)
        case .replied: UInt16(String(decoding: Self.argument(bytes), as: UTF8.self)).map { .replied($0) }
        case .linesLost: .linesLost
        case .tcp: .syn
        case .hello: .hello
        case .answer, .client, .server, .encrypted, .clientGap, .serverGap: nil
        }
    }

    /// The shape of a greeting's argument, seen from this session.
    public func shape(of argument: [UInt8]) -> HELOShape {
        HELOShape(of: argument, client: client, ptr: clientName, server: serverName, serverAddress: server)
    }

    /// The first of an event's parts, which are separated by NUL.
    public static func argument(_ bytes: Span<UInt8>) -> [UInt8] {
        bytes.copied(atMost: end(bytes, longestArgument))
    }

    private static func end(_ bytes: Span<UInt8>, _ limit: Int) -> Int {
        var end = 0
        let limit = min(bytes.count, limit)
        while end < limit, bytes[end] != 0 { end += 1 }
        return end
    }

    /// A line that tells nothing of how much of it is there is taken for its beginning.
    private static func line(_ bytes: Span<UInt8>) -> ObservedEvent {
        let line = argument(bytes)
        let rest = bytes.extracting(min(end(bytes, bytes.count) + 1, bytes.count)..<bytes.count)
        let words = (0..<min(rest.count, longestArgument)).map { rest[$0] }.split(separator: 0)
        let extent = words.first.flatMap { LineExtent(rawValue: String(decoding: $0, as: UTF8.self)) } ?? .cut
        return .line(SMTPVerb(command: line), extent, LineMarks(words: words.dropFirst()))
    }

    private static func isExtended(_ name: [UInt8]) -> Bool? {
        if name.starts(with: "ESMTP".utf8) || name.starts(with: "UTF8SMTP".utf8) { return true }
        return name.elementsEqual("SMTP".utf8) ? false : nil
    }

    private static func refusal(_ bytes: Span<UInt8>) -> ObservedEvent {
        let end = end(bytes, bytes.count)
        let code = String(decoding: argument(bytes), as: UTF8.self)
        let text = String(decoding: argument(bytes.extracting(min(end + 1, bytes.count)..<bytes.count)), as: UTF8.self)
        return .refused(enhancedCode: code, text: text)
    }
}
