public import SMTP

/// What a line of a blocklist says.
public enum BlocklistEntry: Hashable, Sendable {
    /// The networks that the line lists.
    case networks([AddressPrefix])
    /// Networks that are not meant: taken out again (`!192.0.2.1`, `nomatch`), or let in (`permit`, `OK`).
    case exceptions([AddressPrefix])
    /// A domain name: nothing is known of its addresses.
    case domain
    /// Nothing: empty, a comment, a setting, a default value.
    case nothing
    /// A line that is none of these, and why.
    case fault(String)
}

/// Reads blocklists line by line, in the forms in which they are handed out and kept.
///
/// Plain addresses, networks and ranges, with or without comments and columns behind them; rbldnsd's `ip4set`, `ip4trie`,
/// `ip6trie` and `dnset`; Postfix's `cidr` and access tables and Sendmail's access map; Spamhaus DROP as text and as JSON
/// lines; DShield's columns; P2P and eMule ranges; `ipset save`; sets of nftables; `hosts.deny`; `deny` lines of web
/// servers; CSV. What is in none of these forms, or says two things, is a fault: no line is guessed at.
public struct BlocklistReader: Sendable {
    /// The name of the ipset whose entries are read; several in one file may mean the opposite of each other.
    private var set: String?
    private var isRuleset = false
    private var isInElements = false

    /// A reader at the beginning of a file.
    public init() {}

    /// Reads the next line. O(length).
    public mutating func read(_ line: some StringProtocol) -> BlocklistEntry {
        var text = Substring(line)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        text = text.drop { $0.isWhitespace }
        if isInElements { return elements(text) }
        guard let first = text.first, !"#;$".contains(first), !text.hasPrefix("//") else { return .nothing }
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        if let entry = ruleset(text, words) ?? ipset(words) { return entry }
        if first == "{" { return BlocklistObject.entry(text) }
        return BlocklistLine.entry(text, words)
    }

    /// `create NAME hash:net …`, `add NAME 192.0.2.0/24 timeout 60`, `add NAME 192.0.2.1 nomatch`.
    private mutating func ipset(_ words: [Substring]) -> BlocklistEntry? {
        guard words.count >= 2 else { return words.first == "COMMIT" ? .nothing : nil }
        switch words[0] {
        case "create", "-N", "flush", "destroy": return .nothing
        case "add", "-A":
            guard words.count >= 3, BlocklistNetwork.networks(words[1]) == nil else { return nil }
            let name = String(words[1])
            guard set ?? name == name else {
                return .fault("a different set than \(set ?? ""): save one set per file (ipset save NAME)")
            }
            set = name
            guard let networks = BlocklistNetwork.networks(words[2]) else {
                return .fault("\"\(words[2].prefix(60))\" is not an address and not a network")
            }
            return words.contains("nomatch") ? .exceptions(networks) : .networks(networks)
        default: return nil
        }
    }

    private static let rulesetWords: Set<Substring> = [
        "}", "type", "typeof", "flags", "auto-merge", "size", "policy", "timeout", "gc-interval", "counter", "comment",
        "flush",
    ]

    /// `table inet filter {`, `set NAME {`, `elements = { 192.0.2.0/24, 198.51.100.7`, `add element inet filter NAME { … }`.
    private mutating func ruleset(_ text: Substring, _ words: [Substring]) -> BlocklistEntry? {
        let begins =
            words[0] == "elements" || words[0] == "define" || words.starts(with: ["add", "element"])
        if begins, let open = text.firstIndex(of: "{") {
            isRuleset = true
            isInElements = true
            return elements(text[text.index(after: open)...])
        }
        if ["table", "set"].contains(words[0]), words.last == "{" {
            isRuleset = true
            return .nothing
        }
        guard isRuleset else { return nil }
        return Self.rulesetWords.contains(words[0])
            ? .nothing : .fault("a rule or another part of a rule set: use only its set (nft list set …)")
    }

    /// Elements between commas, each with `timeout`, `expires`, `comment` behind it or not, up to the closing brace.
    private mutating func elements(_ text: Substring) -> BlocklistEntry {
        var text = text
        if let close = text.firstIndex(of: "}") {
            text = text[..<close]
            isInElements = false
        }
        var networks: [AddressPrefix] = []
        for element in text.split(separator: ",") {
            let element = element.drop { $0.isWhitespace }
            guard !element.isEmpty else { continue }
            let address = element.prefix { !$0.isWhitespace }
            guard let found = BlocklistNetwork.networks(address) else {
                return .fault("\"\(address.prefix(60))\" is not an address and not a network")
            }
            networks += found
        }
        return networks.isEmpty ? .nothing : .networks(networks)
    }
}
