/// The forms of identifiers that programs make up: Message-ID and Date.
enum IdentifierForm {
    /// The longest value that is looked at, in bytes.
    static let longest = 120

    /// A Message-ID's left side as a pattern: runs of digits are `9`, of hexadecimal digits with letters `f`, of
    /// other letters `a`, each with its length class; other bytes stand for themselves. `nil` for no Message-ID.
    static func messageID(_ value: [UInt8]) -> (pattern: [UInt8], host: [UInt8])? {
        var text: [UInt8] = []
        text.reserveCapacity(longest)
        for byte in value.prefix(longest) where byte > 0x20 { text.append(byte) }
        guard let at = text.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        let left = text[..<at].drop { $0 == UInt8(ascii: "<") }
        let right = text[(at + 1)...].prefix { $0 != UInt8(ascii: ">") }
        guard !left.isEmpty, !right.isEmpty else { return nil }
        return (pattern(of: left), Array(right))
    }

    /// A Date's layout: letters are `a`, digits `9`, each run as long as it is up to four.
    static func date(_ value: [UInt8]) -> [UInt8] {
        var layout: [UInt8] = []
        layout.reserveCapacity(48)
        var run = 0
        for byte in value.prefix(longest).drop(while: { $0 == 0x20 || $0 == 0x09 }) {
            let kind = kind(of: byte)
            run = kind == layout.last ? run + 1 : 1
            if run <= 4 || kind == byte && !(0x30...0x39 ~= byte || kind == UInt8(ascii: "a")) { layout.append(kind) }
            if layout.count == 48 { break }
        }
        return layout
    }

    private static func pattern(of text: ArraySlice<UInt8>) -> [UInt8] {
        var pattern: [UInt8] = []
        pattern.reserveCapacity(44)
        var index = text.startIndex
        while index < text.endIndex, pattern.count < 40 {
            let start = index
            var hasDigits = false
            var hasHexLetters = false
            var hasLetters = false
            while index < text.endIndex, isLetterOrDigit(text[index]) {
                switch text[index] {
                case 0x30...0x39: hasDigits = true
                case 0x41...0x46, 0x61...0x66: hasHexLetters = true
                default: hasLetters = true
                }
                index += 1
            }
            guard index > start else {
                pattern.append(text[index])
                index += 1
                continue
            }
            let letter: UInt8 =
                hasLetters
                ? UInt8(ascii: hasDigits ? "x" : "a") : UInt8(ascii: hasHexLetters ? (hasDigits ? "f" : "a") : "9")
            pattern.append(letter)
            // Lengths matter (a queue number has so many places) until they are long.
            let length = UInt8(truncatingIfNeeded: min(index - start, 20))
            if length >= 10 { pattern.append(0x30 + length / 10) }
            pattern.append(0x30 + length % 10)
        }
        return pattern
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        0x30...0x39 ~= byte || 0x41...0x5a ~= byte || 0x61...0x7a ~= byte
    }

    private static func kind(of byte: UInt8) -> UInt8 {
        switch byte {
        case 0x30...0x39: UInt8(ascii: "9")
        case 0x41...0x5a, 0x61...0x7a: UInt8(ascii: "a")
        default: byte
        }
    }
}
