/// A reply as a server gives it that varies nothing: one code, one or more lines of text, each ended by CR LF.
public struct OrdinaryReply: Sendable, Hashable {
    /// The code, three digits.
    public var code: Int

    /// The text of each line, without the code; at least one line.
    public var lines: [String]

    /// A reply from its parts.
    public init(_ code: Int, _ lines: String...) {
        self.init(code: code, lines: lines)
    }

    /// A reply from its parts. Without a line it has an empty one.
    public init(code: Int, lines: [String]) {
        self.code = code
        self.lines = lines.isEmpty ? [""] : lines
    }

    /// The lines as text, without line ends.
    public var text: [String] { Self.text(codes: lines.map { _ in String(code) }, lines: lines) }

    /// The reply as it is sent.
    public var bytes: [UInt8] { text.flatMap { Array(($0 + "\r\n").utf8) } }

    /// Lines with a code each; the last one has a blank after its code, the others a hyphen.
    static func text(codes: [String], lines: [String]) -> [String] {
        zip(codes, lines).enumerated().map { index, line in
            line.0 + (index == lines.count - 1 ? " " : "-") + line.1
        }
    }
}
