import Judgements
import Keeping
import Memory
import SMTP
import Synchronization

/// A keeper that also tells the other servers of the site what has changed. All else is the local keeper's.
final class SharingKeeper: Keeper {
    private let local: any Keeper
    private let sharing: SiteSharing
    /// The lies that are known to be undone: of each the others are told once.
    private let undone = Mutex<Set<LieKey>>([])

    init(_ local: any Keeper, sharing: SiteSharing) {
        self.local = local
        self.sharing = sharing
    }

    func submit(_ change: StoreChange) {
        local.submit(change)
        switch change {
        case .memory(let change): sharing.submit(change)
        case .correspondent(let key, let time): sharing.publish(.correspondent(key, time))
        case .sighting, .senderCells, .judged, .campaignMail, .campaignsJoined:
            if let note = SharedNote(change) { sharing.submit(note) }
        case .verdict, .unreadReply, .commonTemplate, .heard: break
        }
    }

    var health: StoreHealth { local.health }

    var counts: KeeperCounts { local.counts }

    func loadState() -> StoredState {
        let state = local.loadState()
        undone.withLock { $0 = state.undoneLies }
        sharing.resume(at: state.heardPlace)
        return state
    }

    func lookForUndoneLies(always: Bool, _ take: @escaping @Sendable (Set<LieKey>) -> Void) {
        local.lookForUndoneLies(always: always) { [sharing, weak self] lies in
            take(lies)
            let new = self?.undone.withLock { known in
                defer { known.formUnion(lies) }
                return lies.subtracting(known)
            }
            for key in new ?? [] { sharing.publish(.lie(LieRecord(undone: key, at: DaemonState.unixTime))) }
        }
    }

    func sendersGeneration() -> Int64? { local.sendersGeneration() }

    func senderCounts() throws(StoreError) -> any SenderCounts { try local.senderCounts() }

    @discardableResult
    func flush() -> Bool { local.flush() }

    @discardableResult
    func close() -> Bool {
        sharing.stop()
        return local.close()
    }

    func prune(_ retention: Retention) { local.prune(retention) }

    func limitJournal(bytes: Int64) { local.limitJournal(bytes: bytes) }

    func limitSightings(rows: Int) { local.limitSightings(rows: rows) }

    func judge(_ name: MessageName, _ judgement: MailJudgement) throws(StoreError) -> Int {
        let kept = try local.judge(name, judgement)
        // Another server may have taken the message, or its retry.
        sharing.submit(.judged(name, judgement))
        return kept
    }

    func purge(_ scope: PurgeScope, lastSeenUpTo time: UnixTime) throws(StoreError) -> PurgeReport {
        try local.purge(scope, lastSeenUpTo: time)
    }
}
