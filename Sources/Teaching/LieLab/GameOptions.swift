/// The knobs of the game between a spammer and sites that lie to him.
public struct GameOptions: Hashable, Sendable {
    /// The seed of the first game; the others follow it.
    public var seed: UInt64 = 1

    /// How many games are played of each kind, each with its own seed: intervals are over these.
    public var runs = 10

    /// Length of a game in days. The paper's experiment took 73.
    public var days = 73

    /// Sites on the spammer's list.
    public var sites = 12

    /// The share of the sites that lie; the others accept whatever recipient exists.
    public var lyingShare = 0.5

    /// Entries of the spammer's list at each site.
    public var addresses = 150

    /// The share of those that do not exist: about 35 % on spammers' lists.
    public var unknownShare = 0.35

    /// How far that share may lie from the mean at a site, either way, evenly.
    public var unknownSpread = 0.15

    /// The share of those that are traps.
    public var trapShare = 0.03

    /// Mail servers of a site.
    public var servers = 2

    /// Whether the servers of a site tell the same lies: they have the same key.
    public var sharesLies = true

    /// The share of bots that a site judges certain, which is what lies are told on. Half of the kinds of bots is what
    /// `argot dialects evaluate` finds through a milter behind Postfix.
    public var recall = 0.5

    /// Bots that send at the same time, each in its own network.
    public var bots = 48

    /// Days after which a bot is replaced by one of another network.
    public var botLife = 10

    /// Messages to each address on the list, per day.
    public var mailsPerDay = 0.25

    /// The share of requests for a genuine address that a site refuses as unknown by its own fault: a directory that is
    /// down, a backup server with an old map.
    public var flapping = 0.001

    /// What a lie depends on.
    public var scope = LieScope.recipient

    /// What keeps lies plausible.
    public var plausibility = Plausibility.unlimited

    /// How many lies a site tells a day at most; `nil` without a limit.
    public var siteCap: Int?

    /// How many lies a site tells a day about one recipient at most; `nil` without a limit.
    public var recipientCap: Int?

    /// Accounts that a spammer who plants some has at each site where he can get one.
    public var plants = 2

    /// The share of sites where he can.
    public var plantedShare = 0.5

    /// The defaults.
    public init() {}
}
