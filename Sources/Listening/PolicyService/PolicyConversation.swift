public import Sockets

/// One connection of an smtpd to the policy service: requests in, `action=DUNNO` out, whatever they say.
///
/// The service never decides. Its only use is that Postfix tells it here whether the client said HELO or EHLO, which it
/// does not tell a milter.
public struct PolicyConversation: SocketConversation {
    /// The longest line of a request that is read.
    public static let maximumLineBytes = 8 * 1_024

    /// The most lines of one request; Postfix has about forty.
    public static let maximumLines = 256

    private static let kept: Set<String> = [
        "client_address", "client_port", "protocol_name", "protocol_state", "helo_name", "request",
    ]

    private static let dunno = Array("action=DUNNO\n\n".utf8)

    private let note: (PolicyRequest) -> Void
    private var line: [UInt8] = []
    private var attributes: [String: String] = [:]
    private var lines = 0

    /// A conversation that hands over each request before it is answered.
    public init(note: @escaping (PolicyRequest) -> Void) {
        self.note = note
    }

    /// Takes bytes of the request; anything that is not a request ends the connection, and Postfix continues without
    /// (`smtpd_policy_service_default_action = DUNNO`).
    public mutating func received(_ bytes: Span<UInt8>) -> SocketAnswer {
        var answer = SocketAnswer()
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "\n") else {
                guard line.count < Self.maximumLineBytes else { return SocketAnswer(closes: true) }
                line.append(byte)
                continue
            }
            defer { line.removeAll(keepingCapacity: true) }
            if line.isEmpty {
                guard attributes["request"] == "smtpd_access_policy" else { return SocketAnswer(closes: true) }
                note(PolicyRequest(attributes))
                attributes.removeAll(keepingCapacity: true)
                lines = 0
                answer.bytes += Self.dunno
                continue
            }
            lines += 1
            guard lines <= Self.maximumLines, let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
                return SocketAnswer(closes: true)
            }
            let name = String(decoding: line[..<equals], as: UTF8.self)
            if Self.kept.contains(name) {
                attributes[name] = String(decoding: line[(equals + 1)...], as: UTF8.self)
            }
        }
        return answer
    }
}
