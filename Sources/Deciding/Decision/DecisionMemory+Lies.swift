public import Memory
import Policy
public import SMTP
import Synchronization

/// What is remembered for lies. Nothing of it is asked or told while no lies are told.
extension DecisionMemory {
    /// Takes over the lies of the ledger.
    func restore(_ told: [ToldLie], undone: Set<LieKey>, at now: UnixTime) {
        lying.withLock { lying in
            lying.book = LieBook(told: told, undone: undone)
            for lie in told where !undone.contains(lie.key) {
                lying.rate.note(lie.key.recipient, in: lie.domain, toldAt: lie.first, at: now)
            }
        }
    }

    /// Replaces the lies that are not to be told any more.
    public func setUndoneLies(_ undone: Set<LieKey>) { lying.withLock { $0.book.setUndone(undone) } }

    /// Adds lies that are not to be told any more.
    public func addUndoneLies(_ undone: Set<LieKey>) { lying.withLock { $0.book.undo(undone) } }

    /// The lies that are not to be told any more.
    public var knownUndoneLies: Set<LieKey> { lying.withLock(\.book.undone) }

    /// What is known of a lie: whether it was told and holds, whether it was undone. O(1).
    func standing(of lie: LieKey) -> (isTold: Bool, isUndone: Bool) {
        lying.withLock { ($0.book.isTold(lie), $0.book.isUndone(lie)) }
    }

    /// Whether clients cannot be told apart, or a network passes on the mail of many. O(1).
    func obstacle(toLyingTo network: KeyedHash, isHostile: Bool) -> LieObstacle? {
        if front.standing == .front { return .front }
        return lying.withLock { $0.obstacle(to: network, isHostile: isHostile) }
    }

    /// What keeps a lie from being told for the first time. O(1).
    func limit(
        on lie: LieKey, about domain: String, to network: KeyedHash, under limits: LieConfiguration, at now: UnixTime
    ) -> LieObstacle? {
        lying.withLock { $0.limit(on: lie, about: domain, to: network, under: limits, at: now) }
    }

    /// A lie is told. O(1).
    func tell(_ lie: LieKey, about domain: String, at now: UnixTime) {
        lying.withLock { $0.tell(ToldLie(lie, first: now, last: now, domain: domain), at: now) }
    }

    /// Takes in a lie of another server. O(1).
    func hear(_ record: LieRecord, at now: UnixTime) {
        lying.withLock { lying in
            if record.undoneAt != nil {
                lying.book.undo([record.key])
            } else if record.isTold {
                lying.tell(ToldLie(record), at: now)
            }
        }
    }

    /// A client of this network has asked for a recipient. O(1).
    ///
    /// - Parameters:
    ///   - sender: the domain of the sender that it named; `nil` where that is known already.
    ///   - isUnknown: whether it was told that there is none.
    ///   - isDue: whether a lie was due to it; `nil` where nobody has judged that.
    func noteRequest(
        from network: KeyedHash, sender: String? = nil, isUnknown: Bool, isDue: Bool? = nil, at now: UnixTime
    ) {
        lying.withLock { lying in
            lying.shares.note(network, isUnknown: isUnknown, isDue: isDue, at: now)
            if let sender { lying.relays.note(sender: sender, of: network) }
        }
    }

    /// A message of this network was authenticated for this organisation. O(1).
    func noteAuthenticated(_ organisation: OrganisationName, of network: KeyedHash) {
        lying.withLock { $0.relays.note(authenticated: organisation.description, of: network) }
    }

    /// A message of this client was taken that nothing of weight counted against. O(1).
    func noteCarrier(_ client: KeyedHash) { lying.withLock { $0.carriers.note(client) } }

    /// What was learned for lies, to go on with after a restart; `nil` before anything was. O(1).
    public var lieLearning: RequestShares.Learning? { lying.withLock(\.shares.learning) }

    /// Goes on with what was learned for lies before a restart.
    public func resume(_ learning: RequestShares.Learning) { lying.withLock { $0.shares.resume(learning) } }

    /// How it goes with lies, for those who ask. O(1).
    public func lieReport(at now: UnixTime) -> LieReport {
        let isBehindFront = front.standing == .front
        return lying.withLock { lying in
            LieReport(
                standsDown: isBehindFront || lying.carriers.most != nil, carrierShare: lying.carriers.share,
                toldThisHour: lying.rate.count(at: now), learnedShare: lying.shares.learned,
                requests: lying.shares.requests, seenShare: lying.shares.seen)
        }
    }
}
