/// Reads what a Received field says about the server that wrote it.
enum ReceivedClaim {
    static func claim(in value: ArraySlice<UInt8>) -> Claim? {
        let text = value.drop { $0 <= 0x20 }
        if text.starts(with: "(qmail ".utf8) {
            return Claim(field: .received, software: .qmail, isForged: !isQmail(text))
        }
        return writer(in: text).map { Claim(field: .received, software: $0) }
    }

    /// Who names itself in the text: Postfix before Exim before Exchange, wherever in the text each stands. One pass.
    private static func writer(in text: ArraySlice<UInt8>) -> MailSoftware? {
        var found: MailSoftware?
        guard text.count > 2 else { return nil }
        for place in text.startIndex..<(text.endIndex - 2) where text[place] == UInt8(ascii: " ") {
            switch (text[place + 1], text[place + 2]) {
            case (UInt8(ascii: "("), UInt8(ascii: "P")):
                if text[place...].starts(with: " (Postfix".utf8) { return .postfix }
            case (UInt8(ascii: "("), UInt8(ascii: "E")):
                if text[place...].starts(with: " (Exim ".utf8) { found = .exim }
            case (UInt8(ascii: "w"), UInt8(ascii: "i")) where found == nil:
                if text[place...].starts(with: " with Microsoft SMTPSVC(".utf8) { found = .exchange }
            default: break
            }
        }
        return found
    }

    /// qmail writes `(qmail 1234 invoked by uid 567); ...`, `(qmail 1234 invoked from network); ...` and the like.
    /// Grum forged the line without `invoked` (`(qmail 1234 by uid 567)`).
    private static func isQmail(_ text: ArraySlice<UInt8>) -> Bool {
        var scanner = ByteScanner(text)
        guard scanner.read("(qmail "), scanner.readRun(of: ByteScanner.isDigit) > 0, scanner.read(" invoked ") else {
            return false
        }
        if scanner.read("by uid ") {
            return scanner.readRun(of: ByteScanner.isDigit) > 0 && scanner.read(")" as Unicode.Scalar)
        }
        return scanner.read("from network)") || scanner.read("by alias)") || scanner.read("for bounce)")
    }
}
