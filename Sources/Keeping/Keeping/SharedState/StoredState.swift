public import Campaigns
public import Memory
import Policy
public import SMTP

/// All that the decision half needs to go on where it stopped.
public struct StoredState: Sendable {
    /// The greylisted attempts.
    public var greylist: [(key: KeyedHash, entry: GreylistEntry)] = []

    /// The passed attempts per client network.
    public var networks: [(key: KeyedHash, record: ClientRecord)] = []

    /// The clients' histories.
    public var clients: [(key: KeyedHash, record: ClientRecord)] = []

    /// What the clients of each network have sent.
    public var clientNetworks: [(key: KeyedHash, record: ClientRecord)] = []

    /// How many rows hold what cannot be, and were left out, by table.
    public var unreadable: [String: Int] = [:]

    /// The lies that are not to be told again.
    public var undoneLies: Set<LieKey> = []

    /// The lies that were told and not undone.
    public var toldLies: [ToldLie] = []

    /// The recipients that the ledger names, and whether they were lied about to anybody, or spared by all.
    public var ledgerRecipients: [KeyedHash: Bool] = [:]

    /// What campaigns have become: one that joined another, and templates that would have founded one.
    public var campaigns: [CampaignID: CampaignID] = [:]

    /// Hashes of templates that are in everybody's mail.
    public var commonTemplates: [UInt64] = []

    /// The hashes of the addresses that authenticated users have written to, and when they last did.
    public var correspondents: [(key: KeyedHash, last: UnixTime)] = []

    /// Up to where other servers' log was kept; `nil` where nothing of it was.
    public var heardPlace: String?

    /// Nothing remembered.
    public init() {}

    /// The changes that lead to this state, the lies aside.
    public var changes: [StoreChange] {
        let changes: [MemoryChange] =
            greylist.map { .greylist($0.key, $0.entry) } + networks.map { .network($0.key, $0.record) }
            + clients.map { .client($0.key, $0.record) } + clientNetworks.map { .clientNetwork($0.key, $0.record) }
        return changes.map(StoreChange.memory) + correspondents.map { .correspondent($0.key, $0.last) }
    }
}
