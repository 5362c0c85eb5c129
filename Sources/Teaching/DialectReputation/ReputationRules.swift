/// When judgements amount to something.
///
/// The numbers are bounds on what a stranger can do, not fits. A judgement of spam can be had for the price of sending
/// spam, from however many addresses somebody holds. One customer of one provider has a handful of networks and as many
/// names as he cares to register at one place; whoever has five networks under three organisations' verified names has
/// a botnet, and then can only teach this site what he himself speaks, or what nobody honest has spoken here. One honest
/// speaker ends it.
public struct ReputationRules: Sendable, Hashable {
    /// After how many seconds a sighting counts half.
    public var halfLife: Int64 = 14 * 86_400

    /// Of how many networks speakers must have been judged spam.
    public var networks = 5

    /// Of how many organisations; all clients without a verified name are one.
    public var organisations = 3

    /// How many judged networks, of ``organisations``, are enough in a crowd: where at least ``crowd`` networks of
    /// ``crowdOrganisations`` speak so on three days, and not one of them has come back as honest clients do. That takes
    /// a stranger more networks than being judged does.
    public var networksInCrowd = 3

    /// How many networks make a crowd.
    public var crowd = 50

    /// Of how many organisations a crowd must be.
    public var crowdOrganisations = 10

    /// How much these networks must weigh together: 4 of the 5 if all judgements are new.
    public var weight = 4.0

    /// The same in a crowd.
    public var weightInCrowd = 2.0

    /// What an honest network must weigh to count: an eighth lasts for three half-lives.
    public var honestWeight = 0.125

    /// The lowest rank (largest number) of a source that can be a witness alone: what a client brings about by itself,
    /// by asking for many recipients say, is never enough.
    public var witnessRank = 3

    /// How many seconds a site must have been watched before anybody is called: who comes back, and so is honest, shows
    /// after days only.
    public var leastAge: Int64 = 4 * 86_400

    /// The most fingerprints of a depth that are followed; those with the fewest judged networks go first.
    public var mostFingerprints = 20_000

    /// The most networks of each side that are remembered of a fingerprint.
    public var mostNetworks = 256

    /// The rules as they are.
    public init() {}
}
