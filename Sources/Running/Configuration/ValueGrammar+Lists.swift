import SMTP
import Signing

extension ValueGrammar where Value == [AddressPrefix] {
    /// Addresses and networks, in the order given.
    static var networks: Self {
        .list(
            .networks, item: { text throws(ValueFailure) in try NetworkNotation.read(text) }, collect: { $0 },
            render: { $0.map(NetworkNotation.text(of:)) })
    }
}

extension ValueGrammar where Value == [String] {
    /// Domains, folded; a leading dot means everything below as well.
    static var domains: Self {
        .list(
            .domains, item: { text throws(ValueFailure) in try DomainName.check(text, allowsSuffix: true) },
            collect: { $0 }, render: { $0 })
    }

    /// What clients say in HELO: domains, or addresses in brackets.
    static var heloNames: Self {
        .list(
            .domains,
            item: { text throws(ValueFailure) in
                if text.hasPrefix("["), text.hasSuffix("]"), ClientAddress(text.dropFirst().dropLast()) != nil {
                    return text.lowercased()
                }
                return try DomainName.check(text, allowsSuffix: true)
            }, collect: { $0 }, render: { $0 })
    }
}

extension ValueGrammar where Value == [String] {
    /// Recipients: words of a choice, mail addresses, domains.
    static func recipients(words: [String]) -> Self {
        .list(
            .recipients, choices: words,
            item: { text throws(ValueFailure) in
                if words.contains(text) { return text }
                guard text.utf8.contains(UInt8(ascii: "@")) else {
                    return try DomainName.check(text, allowsSuffix: true)
                }
                return try MailboxNotation.address(text)
            }, collect: { $0 }, render: { $0 })
    }

    /// Public keys, in lower case, each once.
    static var publicKeys: Self {
        .list(
            .publicKeys,
            item: { text throws(ValueFailure) in
                guard let key = PublicKey(text) else {
                    throw ValueFailure(
                        problem: "\(QuotedText(text)) is not a public key",
                        remedy: "write ed25519: and 64 hexadecimal digits, as argot senders key show prints them")
                }
                return "\(key)"
            }, collect: { $0.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }, render: { $0 })
    }
}

extension ValueGrammar where Value == Set<Int> {
    /// Numbers of ports.
    static var ports: Self {
        .list(
            .ports,
            item: { text throws(ValueFailure) in
                guard let port = Int(text), 1...65_535 ~= port else {
                    throw ValueFailure(
                        problem: "\(QuotedText(text)) is not a port", remedy: "write numbers from 1 to 65535")
                }
                return port
            }, collect: { Set($0) }, render: { $0.sorted().map(String.init) })
    }
}

extension ValueGrammar where Value == Set<String> {
    /// Local parts in lower case.
    static var localParts: Self {
        .list(
            .localParts, item: { text throws(ValueFailure) in try MailboxNotation.localPart(text) },
            collect: { Set($0) }, render: { $0.sorted() })
    }

    /// Mail addresses in lower case, their domains folded.
    static var mailAddresses: Self {
        .list(
            .mailAddresses, item: { text throws(ValueFailure) in try MailboxNotation.address(text) },
            collect: { Set($0) }, render: { $0.sorted() })
    }
}
