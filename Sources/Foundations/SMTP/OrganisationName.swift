/// The registered domain that a host name lies in: `mx1.mail.example.co.uk` belongs to `example.co.uk`.
///
/// Without a list of public suffixes it is taken to be the last two labels, or three where the last is a country and the
/// one before it a usual second level: good enough to count hosts of one owner once.
public struct OrganisationName: Hashable, Sendable, CustomStringConvertible {
    /// The domain in lower case.
    public let description: String

    /// Second levels under which countries register domains.
    public static let secondLevels: Set<String> = [
        "ac", "co", "com", "edu", "gob", "go", "gov", "gv", "info", "ltd", "mil", "ne", "net", "nom", "or", "org",
        "plc",
        "sch",
    ]

    /// The organisation of a host name in any letter case; `nil` for a name without a dot. O(length).
    public init?(host: some StringProtocol) {
        let name = host.hasSuffix(".") ? host.dropLast().lowercased() : host.lowercased()
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, labels.allSatisfy({ !$0.isEmpty }) else { return nil }
        let isCountry = labels[labels.count - 1].utf8.count == 2
        let isSecondLevel = Self.secondLevels.contains(String(labels[labels.count - 2]))
        let count = labels.count > 2 && isCountry && isSecondLevel ? 3 : 2
        description = labels.suffix(count).joined(separator: ".")
    }
}
