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
    public init?(host: String) {
        guard let domain = Self.domain(of: host) else { return nil }
        description = domain
    }

    /// The same of a part of a text.
    @inlinable
    public init?(host: some StringProtocol) { self.init(host: String(host)) }

    private static let dot = UInt8(ascii: ".")

    /// The registered domain, found from the end: every session asks.
    private static func domain(of host: String) -> String? {
        let bytes = host.utf8
        let end = bytes.last == dot ? bytes.index(before: bytes.endIndex) : bytes.endIndex
        // Where the last, the last two and the last three labels begin.
        var one: String.Index?
        var two: String.Index?
        var three: String.Index?
        var labels = 1
        var length = 0
        var isLower = true
        var place = end
        while place > bytes.startIndex {
            let previous = bytes.index(before: place)
            let byte = bytes[previous]
            guard byte < 0x80 else { return domain(byLabelsOf: host) }
            if byte == dot {
                guard length > 0 else { return nil }
                switch labels {
                case 1: one = place
                case 2: two = place
                case 3: three = place
                default: break
                }
                labels += 1
                length = 0
            } else {
                length += 1
                if 0x41...0x5a ~= byte { isLower = false }
            }
            place = previous
        }
        guard let one, length > 0 else { return nil }
        let second = two ?? bytes.startIndex
        var start = second
        if labels > 2, bytes.distance(from: one, to: end) == 2,
            secondLevels.contains(host[second..<bytes.index(before: one)].lowercased())
        {
            start = three ?? bytes.startIndex
        }
        return isLower ? String(host[start..<end]) : host[start..<end].lowercased()
    }

    /// The same of any text, label by label.
    static func domain(byLabelsOf host: String) -> String? {
        let name = host.hasSuffix(".") ? host.dropLast().lowercased() : host.lowercased()
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 1, labels.allSatisfy({ !$0.isEmpty }) else { return nil }
        let isCountry = labels[labels.count - 1].utf8.count == 2
        let isSecondLevel = secondLevels.contains(String(labels[labels.count - 2]))
        let count = labels.count > 2 && isCountry && isSecondLevel ? 3 : 2
        return labels.suffix(count).joined(separator: ".")
    }
}
