import Campaigns
import Configuration
import Decision
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import Synchronization

/// Says whose messages are grouped into campaigns, and groups them: sessions ask, the slow side does.
final class CampaignDesk: Sendable {
    private let key: HashingKey
    private let keeper: any Keeper
    private let metrics: DaemonMetrics
    private let scope: Atomic<Int>
    private let ledger = Mutex(LedgerRecipients())
    private let table = Mutex(CampaignTable())

    private static let scopes = Configuration.CampaignScope.allCases

    init(_ configuration: Configuration, key: HashingKey, keeper: any Keeper, metrics: DaemonMetrics) {
        self.key = key
        self.keeper = keeper
        self.metrics = metrics
        scope = Atomic(Self.place(of: configuration.campaigns))
    }

    func reconfigure(_ configuration: Configuration) {
        scope.store(Self.place(of: configuration.campaigns), ordering: .relaxed)
    }

    private static func place(of scope: Configuration.CampaignScope) -> Int { scopes.firstIndex(of: scope) ?? 0 }

    /// Whether messages are read at all.
    var isOn: Bool { scope.load(ordering: .relaxed) != 0 }

    /// Takes up what was kept.
    func restore(_ state: StoredState) {
        ledger.withLock { $0.restore(state.ledgerRecipients) }
        table.withLock {
            $0.restore(
                state.campaigns.lazy.map { (campaign: $0.key, root: $0.value) }, common: state.commonTemplates)
        }
    }

    /// Takes in what the ledger is told, here or at another server of the site.
    func note(_ changes: [MemoryChange]) {
        for change in changes {
            switch change {
            case .lie(let record), .lieHeard(let record):
                ledger.withLock { $0.note(record.key.recipient, isTold: record.isTold) }
            default: break
            }
        }
    }

    /// The recipient of a decision, if messages to it are grouped: one that was lied about or spared a lie, to whichever
    /// client, a trap, or, if that is asked for, any whose client is judged as a spammer. `nil` for any other, and for one
    /// that was refused in earnest. A few keyed hashes.
    func recipient(of decision: Decision, from peers: SessionPeers, _ greylist: GreylistConfiguration)
        -> CampaignRecipient?
    {
        guard isOn, decision.reply == nil || decision.lie != nil, let client = peers.client else { return nil }
        let address = decision.record.recipient
        let hash = key.hash(recipient: address)
        let treatment: CampaignMail.Treatment
        if decision.lie != nil {
            treatment = .lied
        } else if let known = ledger.withLock({ $0.isTold(hash) }) {
            treatment = known ? .lied : .spared
        } else if decision.spared != nil {
            treatment = .spared
        } else if decision.record.reasons.contains(.signal(.trapRecipient)) {
            treatment = .trap
        } else if decision.isJudgedSpam, Self.scopes[scope.load(ordering: .relaxed)] == .spam {
            treatment = .none
        } else {
            return nil
        }
        let length = client.family == .ipv4 ? greylist.ipv4PrefixLength : greylist.ipv6PrefixLength
        let domain = address.lastIndex(of: "@").map { MailDomain.folded(String(address[$0...].dropFirst())) } ?? ""
        return CampaignRecipient(
            recipient: hash, network: key.hash(network: client.network(prefixLength: length)), domain: domain,
            dialect: decision.record.dialect, treatment: treatment, isOfGoodClient: decision.isOfGoodClient)
    }

    /// A message for such recipients, of which nothing has come yet.
    func message() -> CampaignMessage { CampaignMessage(key: key) }

    /// Groups a message, and passes on what is to be kept of it. For the slow side.
    func take(_ sighting: CampaignSighting) {
        guard let first = sighting.recipients.first else { return }
        guard !sighting.recipients.contains(where: \.isOfGoodClient) else {
            let network = UInt64(truncatingIfNeeded: first.network.bits)
            let common = table.withLock { $0.noteGood(sighting.shape, of: network) }
            return keep(common, at: sighting.time)
        }
        guard let placement = table.withLock({ $0.place(sighting.shape) }) else { return }
        keep(placement.common, at: sighting.time)
        for joined in placement.joined { keeper.submit(.campaignsJoined(joined, into: placement.campaign)) }
        for one in sighting.recipients {
            keeper.submit(
                .campaignMail(
                    CampaignMail(
                        time: sighting.time, session: sighting.session, campaign: placement.campaign,
                        recipient: one.recipient, network: one.network, recipientDomain: one.domain,
                        dialect: one.dialect, treatment: one.treatment)))
        }
        metrics.note(campaignMails: sighting.recipients.count)
    }

    private func keep(_ common: [UInt64], at time: UnixTime) {
        for template in common { keeper.submit(.commonTemplate(template, time)) }
    }

    /// Forgets a recipient, or with everything else the campaigns, too.
    func forget(_ scope: PurgeScope) {
        switch scope {
        case .recipient(let hash): ledger.withLock { $0.forget(hash) }
        case .everything:
            ledger.withLock { $0 = LedgerRecipients() }
            table.withLock { $0 = CampaignTable() }
        case .olderThan, .client, .sender, .greylist: break
        }
    }
}

/// Which recipients the ledger of lies names: those that somebody was lied to about, and those that were spared.
struct LedgerRecipients {
    /// As many as the ledger keeps.
    private static let capacity = 100_000

    private var told: [KeyedHash: Bool] = [:]

    /// Whether a recipient was lied about; `nil` for one that the ledger does not name. O(1).
    func isTold(_ recipient: KeyedHash) -> Bool? { told[recipient] }

    /// The ledger names a recipient: what was told about it once was told. O(1).
    mutating func note(_ recipient: KeyedHash, isTold: Bool) {
        if let known = told[recipient] {
            if isTold, !known { told[recipient] = true }
        } else if told.count < Self.capacity {
            told[recipient] = isTold
        }
    }

    mutating func restore(_ recipients: [KeyedHash: Bool]) {
        for (recipient, isTold) in recipients { note(recipient, isTold: isTold) }
    }

    mutating func forget(_ recipient: KeyedHash) { told[recipient] = nil }
}
