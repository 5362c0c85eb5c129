/// Spammers of several kinds, by their shares of the spam.
public struct SpammerMix: Sendable, Hashable {
    /// As tables name it.
    public let name: String

    /// The share of the spam that each kind sends.
    public let shares: [SpammerKind: Double]

    /// A mix of its parts.
    public init(_ name: String, _ shares: [SpammerKind: Double]) {
        self.name = name
        self.shares = shares
    }

    /// As B@bel found it: the campaigns that did not come back stood for 19.2 % of the spam, and all others did.
    public static let published = SpammerMix("mix of 2011", [.ignores: 0.808, .keeps: 0.192])

    /// Those who heed feedback, in equal shares, with all precautions that there are.
    public static let wary: SpammerMix = {
        let kinds = SpammerKind.all.filter(\.heeds)
        return SpammerMix(
            "equal shares", Dictionary(uniqueKeysWithValues: kinds.map { ($0, 1 / Double(kinds.count)) }))
    }()

    /// Those that are shown.
    public static let all = [published, wary]
}
