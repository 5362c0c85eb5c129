/// The knobs of the traffic simulator. The defaults follow what is published of the SpamTracker data (March 2007, 115
/// domains) and what was measured on public mail of the weeks after.
public struct SimulationOptions: Hashable, Sendable {
    /// The seed of the random numbers.
    public var seed: UInt64 = 1

    /// Periods of traffic; a bot's life is counted in them.
    public var periods = 6

    /// Length of a period in seconds.
    public var periodSeconds: Int64 = 2 * 86_400

    /// Recipient domains. The paper: 115.
    public var domains = 115

    /// Spam campaigns, each with its own list of targets; their sizes follow Zipf's law.
    public var campaigns = 12

    /// The smallest number of domains on a campaign's list; lists range up to nine tenths of all, evenly on a
    /// logarithmic scale.
    public var smallestList = 25

    /// The number of bots active in a period.
    public var bots = 2_000

    /// The mean lifetime of a bot, in periods. 1 renews nearly all bots every period, as public mail of 2007 shows
    /// (96 to 98 %).
    public var botLife = 1.0

    /// The share of bots that write to more than one domain. The paper: about 15 %.
    public var multiDomainShare = 0.15

    /// The mean number of domains of such a bot.
    public var domainsPerBot = 4.0

    /// The mean number of messages from a bot to each of its domains. Bots stay low and slow.
    public var mailsPerDomain = 1.2

    /// Honest senders, as a share of all senders of a period.
    public var honestShare = 0.12

    /// The share of honest senders active in a period.
    public var honestActivity = 0.35

    /// The share of honest senders that are relays: bulk senders and webmail, 5 to 60 domains, much mail.
    public var relayShare = 0.05

    /// The share of other honest senders that write to more than one domain.
    public var honestMultiShare = 0.1

    /// How alike honest mail and spam are in which domains they reach, 0 (independent) to 1 (the same order). Most of
    /// what a score can do hangs on this knob.
    public var popularityCorrelation = 0.3

    /// The share of honest senders that sit in networks where bots sit.
    public var sharedNetworks = 0.1

    /// The share of spam senders that no blocklist knows in their first period, with blocklist labels.
    public var blocklistMiss = 0.35

    /// The defaults.
    public init() {}
}
