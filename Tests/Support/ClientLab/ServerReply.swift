/// One complete SMTP reply.
public struct ServerReply: Equatable, Sendable, CustomStringConvertible {
    /// The code of its last line.
    public let code: Int
    /// Its lines without line ends, codes included.
    public let lines: [String]

    /// The lines joined by ` / `.
    public var description: String {
        lines.joined(separator: " / ")
    }

    /// Whether it accepts what was asked (2xx) or asks for more (3xx).
    public var isPositive: Bool {
        (200..<400).contains(code)
    }

    /// The text of the last line behind the code.
    public var text: String {
        String((lines.last ?? "").dropFirst(4))
    }
}
