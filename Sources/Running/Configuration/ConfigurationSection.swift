/// Keys that belong together.
public struct ConfigurationSection: Sendable {
    /// The heading.
    public let title: String

    /// What the keys have in common.
    public let introduction: String

    /// The keys, in the order in which they are explained.
    public let keys: [ConfigurationKey]

    /// All sections, in the order of the shipped file.
    public static let all: [ConfigurationSection] = [
        verdicts, exemptions, traps, greylisting, history, senders, breaker, connection, control, data, sharing,
        learning,
        logs,
    ]
}
