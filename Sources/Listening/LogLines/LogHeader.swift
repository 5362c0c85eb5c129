/// What stands between a line's time and what a program says: host, level, program and process, in any of the orders in
/// which loggers write them.
extension LogLine {
    /// Words that may stand before the program: host, facility and level, a zone's abbreviation.
    private static let mostWords = 4

    /// Reads `[HOST] [LEVEL] PROGRAM[PROCESS]: MESSAGE`. The words before the program are told by what they are not: the
    /// first that is `NAME:` or `NAME[NUMBER]:` names the program. Without one the logger speaks itself.
    init(header text: ArraySlice<UInt8>, time: LogTime?) {
        var host: ArraySlice<UInt8> = []
        var scanner = ByteScanner(text)
        for _ in 0..<Self.mostWords {
            scanner.blanks()
            let word = scanner.word()
            guard !word.isEmpty else { break }
            if let (program, process) = Self.tag(word) {
                scanner.blanks()
                self.init(
                    time: time, host: host, program: program, process: process,
                    message: Self.withoutIdentity(scanner.rest))
                return
            }
            // A host's name, or the beginning of what the logger says.
            if host.isEmpty, word.first != UInt8(ascii: "<") { host = word }
        }
        self.init(time: time, host: host, program: [], message: text)
    }

    /// A line of RFC 5424 behind its priority and version: `TIME HOST PROGRAM PROCESS ID DATA MESSAGE`; the time is read
    /// before. `nil` when it has another form.
    init?(rfc5424 text: ArraySlice<UInt8>, time: LogTime?) {
        var scanner = ByteScanner(text)
        func field() -> ArraySlice<UInt8> {
            scanner.blanks()
            let word = scanner.word()
            return word.elementsEqual([0x2d]) ? [] : word
        }
        self.init(time: time, host: field(), program: field(), message: [])
        process = Self.number(field())
        _ = field()
        scanner.blanks()
        guard scanner.take(UInt8(ascii: "-")) || Self.skipData(&scanner) else { return nil }
        scanner.blanks()
        _ = scanner.take("\u{feff}")
        message = scanner.rest
    }

    /// Structured data: `[ID NAME="VALUE" …]`, one behind the other; `\"`, `\\` and `\]` stand for themselves.
    private static func skipData(_ scanner: inout ByteScanner) -> Bool {
        guard scanner.next == UInt8(ascii: "[") else { return false }
        while scanner.take(UInt8(ascii: "[")) {
            var isQuoted = false
            while true {
                guard let byte = scanner.next else { return false }
                _ = scanner.take(byte)
                if byte == 0x5c, let escaped = scanner.next {
                    _ = scanner.take(escaped)
                } else if byte == 0x22 {
                    isQuoted.toggle()
                } else if byte == 0x5d, !isQuoted {
                    break
                }
            }
        }
        return true
    }

    /// `NAME:` or `NAME[NUMBER]:`, whatever the name.
    private static func tag(_ word: ArraySlice<UInt8>) -> (program: ArraySlice<UInt8>, process: UInt32?)? {
        guard word.last == 0x3a, word.count > 1 else { return nil }
        let name = word.dropLast()
        guard name.last == 0x5d else {
            // An IPv6 address that ends in colons is a host.
            return name.contains(0x3a) || name.contains(0x5b) ? nil : (name, nil)
        }
        guard let open = name.lastIndex(of: 0x5b), open > name.startIndex else { return nil }
        return (name[..<open], number(name[(open + 1)...].dropLast()))
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt32? {
        ByteScanner.number(digits).flatMap { UInt32(exactly: $0) }
    }

    /// Solaris puts `[ID 197553 mail.info]` before each message.
    private static func withoutIdentity(_ message: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        // Every line is asked, and few begin so.
        guard message.first == 0x5b else { return message }
        var scanner = ByteScanner(message)
        guard scanner.take("[ID "), scanner.number(digits: 1...10) != nil, scanner.blanks(),
            scanner.word().last == 0x5d
        else { return message }
        scanner.blanks()
        return scanner.rest
    }
}
