import SMTP

/// The names of domains and hosts as they stand in lists.
enum DomainName {
    /// The name in lower case. A leading dot, which means everything below as well, is taken if `allowsSuffix`.
    static func check(_ text: String, allowsSuffix: Bool) throws(ValueFailure) -> String {
        let name = text.lowercased()
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
        if text.utf8.contains(where: { $0 >= 0x80 }) {
            throw failure(text, "is not ASCII", "write the form that starts with xn--")
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
        if name.utf8.last == UInt8(ascii: "."), name.utf8.count > 1 {
            throw failure(text, "ends with a dot", "write \(QuotedText.name(String(name.dropLast())))")
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
