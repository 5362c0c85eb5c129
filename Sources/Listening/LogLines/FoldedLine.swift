/// What loggers write instead of a line that repeats.
enum FoldedLine {
    /// `message repeated 2 times: [ TEXT]` (rsyslog): the text is told again.
    case message(ArraySlice<UInt8>, count: Int)
    /// `last message repeated 2 times` (BSD, Solaris, syslog-ng): the line before.
    case last(count: Int)

    /// No logger folds more; a larger number is not believed.
    private static let most: Int64 = 100_000

    /// Whether a message may be one, as far as its first byte tells: every line is asked, and few are.
    static func mayBegin(_ message: ArraySlice<UInt8>) -> Bool {
        switch message.first {
        case UInt8(ascii: "m"), UInt8(ascii: "l"), UInt8(ascii: "L"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// The same of its first two bytes: queue ids begin with any letter.
    static func mayBegin(_ first: UInt8, _ second: UInt8) -> Bool {
        switch (first, second) {
        case (UInt8(ascii: "m"), UInt8(ascii: "e")), (UInt8(ascii: "l"), UInt8(ascii: "a")),
            (UInt8(ascii: "L"), UInt8(ascii: "a")), (UInt8(ascii: "-"), UInt8(ascii: "-")):
            true
        default: false
        }
    }

    init?(_ message: ArraySlice<UInt8>) {
        guard Self.mayBegin(message) else { return nil }
        var scanner = ByteScanner(message)
        _ = scanner.take("--- ")
        if scanner.take("message repeated ") {
            guard let count = Self.count(&scanner), scanner.take(": [") else { return nil }
            scanner.blanks()
            let text = scanner.rest
            self = .message(text.last == 0x5d ? text.dropLast() : text, count: count)
        } else if scanner.take("last message repeated ") || scanner.take("Last message repeated ") {
            guard let count = Self.count(&scanner) else { return nil }
            self = .last(count: count)
        } else if scanner.take("Last message '") {
            // `Last message 'TEXT' repeated 5 times, suppressed by syslog-ng on HOST`: the text may be cut.
            var rest = scanner.rest
            while let quote = rest.lastIndex(of: 0x27) {
                var tail = ByteScanner(rest[(quote + 1)...])
                if tail.take(" repeated "), let count = Self.count(&tail) {
                    self = .last(count: count)
                    return
                }
                rest = rest[..<quote]
            }
            return nil
        } else {
            return nil
        }
    }

    private static func count(_ scanner: inout ByteScanner) -> Int? {
        guard let count = scanner.number(digits: 1...18), scanner.take(" time") else { return nil }
        _ = scanner.take("s")
        return Int(min(max(count, 1), most))
    }
}
