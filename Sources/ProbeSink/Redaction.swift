import SMTP

/// Takes passwords out of what is recorded. Lengths and line ends stay.
enum Redaction {
    /// A line of an AUTH dialogue: everything but its end.
    static func line(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        ArraySlice(bytes.map { isEnd($0) ? $0 : UInt8(ascii: "*") })
    }

    /// Commands: what follows the mechanism of an AUTH.
    static func commands(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var result = bytes
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            if SMTPVerb(command: bytes[start..<end]) == .auth {
                let words = bytes[start..<end].split(separator: UInt8(ascii: " "))
                for word in words.dropFirst(2) {
                    for index in word.indices where !isEnd(result[index]) { result[index] = UInt8(ascii: "*") }
                }
            }
            start = end + 1
        }
        return result
    }

    private static func isEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") }
}
