/// Mail addresses and their local parts as they stand in lists.
enum MailboxNotation {
    /// The local part in lower case.
    static func localPart(_ text: String) throws(ValueFailure) -> String {
        if let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) {
            let local = String(text.utf8[..<at]) ?? ""
            throw ValueFailure(
                problem: "\(QuotedText(text)) is more than a local part",
                remedy: "write only what is before the @: \(QuotedText.name(local))")
        }
        guard isLocalPart(text) else {
            throw ValueFailure(
                problem: "\(QuotedText(text)) is not a local part",
                remedy: "write it without quotes, such as postmaster")
        }
        return text.lowercased()
    }

    /// The address in lower case, its domain folded.
    static func address(_ text: String) throws(ValueFailure) -> String {
        guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else {
            throw ValueFailure(
                problem: "\(QuotedText(text)) is not a mail address", remedy: "write LOCALPART@DOMAIN in full")
        }
        let local = String(text.utf8[..<at]) ?? ""
        let domain = String(text.utf8[text.utf8.index(after: at)...]) ?? ""
        guard !local.isEmpty else {
            throw ValueFailure(
                problem: "\(QuotedText(text)) has no local part",
                remedy: "write LOCALPART@DOMAIN; whole domains belong to trap_domains")
        }
        guard isLocalPart(local) else {
            throw ValueFailure(
                problem: "\(QuotedText(local)) is not a local part", remedy: "write the address without quotes")
        }
        return local.lowercased() + "@" + (try DomainName.check(domain, allowsSuffix: false))
    }

    /// Whether `text` is a dot-atom of at most 64 bytes (RFC 5321 section 4.5.3.1.1).
    private static func isLocalPart(_ text: String) -> Bool {
        let atoms = Array(text.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let specials = Array("!#$%&'*+-/=?^_`{|}~".utf8)
        return text.utf8.count <= 64
            && atoms.allSatisfy { atom in
                !atom.isEmpty
                    && atom.allSatisfy { byte in
                        switch byte {
                        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
                        default: specials.contains(byte)
                        }
                    }
            }
    }
}
