/// What a spammer makes of what his bots are told.
public struct SpammerKind: Sendable, Hashable {
    /// When an address is asked for again after it was called unknown.
    public enum Repetition: Sendable, Hashable {
        /// With the next message to it, as always.
        case never

        /// After so many days, by another bot.
        case after(days: Int)

        /// At once, by another bot at another mail server of the site, until enough have been told the same.
        case atOnce
    }

    /// As tables name it.
    public let name: String

    /// Whether addresses that are called unknown are dropped from the list at all.
    public var heeds = true

    /// How many of the last ``window`` answers must be "unknown".
    public var answers = 1

    /// How many of the last answers count, 1...8.
    public var window = 1

    /// When he asks again.
    public var repetition = Repetition.never

    /// Whether he measures the share of unknown users of each domain, and believes nothing of one where it is implausible.
    public var measuresShare = false

    /// Whether he owns accounts, and asks for them too: a site that calls those unknown lies.
    public var plants = false

    /// A kind by its name, which believes everything at once.
    public init(_ name: String) { self.name = name }

    /// A kind with changes to it.
    public init(_ name: String, _ change: (inout SpammerKind) -> Void) {
        self.init(name)
        change(&self)
    }

    /// Drops nothing.
    public static let ignores = SpammerKind("ignores feedback") { $0.heeds = false }

    /// Drops an address at the first "unknown".
    public static let keeps = SpammerKind("keeps feedback")

    /// Asks again the next day by another bot, and drops what is called unknown twice in a row.
    public static let asksTwice = SpammerKind("asks twice") {
        ($0.answers, $0.window, $0.repetition) = (2, 2, .after(days: 1))
    }

    /// Asks two more bots at once, at other servers of the site: all three must be told so.
    public static let comparesServers = SpammerKind("compares servers") {
        ($0.answers, $0.window, $0.repetition) = (3, 3, .atOnce)
    }

    /// Drops what three of the last four bots were told.
    public static let distrustsOne = SpammerKind("three of four bots") { ($0.answers, $0.window) = (3, 4) }

    /// Keeps feedback, but not that of domains where too much is unknown.
    public static let measuresDomains = SpammerKind("measures domains") { $0.measuresShare = true }

    /// Keeps feedback, but not that of sites that deny his own accounts.
    public static let plantsAccounts = SpammerKind("plants accounts") { $0.plants = true }

    /// All of it.
    public static let cautious = SpammerKind("all precautions") {
        ($0.answers, $0.window, $0.repetition, $0.measuresShare, $0.plants) = (3, 3, .atOnce, true, true)
    }

    /// All kinds that are compared.
    public static let all = [
        ignores, keeps, asksTwice, comparesServers, distrustsOne, measuresDomains, plantsAccounts, cautious,
    ]
}
