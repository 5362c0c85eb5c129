/// A header field of a stored message.
public struct MessageField: Sendable, Hashable {
    /// The name as it is spelt, without blanks before the colon.
    public let name: String

    /// The value, a line of the message each, without line ends and without blanks around it.
    public private(set) var lines: [[UInt8]]

    /// Reads a line that begins a field; `nil` for one that is none.
    init?(_ line: ArraySlice<UInt8>) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = Self.trimmed(line[..<colon])
        // RFC 5322 section 2.2: printable ASCII; blanks before the colon are an older form.
        guard name.startIndex == line.startIndex, !name.isEmpty, name.allSatisfy({ 0x21...0x7e ~= $0 }) else {
            return nil
        }
        self.name = String(decoding: name, as: UTF8.self)
        lines = [Array(Self.trimmed(line[(colon + 1)...]))]
    }

    /// Takes a line that continues the field.
    mutating func append(_ line: ArraySlice<UInt8>) { lines.append(Array(Self.trimmed(line))) }

    /// Whether the field has this name, in any letter case.
    public func isNamed(_ other: String) -> Bool { name.lowercased() == other.lowercased() }

    /// The value on one line: a blank for each fold, what is not UTF-8 replaced.
    public var text: String { String(decoding: Array(lines.joined(separator: [0x20])), as: UTF8.self) }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
        let front = bytes.drop(while: isBlank)
        guard let last = front.lastIndex(where: { !isBlank($0) }) else { return [] }
        return front[...last]
    }
}
