public import SMTP

/// Recipients as an administrator selects them: all, traps, addresses, domains.
public struct RecipientSelection: Sendable, Hashable {
    /// The word for all recipients.
    public static let allWord = "all"

    /// The word for traps.
    public static let trapsWord = "traps"

    /// The words that stand for more than one recipient.
    public static let words = [allWord, trapsWord]

    private var takesAll = false
    private var takesTraps = false
    private var addresses: Set<String> = []
    private var domains: DomainSet = []

    /// No recipient.
    public init() {}

    /// The recipients named: `all`, `traps`, addresses (folded), domains; `.example.net` is example.net and everything below
    /// it.
    public init(_ entries: some Sequence<String>) {
        var names: [String] = []
        for entry in entries {
            switch entry {
            case Self.allWord: takesAll = true
            case Self.trapsWord: takesTraps = true
            case _ where entry.utf8.contains(UInt8(ascii: "@")): addresses.insert(entry)
            default: names.append(entry)
            }
        }
        domains = DomainSet(names)
    }

    /// Adds what another selection has.
    public mutating func formUnion(_ other: RecipientSelection) {
        takesAll = takesAll || other.takesAll
        takesTraps = takesTraps || other.takesTraps
        addresses.formUnion(other.addresses)
        domains.formUnion(other.domains.entries)
    }

    /// All recipients.
    public static let all = RecipientSelection([allWord])

    /// Traps alone.
    public static let traps = RecipientSelection([trapsWord])

    /// Whether nobody is selected.
    public var isEmpty: Bool { !takesAll && !takesTraps && addresses.isEmpty && domains.isEmpty }

    /// Whether traps and nobody else are selected.
    public var isTrapsAlone: Bool { self == Self.traps }

    /// Whether a recipient is selected. O(labels of its domain).
    public func contains(_ recipient: MailAddress, isTrap: @autoclosure () -> Bool) -> Bool {
        takesAll || takesTraps && isTrap() || !addresses.isEmpty && addresses.contains(recipient.folded)
            || domains.contains(recipient.foldedDomain)
    }
}
