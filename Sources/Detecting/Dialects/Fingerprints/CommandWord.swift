import SMTP

/// Commands that are no envelope, as words of a fingerprint.
enum CommandWord {
    /// The first word of a line that is no command; `{junk}` unless it is a short word of letters.
    ///
    /// Some mail servers show their filters that word alone.
    static func unknown(_ line: Span<UInt8>) -> [UInt8] {
        var word: [UInt8] = []
        var index = 0
        while index < line.count, line[index] == UInt8(ascii: " ") { index += 1 }
        while index < line.count, word.count <= longest, line[index] != UInt8(ascii: " "),
            line[index] != UInt8(ascii: ":"), line[index] != 0
        {
            word.append(line[index])
            index += 1
        }
        let isWord =
            1...longest ~= word.count && word.allSatisfy { 0x41...0x5a ~= $0 & 0xdf || $0 == UInt8(ascii: "-") }
        return isWord ? word : Array("{junk}".utf8)
    }

    private static let longest = 16
}
