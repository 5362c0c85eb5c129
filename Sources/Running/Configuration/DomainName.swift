import SMTP

/// The names of domains and hosts as they stand in lists.
enum DomainName {
    /// The name folded: A-labels in lower case, whatever spelling of an internationalised domain was written, without
    /// the root's dot. A leading dot, which means everything below as well, is taken if `allowsSuffix`.
    static func check(_ text: String, allowsSuffix: Bool) throws(ValueFailure) -> String {
        let name = MailDomain.folded(text)
        try refuseOtherNotations(name, text)
        let isSuffix = name.utf8.first == UInt8(ascii: ".")
        if isSuffix, !allowsSuffix {
            throw failure(text, "starts with a dot", "write one domain without it")
        }
        let labels = Array(name.utf8.dropFirst(isSuffix ? 1 : 0))
            .split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.allSatisfy(isLabel) else {
            throw failure(text, "is not a domain name", "use letters, digits and hyphens between single dots")
        }
        guard name.utf8.count <= 253 else {
            throw failure(text, "is longer than a domain name can be", "use at most 253 bytes")
        }
        return name
    }

    /// Names what the text would be in another notation, if it is in one.
    private static func refuseOtherNotations(_ name: String, _ text: String) throws(ValueFailure) {
        if ClientAddress(name) != nil || AddressPrefix(name) != nil {
            throw failure(text, "is an address, not a domain name", "addresses belong to allow_addresses")
        }
        if name.utf8.contains(where: { $0 >= 0x80 }) {
            throw failure(
                text, "cannot be converted to ASCII", "write the form that starts with xn--, or check the name")
        }
        if name.hasPrefix("*.") {
            throw failure(text, "has an asterisk", "write \(QuotedText.name(String(name.dropFirst())))")
        }
        if name.utf8.contains(UInt8(ascii: "@")) {
            let domain =
                Array(name.utf8).split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false).last ?? []
            let shown = QuotedText.name(String(decoding: domain, as: UTF8.self))
            throw failure(text, "is not a domain name", "write only what follows the @: \(shown)")
        }
    }

    private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return 1...63 ~= label.count && label.first != hyphen && label.last != hyphen
            && label.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x61...0x7a, hyphen, UInt8(ascii: "_"): true
                default: false
                }
            }
    }

    private static func failure(_ text: String, _ problem: String, _ remedy: String) -> ValueFailure {
        ValueFailure(problem: "\(QuotedText(text)) \(problem)", remedy: remedy)
    }
}
