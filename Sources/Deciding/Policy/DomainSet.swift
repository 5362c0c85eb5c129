import SMTP

/// A set of domain names: `example.net` is that name alone, `.example.net` it and everything below it.
///
/// Names are folded as by ``SMTP/MailDomain`` when they are added and when they are looked up.
public struct DomainSet: Sendable, Hashable, ExpressibleByArrayLiteral {
    private var names: Set<String> = []
    private var suffixes: Set<String> = []

    /// The domains named, in any spelling.
    public init(_ domains: some Sequence<String>) { formUnion(domains) }

    /// Adds the domains named, in any spelling.
    public mutating func formUnion(_ domains: some Sequence<String>) {
        for domain in domains.map({ MailDomain.folded($0) }) where !domain.isEmpty {
            if domain.hasPrefix(".") {
                suffixes.insert(String(domain.dropFirst()))
            } else {
                names.insert(domain)
            }
        }
    }

    /// The domains named, in any spelling.
    public init(arrayLiteral elements: String...) {
        self.init(elements)
    }

    /// Whether the set names nothing.
    public var isEmpty: Bool { names.isEmpty && suffixes.isEmpty }

    /// The domains, folded, in alphabetical order; those that stand for all below them first, with their dot.
    public var entries: [String] { suffixes.map { "." + $0 }.sorted() + names.sorted() }

    /// Whether `domain`, in any spelling, is in the set. O(number of labels).
    public func contains(_ domain: some StringProtocol) -> Bool {
        if isEmpty { return false }
        let domain = MailDomain.folded(domain)
        if names.contains(domain) { return true }
        guard !suffixes.isEmpty else { return false }
        var rest = Substring(domain)
        while true {
            if suffixes.contains(String(rest)) { return true }
            guard let dot = rest.firstIndex(of: ".") else { return false }
            rest = rest[rest.index(after: dot)...]
        }
    }

    /// The name in the set that covers all of `entry`, a name or a `.name` as the set's own; `nil` when none does.
    /// O(number of labels).
    func covering(_ entry: some StringProtocol) -> String? {
        let name = MailDomain.folded(entry)
        if names.contains(name) { return name }
        var rest = Substring(name.hasPrefix(".") ? String(name.dropFirst()) : name)
        while true {
            if suffixes.contains(String(rest)) { return ".\(rest)" }
            guard let dot = rest.firstIndex(of: ".") else { return nil }
            rest = rest[rest.index(after: dot)...]
        }
    }
}
