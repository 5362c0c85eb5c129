/// By which rules messages are grouped: see ``CampaignTable``.
public struct CampaignRules: Sendable, Hashable {
    /// How many templates are remembered; the one that was seen longest ago makes room. 256 at least: more
    /// than a message has.
    public var capacity = 65_536

    /// With so many other campaigns a template was seen when it belongs to everybody.
    public var manyCampaigns = 3

    /// Under about so many layouts it was seen then; 64 at most are counted.
    public var manyLayouts = 40

    /// In messages of so many clients with a good history it was seen then; 2 at most are told apart.
    public var goodClients = 2

    /// So often it was seen when what it was seen with is known well enough to join campaigns of different layouts.
    public var settledAfter: UInt32 = 12

    /// The rules that argotd works with.
    public init() {}
}
