public import SMTP

/// Who the administrator wants let in or kept out, beyond what the configuration says.
public struct ClientLists: Sendable, Hashable {
    /// One entry: a block of addresses, or a domain as in ``DomainSet``.
    public enum Entry: Sendable, Hashable, CustomStringConvertible {
        /// Clients by address.
        case addresses(AddressPrefix)

        /// Clients by verified name, and senders by domain.
        case domain(String)

        /// Reads `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`, `example.net` or `.example.net`, the name in any spelling: the
        /// entry holds it folded. `nil` for anything else,
        /// and for a block of all addresses: whoever writes that has slipped.
        public init?(_ text: some StringProtocol) {
            if let prefix = AddressPrefix(text) {
                guard prefix.length > 0 else { return nil }
                self = .addresses(prefix)
                return
            }
            let name = MailDomain.folded(text)
            let labels = name.drop { $0 == "." }.split(separator: ".", omittingEmptySubsequences: false)
            let isName = labels.allSatisfy { label in
                !label.isEmpty && label.utf8.count <= 63
                    && label.utf8.allSatisfy { 0x61...0x7a ~= $0 || 0x30...0x39 ~= $0 || "-_".utf8.contains($0) }
            }
            let isNumeric = labels.last?.allSatisfy(\.isNumber) ?? true
            guard isName, labels.count > 1, !isNumeric, name.utf8.count <= 254, !name.hasPrefix("..") else {
                return nil
            }
            self = .domain(name)
        }

        /// What is wrong with a text that is no entry, and what to write instead.
        public static func problem(with text: String) -> String {
            if AddressPrefix(text)?.length == 0 {
                return "\(PrintableText(text).quoted) is everybody: write a smaller block"
            }
            let remedy =
                text.contains("@")
                ? "for a sender write the domain"
                : "write an address, ADDRESS/LENGTH with no bits set beyond it, a domain, or .DOMAIN with all below it"
            return "\(PrintableText(text).quoted) is not an entry: \(remedy)"
        }

        /// The entry as it is read.
        public var description: String {
            switch self {
            case .addresses(let prefix): prefix.length == prefix.base.family.width ? "\(prefix.base)" : "\(prefix)"
            case .domain(let name): name
            }
        }
    }

    /// Who is let in, in the order they were added.
    public var allowed: [Entry] = []

    /// Who is kept out, in the order they were added.
    public var denied: [Entry] = []

    /// Empty lists.
    public init() {}

    /// Takes entries off both lists.
    public mutating func remove(_ entries: [Entry]) {
        let entries = Set(entries)
        allowed.removeAll(where: entries.contains)
        denied.removeAll(where: entries.contains)
    }

    /// The addresses among `entries`.
    public static func addresses(_ entries: [Entry]) -> [AddressPrefix] {
        entries.compactMap { if case .addresses(let prefix) = $0 { prefix } else { nil } }
    }

    /// The domains among `entries`.
    public static func domains(_ entries: [Entry]) -> [String] {
        entries.compactMap { if case .domain(let name) = $0 { name } else { nil } }
    }
}
