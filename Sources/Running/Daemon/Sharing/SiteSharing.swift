import Configuration
import Control
import Decision
import FoundationEssentials
import Keeping
import Logging
import Memory
import Policy
import RedisStore
import SMTP
import Synchronization
import Threads

/// This server among those of its site: takes in what the others say, and tells them what happens here.
///
/// It is there before everything else, so that nothing is missed, and speaks to the others once ``start(_:)`` has told it whom
/// to ask.
final class SiteSharing: SharingHost {
    /// What it asks, and whom it tells.
    struct Parties: Sendable {
        /// What decides.
        var memory: DecisionMemory
        /// The local keeper.
        var keeper: any Keeper
        /// The addresses that authenticated users have written to.
        var lessons: LessonDesk
        /// What is said of recipients in the ledger.
        var campaigns: CampaignDesk?
        /// What the administrator has said.
        var control: ControlService
        /// Where the models lie that this server teaches itself.
        var models: TaughtModels
        /// How this server is.
        var report: @Sendable () -> NodeReport
    }

    /// This server.
    let server: ServerID

    private let settings: SharingSettings
    private let logger: Logger
    private let store = Mutex<SharedStores?>(nil)
    private let parties = Mutex<Parties?>(nil)
    /// Does what may wait for the settings file's disk.
    private let worker = SerialWorker("argot-words")
    private let heardPlace = Mutex<String?>(nil)
    /// What was submitted before the start.
    private let early = Mutex(Mailbox<MemoryChange>(capacity: 100_000, dropping: .newest))

    init(_ settings: SharingSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
        server = settings.server
    }

    /// Begins to share.
    func start(_ parties: Parties) {
        parties.memory.beginSharing()
        self.parties.withLock { $0 = parties }
        var settings = settings
        settings.heardPlace = heardPlace.withLock { $0 }
        let store = SharedStores(settings, host: self)
        self.store.withLock { $0 = store }
        for change in early.withLock({ $0.take() }) { store.submit(change) }
        do {
            try store.start()
        } catch {
            logger.error("sharing: \(error)")
        }
    }

    /// Publishes what waits, if that goes soon, and ends.
    func stop() { store.withLock { $0 }?.stop(within: .seconds(5)) }

    /// Takes notice of a change that this server has made. Never waits; O(1).
    func submit(_ change: MemoryChange) {
        guard let store = store.withLock({ $0 }) else { return early.withLock { _ = $0.append(change) } }
        store.submit(change)
    }

    /// Publishes something that is no change of the memory. Never waits; O(1).
    func publish(_ fact: SharedFact) { store.withLock { $0 }?.publish(fact) }

    /// Publishes something to learn from. Never waits; O(1).
    func submit(_ note: SharedNote) { store.withLock { $0 }?.submit(note) }

    /// Tells the other servers that something was removed, and removes it from the shared stores. Never waits; O(1).
    func purge(_ purge: SitePurge) {
        guard let memory = parties.withLock({ $0 })?.memory else { return }
        memory.note(purge)
        store.withLock { $0 }?.purge(purge)
    }

    /// Says up to where the notes of others were kept in an earlier run. Before the start.
    func resume(at place: String?) { heardPlace.withLock { $0 = place } }

    // MARK: SharingHost

    var now: Double { DaemonState.now }

    func takeNews() -> [SharedFact] { parties.withLock { $0 }?.memory.takeNews() ?? [] }

    func take(_ facts: [SharedFact], from server: ServerID?) {
        guard let parties = parties.withLock({ $0 }) else { return }
        let now = DaemonState.unixTime
        var word = AdministratorWord()
        var correspondents: [(key: KeyedHash, last: UnixTime)] = []
        for fact in facts {
            switch fact {
            case .mode(let said): word.set(said)
            case .standing(let entry, let said): word.set(entry, said)
            case .correspondent(let key, let time):
                correspondents.append((key, time))
                parties.keeper.submit(.correspondent(key, time))
            case .purge(let purge):
                // In memory at once: what this server publishes next must not hold it any more.
                guard parties.memory.take(purge) else { break }
                worker.async { [control = parties.control, logger] in
                    do throws(StoreError) {
                        guard try control.take(purge) else { return }
                        logger.notice("sharing: what was removed at another server was removed here, too")
                    } catch {
                        logger.error(
                            "sharing: what was removed at another server is still kept here, run argot purge: \(error)")
                    }
                }
            default:
                let (changes, trip) = parties.memory.take(fact, from: server, at: now)
                for change in changes { parties.keeper.submit(.memory(change)) }
                parties.campaigns?.note(changes)
                if let trip { note(trip) }
            }
        }
        if !correspondents.isEmpty { parties.lessons.hear(correspondents) }
        if word != AdministratorWord() {
            // A settings file may lie on a disk that does not answer; what others say of mail must not wait for it.
            worker.async { [control = parties.control, word] in control.take(word) }
        }
    }

    func take(_ notes: [SharedNote], upTo place: String) {
        guard let parties = parties.withLock({ $0 }) else { return }
        let kept = notes.filter { note in
            guard case .sighting(let sighting) = note else { return true }
            return !parties.memory.wasPurged(client: sighting.client, at: sighting.time)
        }
        parties.keeper.submit(.heard(kept.map(\.change), place: place))
    }

    var models: [OwnModel] { parties.withLock { $0 }?.models.own ?? [] }

    func take(_ model: SharedModel) -> Bool { parties.withLock { $0 }?.models.take(model) ?? false }

    private func note(_ trip: BreakerTrip) {
        let effect =
            trip == .whole ? "refusals are suspended, observing only" : "what \(trip) says is left out of verdicts"
        logger.critical(
            "breaker: clients with a good history are being refused, here or at other servers: \(effect)",
            metadata: ["suspended": "\(trip)"])
    }

    func forEachRecord(_ body: ([SharedFact]) -> Bool) {
        guard let parties = parties.withLock({ $0 }) else { return }
        parties.memory.forEachRecord(body)
        let word = parties.control.word
        let words = word.mode.map { [SharedFact.mode($0)] } ?? []
        _ = body(words + word.entries.map { .standing($0.key, $0.value) })
        // When they were undone is known to the store; whoever says an earlier time is believed.
        let time = DaemonState.unixTime
        _ = body(parties.memory.knownUndoneLies.map { .lie(LieRecord(undone: $0, at: time)) })
        _ = body(parties.lessons.knownCorrespondents.map { .correspondent($0.key, $0.last) })
    }

    var report: NodeReport { parties.withLock { $0 }?.report() ?? NodeReport() }

    func tell(_ event: SharingEvent) {
        switch event {
        case .connected, .republished, .reread, .modelTaken, .modelCleared: logger.info("sharing: \(event)")
        default: logger.warning("sharing: \(event)")
        }
    }

    /// How it goes, for those who ask over the control socket.
    var document: StatusDocument.Sharing? {
        guard let store = store.withLock({ $0 }) else { return nil }
        let status = store.status
        let now = Int64(now) - status.clockSeconds
        let nodes = status.nodes.sorted { ($0.value.name, $0.key) < ($1.value.name, $1.key) }.map { server, report in
            StatusDocument.Sharing.Node(
                server: server, name: report.name, version: report.version,
                told_seconds: max(0, UnixTime(seconds: now) - UnixTime(seconds: report.told_at)),
                uptime_seconds: report.uptime_seconds, clock_seconds: report.clock_seconds, mode: report.mode,
                sessions_open: report.sessions_open, sessions_begun: report.sessions_begun, waiting: report.waiting,
                lag_milliseconds: report.lag_milliseconds, models: report.models)
        }
        let parts = store.parts.map { place, status in
            StatusDocument.Sharing.Store(
                address: place, connected: status.isConnected, problem: status.problem, waiting: status.waiting,
                published: status.published, lag_milliseconds: status.lagMilliseconds)
        }
        return .init(
            server: server.name, store: parts.map(\.address).joined(separator: " "), connected: status.isConnected,
            problem: status.problem, waiting: status.waiting, published: status.published, received: status.received,
            refused: status.refused, overflowed: status.overflowed, reread: status.reread,
            bytes_published: status.bytesPublished, lag_milliseconds: status.lagMilliseconds,
            clock_seconds: status.clockSeconds, nodes: nodes, stores: parts)
    }
}
