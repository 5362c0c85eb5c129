/// Reads what a Received field says about the server that wrote it.
enum ReceivedClaim {
    static func claim(in value: ArraySlice<UInt8>) -> Claim? {
        let text = value.drop { $0 <= 0x20 }
        if text.starts(with: "(qmail ".utf8) {
            return Claim(field: .received, software: .qmail, isForged: !isQmail(text))
        }
        if ByteScanner.contains(text, " (Postfix") { return Claim(field: .received, software: .postfix) }
        if ByteScanner.contains(text, " (Exim ") { return Claim(field: .received, software: .exim) }
        if ByteScanner.contains(text, " with Microsoft SMTPSVC(") {
            return Claim(field: .received, software: .exchange)
        }
        return nil
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
