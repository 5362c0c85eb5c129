import SMTP

/// A line of a blocklist that is neither an object, a set's element nor a comment.
enum BlocklistLine {
    static func entry(_ text: Substring, _ words: [Substring]) -> BlocklistEntry {
        if text.first == "!" { return exclusion(text) }
        if let entry = access(words) ?? tagged(text, words) ?? separated(text) ?? columns(words) { return entry }
        return unknown(words[0])
    }

    /// `!192.0.2.1` takes an address out again; with an action behind it Postfix means all the others.
    private static func exclusion(_ text: Substring) -> BlocklistEntry {
        let words = text.dropFirst().split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard let word = words.first, let networks = networks(word) else {
            return .fault("\"\(text.prefix(60))\" is not an address and not a network")
        }
        guard meaning(words.dropFirst()) == .unsaid else {
            return .fault("applies to all other addresses: write what is listed")
        }
        return .exceptions(networks)
    }

    // MARK: Actions

    private enum Meaning { case blocked, allowed, other, unsaid }

    private static let blocking: Set<String> = [
        "reject", "discard", "deny", "drop", "block", "blocked", "blacklist", "blocklist", "error", "ban", "defer",
        "defer_if_permit", "defer_if_reject", "spam", "554", "550",
    ]
    private static let allowing: Set<String> = [
        "permit", "dunno", "ok", "relay", "skip", "accept", "allow", "allowed", "whitelist", "whitelisted",
        "welcomelist",
        "allowlist", "pass", "ham", "good", "trusted", "none", "no", "false",
    ]
    private static let neither: Set<String> = ["hold", "warn", "info", "filter", "prepend", "redirect", "bcc"]

    /// What the words behind a network say of it. An action stands alone, or in capitals before its text; anything else is
    /// a remark (`no reverse name`, `info from abuse desk`).
    private static func meaning(_ words: some Sequence<Substring>) -> Meaning {
        var words = words.makeIterator()
        guard let first = words.next() else { return .unsaid }
        let second = words.next()
        let isAlone = second.map { $0.hasPrefix("#") || $0.hasPrefix(";") } ?? true
        let isAction = isAlone || first.utf8.allSatisfy { !(0x61...0x7a ~= $0) }
        var word = first.lowercased()
        while let last = word.last, ";,\"".contains(last) { word.removeLast() }
        while word.first == "\"" { word.removeFirst() }
        if word.hasPrefix("error:") || blocking.contains(word) { return .blocked }
        if isAction && allowing.contains(word) || word.hasPrefix("permit_") { return .allowed }
        return isAction && neither.contains(word) ? .other : .unsaid
    }

    private static func entry(_ networks: [AddressPrefix], _ value: some Sequence<Substring>) -> BlocklistEntry {
        switch meaning(value) {
        case .blocked, .unsaid: .networks(networks)
        case .allowed: .exceptions(networks)
        case .other: .fault("its action neither blocks nor permits")
        }
    }

    // MARK: Forms

    /// `deny 192.0.2.1;`, `allow 192.0.2.1;`, `deny from 192.0.2.1` (web servers).
    private static func access(_ words: [Substring]) -> BlocklistEntry? {
        guard words.count >= 2, ["deny", "allow", "reject", "block"].contains(words[0].lowercased()) else { return nil }
        var rest = words.dropFirst()
        if rest.first?.lowercased() == "from" { rest = rest.dropFirst() }
        guard let word = rest.first, rest.count == 1,
            let networks = networks(word.last == ";" ? word.dropLast() : word)
        else { return .fault("not exactly one address or network after \"\(words[0])\"") }
        return entry(networks, words.prefix(1))
    }

    /// Tags of Sendmail's access map (`Connect:192.0.2 REJECT`), services of `hosts.deny` (`ALL: 192.0.2.`), names of P2P
    /// ranges (`some net:192.0.2.0-192.0.2.255`).
    private static func tagged(_ text: Substring, _ words: [Substring]) -> BlocklistEntry? {
        if let colon = text.lastIndex(of: ":") {
            let ends = text[text.index(after: colon)...].split(separator: "-", maxSplits: 1)
            if ends.count == 2, colon > text.startIndex, let first = padded(ends[0]), let last = padded(ends[1]) {
                return BlocklistNetwork.range(from: first, through: last).map { .networks($0) }
                    ?? .fault("its range runs backwards")
            }
        }
        guard let colon = words[0].firstIndex(of: ":"), colon > words[0].startIndex else { return nil }
        let tag = words[0][..<colon].lowercased()
        let rest = words[0][words[0].index(after: colon)...]
        switch tag {
        case "connect", "ipv6":
            let address = rest.lowercased().hasPrefix("ipv6:") ? rest.dropFirst(5) : rest
            guard let networks = networks(address) else { return unknown(address) }
            return entry(networks, words.dropFirst())
        case "from", "to", "spam", "greetpause", "clientrate", "clientconn", "tls_clt", "tls_srv", "try_tls",
            "srv_features",
            "authinfo":
            return .nothing
        default:
            guard rest.isEmpty, words.count >= 2, tag.allSatisfy({ $0.isLetter || $0 == "-" || $0 == "_" }) else {
                return nil
            }
            var networks: [AddressPrefix] = []
            for client in words.dropFirst().flatMap({ $0.split(separator: ",") }) {
                guard let found = self.networks(client) else { return unknown(client) }
                networks += found
            }
            return .networks(networks)
        }
    }

    /// Fields between commas: the address is the first, or the second behind a time. A length or an action may follow, and
    /// behind a range its level, of which 128 and more let in (eMule).
    private static func separated(_ text: Substring) -> BlocklistEntry? {
        guard text.contains(",") else { return nil }
        var fields = text.split(separator: ",", omittingEmptySubsequences: false).map { unquoted($0) }[...]
        if fields.count > 1, isTime(fields[fields.startIndex]) { fields.removeFirst() }
        guard let first = fields.first else { return nil }
        let value = fields.dropFirst()
        let second = value.first ?? ""
        if let address = BlocklistNetwork.whole(first) {
            let network = AddressPrefix(containing: address, length: address.family.width)
            if let other = BlocklistNetwork.whole(second), other != address { return .fault(ambiguous) }
            if second.utf8.count <= 3, let length = UInt8(second), 8...address.family.width ~= Int(length) {
                let wide = AddressPrefix(containing: address, length: Int(length))
                // Otherwise it is a count of something.
                if wide.base == address { return .networks([wide]) }
            }
            return entry([network], value.prefix(1))
        }
        let ends = first.split(separator: "-", maxSplits: 1).map { unquoted($0) }
        if ends.count == 2, let start = padded(ends[0]), let end = padded(ends[1]) {
            guard let networks = BlocklistNetwork.range(from: start, through: end) else {
                return .fault("its range runs backwards")
            }
            if let level = Int(second), level >= 128 { return .exceptions(networks) }
            return entry(networks, value.prefix(1))
        }
        guard first.contains("/"), let networks = BlocklistNetwork.networks(first) else { return nil }
        return entry(networks, value.prefix(1))
    }

    /// Words between blanks: a network and what is said of it; times may stand before it. Two addresses are a range with a
    /// dash between them or the range's length behind them, or an address and its mask; else nobody knows.
    private static func columns(_ words: [Substring]) -> BlocklistEntry? {
        var words = words[...]
        while words.count > 1, let first = words.first, isTime(first) { words.removeFirst() }
        guard let first = words.first.map(unquoted) else { return nil }
        let rest = words.dropFirst()
        guard let address = padded(first) else {
            if UInt(first) != nil, rest.contains(where: { BlocklistNetwork.whole($0) != nil }) {
                return .fault("begins with a number, not with an address")
            }
            return networks(first).map { entry($0, rest) }
        }
        let second = rest.first ?? ""
        if second == "-", let end = rest.dropFirst().first {
            guard let last = padded(end) else { return unknown(end) }
            return BlocklistNetwork.range(from: address, through: last).map { entry($0, rest.dropFirst(2)) }
                ?? .fault("its range runs backwards")
        }
        guard let other = BlocklistNetwork.whole(second) else {
            return entry([AddressPrefix(containing: address, length: address.family.width)], rest)
        }
        if let length = BlocklistNetwork.length(of: other, for: address),
            second.hasPrefix("255.") || other.bits < address.bits
        {
            return entry([AddressPrefix(containing: address, length: length)], rest.dropFirst())
        }
        if let range = BlocklistNetwork.range(from: address, through: other), range.count == 1,
            rest.dropFirst().first.flatMap({ Int($0) }) == range[0].length
        {
            return .networks(range)
        }
        return .fault(ambiguous)
    }

    private static let ambiguous = "two addresses, which may be a range or two: write FIRST-LAST, or one per line"

    // MARK: Words

    /// A network with rbldnsd's value behind a colon or not.
    private static func networks(_ word: Substring) -> [AddressPrefix]? {
        if let networks = BlocklistNetwork.networks(word) { return networks }
        guard let slash = word.firstIndex(of: "/") else {
            // A colon ends an IPv4 address.
            guard let colon = word.firstIndex(of: ":"), colon > word.startIndex else { return nil }
            return word[..<colon].contains(".") ? BlocklistNetwork.networks(word[..<colon]) : nil
        }
        guard let colon = word[slash...].firstIndex(of: ":") else { return nil }
        return BlocklistNetwork.networks(word[..<colon])
    }

    /// A whole address; octets may begin with zeros (`001.002.003.004`), as P2P lists write them.
    private static func padded(_ word: Substring) -> ClientAddress? {
        if let address = BlocklistNetwork.whole(word) { return address }
        guard word.utf8.allSatisfy({ 0x30...0x39 ~= $0 || $0 == 0x2e }),
            let network = BlocklistNetwork.networks(word)?.first, network.length == 32
        else { return nil }
        return network.base
    }

    /// `2026-11-29T12:34+0100`, `2026-11-29`, `12:34:56`.
    private static func isTime(_ word: Substring) -> Bool {
        let digits = word.utf8.prefix { 0x30...0x39 ~= $0 }.count
        let next = word.utf8.dropFirst(digits).first
        return digits == 4 && (next == 0x2d || next == 0x2f) && !word.contains(".") && word.utf8.count >= 10
            || digits == 2 && next == 0x3a && word.utf8.allSatisfy { 0x30...0x3a ~= $0 } && word.utf8.count <= 8
    }

    private static func unquoted(_ field: Substring) -> Substring {
        var field = field
        while let first = field.first, first.isWhitespace || first == "\"" { field.removeFirst() }
        while let last = field.last, last.isWhitespace || last == "\"" { field.removeLast() }
        return field
    }

    private static func unknown(_ word: Substring) -> BlocklistEntry {
        // A line that begins with a colon gives rbldnsd's default value.
        if word.first == ":" { return .nothing }
        let name = word.prefix { $0 != ":" }
        let isName =
            name.contains(".") && name.utf8.contains { 0x41...0x5a ~= $0 | 0x20 || 0x61...0x7a ~= $0 }
            && name.utf8.allSatisfy {
                0x30...0x39 ~= $0 || 0x41...0x5a ~= $0 || 0x61...0x7a ~= $0 || $0 >= 0x80 || ".-_*".utf8.contains($0)
            }
        return isName ? .domain : .fault("\"\(word.prefix(60))\" is not an address and not a network")
    }
}
