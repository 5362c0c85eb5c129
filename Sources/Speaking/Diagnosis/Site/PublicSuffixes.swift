/// Entries of lists that mean far more than one organisation.
public enum PublicSuffixes {
    private static let seconds: Set<String> = ["ac", "co", "com", "edu", "go", "gov", "mil", "ne", "net", "or", "org"]

    /// Whether an entry such as `.com` or `.co.uk` covers what many people register: one label, or a usual second level
    /// below a country.
    public static func isTooWide(_ entry: String) -> Bool {
        let labels = entry.lowercased().split(separator: ".")
        if labels.count < 2 { return true }
        return labels.count == 2 && labels[1].utf8.count == 2 && seconds.contains(String(labels[0]))
    }

    /// The findings for a list of domains of argotd's configuration.
    public static func findings(_ key: String, _ entries: [String], file: String) -> [Finding] {
        let wide = entries.filter(isTooWide)
        guard !wide.isEmpty else { return [] }
        let rest = entries.filter { !isTooWide($0) }
        return [
            Finding(
                "configuration.public-suffix", .problem, at: file,
                "\(key) has \(wide.joined(separator: " ")), below which anybody can register a name",
                remedy: ["in \(file): \(key) = \(rest.joined(separator: " "))", "argot reload"])
        ]
    }
}
