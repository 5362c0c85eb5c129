/// An SMTP reply chosen by a filter, as it was sent.
public struct FilterReply: Hashable, Sendable, CustomStringConvertible {
    /// The text as it came over the milter protocol: lines parted by CR LF, `%` doubled.
    public var raw: String

    /// A reply as sent.
    public init(raw: String) {
        self.raw = raw
    }

    /// The lines as the client sees them: code, blank or hyphen, text; a doubled `%` has become one, a single one is
    /// gone, as in Postfix.
    public var lines: [String] {
        var text = ""
        var isEscaped = false
        for character in raw.unicodeScalars {
            if character == "%" && !isEscaped {
                isEscaped = true
            } else {
                text.unicodeScalars.append(character)
                isEscaped = false
            }
        }
        return text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The three digits, or 0 if there are none.
    public var code: Int { Int(raw.prefix(3)) ?? 0 }

    /// The enhanced code of the first line, if it has one.
    public var enhancedCode: String? { FilterReply.split(lines[0]).enhancedCode }

    /// The texts of the lines, without codes.
    public var texts: [String] { lines.map { FilterReply.split($0).text } }

    /// Whether the MTA takes it for a reply: a code of class 4 or 5, and an enhanced code of the same class if any.
    public var isWellFormed: Bool {
        let head = Array(raw.utf8.prefix(5))
        guard head.count >= 4, head[0] == UInt8(ascii: "4") || head[0] == UInt8(ascii: "5") else { return false }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard digits.contains(head[1]), digits.contains(head[2]), head[3] == 0x20 || head[3] == 0x2D else {
            return false
        }
        return head.count < 5 || !digits.contains(head[4]) || head[4] == head[0]
    }

    /// The lines, parted by a bar.
    public var description: String { lines.joined(separator: " | ") }

    private static func split(_ line: String) -> (enhancedCode: String?, text: String) {
        let text = line.dropFirst(4)
        guard let match = text.prefixMatch(of: /([245]\.\d{1,3}\.\d{1,3})(?: |$)/) else { return (nil, String(text)) }
        return (String(match.1), String(text[match.range.upperBound...]))
    }
}
