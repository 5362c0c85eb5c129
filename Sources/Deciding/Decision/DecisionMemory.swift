public import KeyedHashing
public import Memory
public import Policy
public import SMTP
import Synchronization
import Threads

/// What is remembered from session to session and may change any time: greylist, history, breaker, the mail server's
/// genuine replies. Locks are held for single operations on values, never across work.
public final class DecisionMemory: Sendable {
    /// The key of all keyed hashes.
    public let key: HashingKey

    let greylist: Mutex<Greylist>
    let history: Mutex<ClientHistory>
    let breaker: Mutex<Breaker>
    /// What is read while decisions are made already.
    let late = LateReading()
    /// Until when the breaker has suspended refusals, in seconds since 1970: asked at every recipient, so without a lock.
    private let suspendedUntil = Atomic<Int64>(.min)
    /// Whether the mode has become observe since sessions may have begun: they keep their policy, but this reaches them.
    private let observes = Atomic(false)
    /// Whether the breaker has switched anything off by itself since it was reset: asked at every recipient.
    private let hasSuspensions = Atomic(false)
    /// When model or lists changed last, in seconds since 1970.
    private let changedAt = Atomic<Int64>(.min)
    /// Whether the mail server has been seen to know the name of any client.
    private let namesAreLookedUp = Atomic(false)
    /// The addresses at which the mail server has been reached.
    private let ownAddresses = Mutex<Set<ClientAddress>>([])
    /// Whether the mail server sees its clients' own connections.
    let front = FrontWatch()
    let genuineReplies = Mutex(GenuineReplyTable())
    /// Lies, and what keeps them from being told.
    let lying = Mutex(Lying())
    /// What was removed at any server of the site.
    let purged = Mutex(PurgedFacts())
    /// Whether other servers are told of what changes.
    let shares = Atomic(false)
    /// What other servers are to be told beside the changes that are kept on disk.
    let news = Mutex(Mailbox<SharedFact>(capacity: 65_536, dropping: .oldest))

    /// Whether clients of many networks come by ways of their own: `direct`; all by one: `front`; `unknown` before enough have
    /// come. Only then SYN and TLS hello count.
    public var ways: String { front.standing.rawValue }

    /// The hashes of the networks that clients came from lately.
    private let networks = PlaceCache<AddressPrefix, KeyedHash>(places: 4_096)

    /// What a client is remembered by. A keyed hash, and one for each of its networks that nobody came from lately.
    func keys(of client: ClientAddress) -> ClientKeys {
        key.keys(of: client) { network in
            let bits = UInt64(truncatingIfNeeded: network.base.bits >> UInt128(network.base.family == .ipv4 ? 8 : 64))
            return networks.value(for: network, bits: bits << 8 ^ UInt64(network.length)) { key.hash(network: network) }
        }
    }

    /// An empty memory.
    public init(key: HashingKey, policy: PolicyConfiguration) {
        self.key = key
        greylist = Mutex(Greylist(configuration: policy.greylist))
        history = Mutex(ClientHistory(configuration: policy.history))
        breaker = Mutex(Breaker(configuration: policy.breaker))
    }

    /// Takes a new policy's limits; a tripped breaker closes.
    public func reconfigure(_ policy: PolicyConfiguration) {
        greylist.withLock { $0.reconfigure(policy.greylist) }
        history.withLock { $0.reconfigure(policy.history) }
        breaker.withLock { $0.reset(configuration: policy.breaker) }
        suspendedUntil.store(.min, ordering: .relaxed)
        hasSuspensions.store(false, ordering: .relaxed)
        setMode(policy.mode)
    }

    /// Takes the mode in force. Observing begins at once, in sessions under way too; enforcing with the next session.
    public func setMode(_ mode: EnforcementMode) { observes.store(mode == .observe, ordering: .relaxed) }

    /// Takes over what was remembered before, in any order; of too much what was proven and last used.
    public func restore(
        greylist entries: [(key: KeyedHash, entry: GreylistEntry)] = [],
        networks: [(key: KeyedHash, record: ClientRecord)] = [],
        clients: [(key: KeyedHash, record: ClientRecord)] = [],
        clientNetworks: [(key: KeyedHash, record: ClientRecord)] = [], undoneLies: Set<LieKey> = [],
        toldLies: [ToldLie] = [], at now: UnixTime
    ) {
        let takeHistory: @Sendable () -> Void = {
            self.history.withLock { $0.restore(clients, networks: clientNetworks, at: now) }
        }
        if min(entries.count, clients.count) >= Self.muchToRestore {
            let history = SideWork("argot-restore", takeHistory)
            greylist.withLock { $0.restore(entries, networks: networks, at: now) }
            history.outcome()
        } else {
            takeHistory()
            greylist.withLock { $0.restore(entries, networks: networks, at: now) }
        }
        restore(toldLies, undone: undoneLies, at: now)
    }

    /// From so many on a second thread is worth it.
    private static let muchToRestore = 50_000

    /// Forgets what a scope names, as far as it was last seen up to a time; whatever that is, for everything that an own clock
    /// that was wrong has dated. The journal is the store's. Waits until all is read. O(entries), O(1) for one client.
    public func forget(_ scope: PurgeScope, lastSeenUpTo time: UnixTime = UnixTime(seconds: .max)) {
        lying.withLock { $0.book.forget(scope, lastSeenUpTo: time) }
        // Of what is removed by age, nothing is as young as the largest time.
        let end = time.seconds == .max ? nil : time + 1
        waitUntilRead()
        switch scope {
        case .olderThan(let limit):
            greylist.withLock { $0.forget(before: limit) }
            history.withLock { $0.forget(before: limit) }
        case .client(let client, let network, _):
            greylist.withLock { $0.forget(network: network, lastSeenUpTo: time) }
            history.withLock { $0.forget(client, lastSeenUpTo: time) }
        case .greylist: greylist.withLock { $0.forget(before: end, everything: end == nil) }
        case .everything:
            greylist.withLock { $0.forget(before: end, everything: end == nil) }
            history.withLock { $0.forget(before: end, everything: end == nil) }
        case .sender, .recipient: break
        }
    }

    /// How much is remembered: attempts and clients.
    public var counts: (attempts: Int, clients: Int) {
        (greylist.withLock { $0.count }, history.withLock { $0.count })
    }

    /// What the breaker's window holds, in organisations and networks.
    public func breakerCounts(at now: UnixTime) -> (known: Int, refused: Int) {
        breaker.withLock { $0.counts(at: now) }
    }

    /// Whether model or lists are new, so that what they say of clients with a good history may be their own mistake.
    func isOnProbation(at now: UnixTime) -> Bool {
        let since = now.seconds.subtractingReportingOverflow(changedAt.load(ordering: .relaxed))
        return !since.overflow && 0..<Self.probation ~= since.partialValue
    }

    /// Takes notice that model or lists have changed.
    public func beginProbation(at now: UnixTime) { changedAt.store(now.seconds, ordering: .relaxed) }

    /// How long model and lists are new, in seconds.
    private static let probation: Int64 = 86_400

    /// Whether the breaker has suspended all refusals but the administrator's own.
    public func isBreakerTripped(at now: UnixTime) -> Bool {
        now.seconds < suspendedUntil.load(ordering: .relaxed) && breaker.withLock { $0.isTripped(at: now) }
    }

    /// Whether other servers are told of what changes.
    private var isShared: Bool { shares.load(ordering: .relaxed) }

    /// Whether the mode in force is observe, whatever the policy says that a session began with.
    var isObserving: Bool { observes.load(ordering: .relaxed) }

    /// What the breaker has switched off by itself. Without a lock while nothing is.
    public func suspended(at now: UnixTime) -> Set<BreakerCause> {
        hasSuspensions.load(ordering: .relaxed) ? breaker.withLock { $0.suspended(at: now) } : []
    }

    func judge(_ attempt: Greylist.Attempt, at now: UnixTime) -> (GreylistStanding, [MemoryChange]) {
        // Who may have passed before is not put off.
        if isReading, !recall(attempt, at: now) { return (.allowListed, []) }
        return greylist.withLock { $0.judge(attempt, at: now) }
    }

    /// What the client's history says of it. O(1).
    func standing(of client: ClientKeys, at now: UnixTime) -> ClientStanding {
        if isReading, !recall(client, at: now) {
            var standing = ClientStanding()
            (standing.isKnown, standing.isGood, standing.networkHasDelivered) = (true, true, true)
            return standing
        }
        return history.withLock { $0.standing(of: client, at: now) }
    }

    /// Counts a clean message of the client; returns what is to be kept on disk. O(1).
    func noteCleanMessage(from client: ClientKeys, at now: UnixTime) -> [MemoryChange] {
        // To count from nothing would write over what is kept.
        if isReading, !recall(client, at: now) { return [] }
        return history.withLock { $0.noteCleanMessage(from: client, at: now) }
    }

    /// Takes the client's standing: it has hit a trap, or speaks a dialect that is known for certain to be hostile.
    /// Returns what is to be kept on disk. O(1).
    func revoke(_ client: ClientKeys, at now: UnixTime) -> [MemoryChange] {
        if isReading { _ = recall(client, at: now) }
        return history.withLock { $0.revoke(client, at: now) }
    }

    /// Counts a message of the client that only weak signals spoke against, for its network. O(1).
    func noteDelivery(from client: ClientKeys, at now: UnixTime) -> [MemoryChange] {
        if isReading, !recall(client, at: now) { return [] }
        return history.withLock { $0.noteDelivery(from: client, at: now) }
    }

    /// Tells the breaker of a verdict on a client with a good history.
    func note(_ subject: KeyedHash, refusedFor causes: [BreakerCause], at now: UnixTime) -> BreakerTrip? {
        breaker.withLock { breaker in
            let isNews = isShared && breaker.isNews(subject, refusedFor: causes, at: now)
            let trip = breaker.note(subject, refusedFor: causes, at: now)
            noteTrip(trip, of: breaker)
            guard isNews else { return trip }
            news.withLock { news in
                news.append(.vote(BreakerVote(subject: subject, causes: causes, time: now)))
                if let trip, let end = breaker.end(of: trip) { news.append(.trip(trip, until: end)) }
            }
            return trip
        }
    }

    func noteTrip(_ trip: BreakerTrip?, of breaker: borrowing Breaker) {
        switch trip {
        case .whole: suspendedUntil.store(breaker.suspendedUntil?.seconds ?? .min, ordering: .relaxed)
        case .narrow: hasSuspensions.store(true, ordering: .relaxed)
        case nil: break
        }
    }

    /// The most own addresses that are remembered.
    private static let maximumOwnAddresses = 64

    /// Takes notice of who meets whom, when a session begins, and says what is to be made of it: without any name ever
    /// seen, nobody is held to have none (the mail server may not look names up); who comes from an address at which the
    /// mail server is reached is the host itself.
    func meet(_ peers: SessionPeers, _ lookups: NameLookups) -> (peers: SessionPeers, isOwnHost: Bool) {
        var peers = peers
        let hasName = peers.resolution == .ok || peers.resolution == .forged
        if hasName, lookups == .auto { namesAreLookedUp.store(true, ordering: .relaxed) }
        switch lookups {
        case .yes: break
        case .no: peers.resolution = .unknown
        case .auto:
            if peers.resolution == .fail, !namesAreLookedUp.load(ordering: .relaxed) { peers.resolution = .unknown }
        }
        let isOwnHost = ownAddresses.withLock { addresses in
            if let server = peers.server, addresses.count < Self.maximumOwnAddresses { addresses.insert(server) }
            return peers.client.map(addresses.contains) ?? false
        }
        return (peers, isOwnHost)
    }

    func genuineReply(for domain: String) -> GenuineReply? { genuineReplies.withLock { $0.reply(for: domain) } }

    func learn(_ reply: GenuineReply, about recipient: MailAddress, from peers: SessionPeers, at now: UnixTime) {
        let network = peers.client.map { $0.network(prefixLength: $0.family == .ipv4 ? 24 : 48) }
        let learned = genuineReplies.withLock {
            $0.note(reply, by: peers.mta, about: recipient, to: network, at: now)
        }
        if isShared, let learned { news.withLock { _ = $0.append(.reply(learned)) } }
    }
}
