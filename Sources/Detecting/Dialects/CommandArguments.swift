/// Takes command lines apart as mail servers do before they hand them to milters.
package enum CommandArguments {
    private static let blank = UInt8(ascii: " ")

    static func isBlank(_ byte: UInt8) -> Bool { byte == blank || byte == UInt8(ascii: "\t") }

    /// Where the argument of a command begins, blanks and TABs before it passed over: for MAIL and RCPT behind the colon,
    /// for others behind the verb; the end of the line where there is none.
    static func start(of line: Span<UInt8>, _ slot: TemplateIndex.Slot) -> Int {
        let colon = UInt8(ascii: ":")
        let isPath = slot == .mail || slot == .recipient
        var end = 0
        while end < line.count, isPath ? line[end] != colon : !isBlank(line[end]) { end += 1 }
        while end < line.count, isBlank(line[end]) || isPath && line[end] == colon { end += 1 }
        return end
    }

    /// What stands behind HELO or EHLO: blanks around it dropped, each run of them within it a single one.
    package static func greeting(_ line: [UInt8]) -> [UInt8] {
        let words = line.split(whereSeparator: isBlank).dropFirst()
        return Array(words.joined(separator: [blank]))
    }

    /// The address and the parameters of MAIL or RCPT, separated by NUL. Blanks inside of `<>` or quotes do not separate.
    package static func path(_ line: [UInt8]) -> [UInt8] {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return [] }
        var result: [UInt8] = []
        var isQuoted = false
        var isBracketed = false
        for byte in line[(colon + 1)...].drop(while: isBlank) {
            switch byte {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "<") where !isQuoted: isBracketed = true
            case UInt8(ascii: ">") where !isQuoted: isBracketed = false
            default: break
            }
            if isBlank(byte), !isQuoted, !isBracketed {
                if result.last != 0 { result.append(0) }
            } else {
                result.append(byte == 0 ? UInt8(ascii: "?") : byte)
            }
        }
        while result.last == 0 { result.removeLast() }
        return result
    }
}
