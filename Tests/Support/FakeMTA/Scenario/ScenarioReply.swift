/// An SMTP reply as the client gets it.
public struct ScenarioReply: Hashable, Sendable, CustomStringConvertible {
    /// The lines with their codes, without line ends.
    public var lines: [String]

    /// A reply from its lines.
    public init(_ lines: [String]) {
        self.lines = lines
    }

    /// A reply of one line.
    public init(_ line: String) {
        lines = [line]
    }

    /// The code of the last line; 0 if it has none.
    public var code: Int { Int(lines.last?.prefix(3) ?? "") ?? 0 }

    /// The texts behind the codes, joined by ` | `.
    public var text: String { lines.map { String($0.dropFirst(4)) }.joined(separator: " | ") }

    /// Whether the server closes behind it.
    public var isFarewell: Bool { code == 421 || code == 521 || code == 221 }

    /// The lines, joined by ` | `.
    public var description: String { lines.joined(separator: " | ") }
}
