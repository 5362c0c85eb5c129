import Configuration
import Decision
import FoundationEssentials
import Keeping
import KeyedHashing
import Logging
import SMTP
import SpamTracker
import Spectral
import Synchronization
import Threads

/// The slow side of the senders' scores: counts who writes to whom, clusters on schedule, and publishes new scores.
///
/// Sessions hand over what they see in a few instructions and read the scores in force; everything else happens on one
/// background queue of low priority. Without any label there is nothing to learn from, and nothing is clustered.
final class SenderService: Sendable {
    /// What is shown of it.
    struct Status: Sendable {
        /// Mails counted since the start.
        var events: UInt64 = 0
        /// Mails that found the hand-over full.
        var dropped: UInt64 = 0
        /// When the scores in force were made; `nil` without any.
        var created: UnixTime?
        /// Spam clusters in the scores.
        var clusters = 0
        /// Senders in the window, and those of them that are known to send spam.
        var senders = (all: 0, spam: 0)
        /// How often what was known had to be learned again, because labels came late.
        var relearned: UInt64 = 0
        /// The window in seconds; 0 before the first clustering.
        var window: Int64 = 0
    }

    private struct Inbox {
        var aims = Mailbox<SenderAim>(capacity: SenderService.capacity, dropping: .newest)
        var events: UInt64 = 0
    }

    /// What belongs to the queue.
    private struct Work: ~Copyable {
        var settings: SenderSettings
        var ledger: SenderLedger
        var generation: Int64
        var clusteredAt: UnixTime?
        var lookedAt: UnixTime?
    }

    /// What a hand-over holds at most between two visits of the queue, a second apart.
    private static let capacity = 65_536

    /// How many leading bits of an address make a sender.
    let prefixes: SenderPrefixes

    private let pseudonyms: SenderPseudonyms

    private let inbox = Mutex(Inbox())
    /// What is in force: the site's own scores, what a group of sites says, and both together.
    private struct Current {
        var own: SenderScores?
        var shared: SharedScores?
        var scores: SenderScores?
        var status = Status()

        /// Puts both together.
        mutating func combine(_ pseudonyms: SenderPseudonyms) {
            if let own {
                scores = SenderScores(own, shared: shared)
            } else {
                scores = shared.map { SenderScores(shared: $0, pseudonyms: pseudonyms) }
            }
        }
    }

    private let current = Mutex(Current())
    private let isOn: Atomic<Bool>
    private let isStopping = Atomic<Bool>(false)
    private let queue = SerialWorker("argot-senders", niceness: 10)
    private let work: Mutex<Work>
    /// What a group of sites says.
    private let group: SharedSenderService
    private let keeper: any Keeper
    private let logger: Logger

    init(_ configuration: Configuration, key: HashingKey, keeper: any Keeper, logger: Logger) {
        self.keeper = keeper
        self.logger = logger
        let settings = SenderSettings(configuration)
        prefixes = settings.options.prefixes
        isOn = Atomic(configuration.senders)
        // Clustering frees large blocks; without this the process would stay as large as it ever was.
        if configuration.senders { MemoryPolicy.returnLargeBlocks() }
        let ledger = SenderLedger(settings, key: key)
        pseudonyms = ledger.pseudonyms
        group = SharedSenderService(configuration, site: ledger.pseudonyms, logger: logger)
        work = Mutex(Work(settings: settings, ledger: ledger, generation: -1))
    }

    /// The scores in force; `nil` when there are none. A session asks once, when it begins.
    var scores: SenderScores? { isOn.load(ordering: .relaxed) ? current.withLock { $0.scores } : nil }

    /// Whether senders are watched.
    var isWatching: Bool { isOn.load(ordering: .relaxed) }

    /// The pseudonym of a client; `nil` where senders are not watched.
    func pseudonym(of client: ClientAddress) -> UInt64? { isWatching ? pseudonyms.sender(client).bits : nil }

    /// What is shown of it.
    var status: Status {
        var status = current.withLock { $0.status }
        (status.events, status.dropped) = inbox.withLock { ($0.events, UInt64($0.aims.dropped)) }
        return status
    }

    /// Takes in what a session has seen. Amortised O(1), a lock for a few instructions.
    func note(_ aim: SenderAim) {
        guard isOn.load(ordering: .relaxed) else { return }
        inbox.withLock { inbox in
            if inbox.aims.append(aim) { inbox.events += 1 }
        }
    }

    /// Takes what a group of sites says from now on; `nil` for nothing. Sessions that are open keep what they began with.
    func take(_ shared: SharedScores?) {
        current.withLock { current in
            current.shared = shared
            current.combine(pseudonyms)
        }
    }

    /// What is shown of a group's snapshots; `nil` where none are wanted.
    var groupStatus: SharedSenderService.Status? { isWatching ? group.status : nil }

    /// Begins: what is stored is read in the background, then the schedule runs.
    func start() {
        group.start { [weak self] in self?.take($0) }
        queue.async { [weak self] in self?.visit() }
    }

    /// Writes what was counted and ends. Waits for a clustering in progress to notice.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        group.stop()
        queue.sync { work.withLock { collect(&$0) } }
    }

    /// Takes new settings; sizes of slots and senders wait for a restart.
    func reconfigure(_ configuration: Configuration) {
        isOn.store(configuration.senders, ordering: .relaxed)
        group.reconfigure(configuration)
        if !configuration.senders {
            current.withLock { current in
                current.own = nil
                current.combine(pseudonyms)
            }
        }
        queue.async { [self] in
            work.withLock { work in
                work.settings.update(configuration)
                work.ledger.reconfigure(work.settings)
            }
        }
    }

    /// Hands what was counted over to the store, so that it can be removed there.
    func flush() { queue.sync { work.withLock { collect(&$0) } } }

    /// Forgets everything, the learned models and their files too; returns these. Labels are read again from the store.
    func forget() -> [String] {
        queue.sync {
            work.withLock { work in
                inbox.withLock { _ = $0.aims.take() }
                work.ledger.forget(work.settings)
                work.generation = -1
                work.lookedAt = nil
                current.withLock { current in
                    current.own = nil
                    current.status = Status()
                    current.combine(pseudonyms)
                }
                return [work.settings.modelFile, work.settings.baseFile].filter {
                    (try? FileManager.default.removeItem(atPath: $0)) != nil
                } + group.forget()
            }
        }
    }

    private func visit() {
        guard !isStopping.load(ordering: .relaxed) else { return }
        if isOn.load(ordering: .relaxed) { work.withLock { step(&$0) } }
        queue.async(after: .seconds(1)) { [weak self] in self?.visit() }
    }

    private func step(_ work: inout Work) {
        let now = DaemonState.unixTime
        collect(&work)
        if work.lookedAt.map({ $0.isOver(min(10, work.settings.interval), at: now) }) ?? true {
            work.lookedAt = now
            // The clock was ahead and was set back: what it has counted meanwhile would keep out what comes now.
            if work.ledger.isAhead(of: now) { work.generation = -1 }
            if let generation = keeper.sendersGeneration(), generation != work.generation {
                work.generation = generation
                load(&work, now)
                work.clusteredAt = nil
            }
        }
        guard work.clusteredAt.map({ $0.isOver(work.settings.interval, at: now) }) ?? true else { return }
        work.clusteredAt = now
        do {
            try work.ledger.hear(try keeper.senderCounts(), settings: work.settings, now: now)
        } catch {
            logger.warning("senders: what others have said cannot be read: \(error)")
        }
        cluster(&work, now)
    }

    /// Moves what the sessions handed over into the matrix, and on to the store.
    private func collect(_ work: inout Work) {
        let aims = inbox.withLock { $0.aims.take() }
        guard !aims.isEmpty else { return }
        var refused = 0
        for aim in aims where !work.ledger.record(aim, settings: work.settings) { refused += 1 }
        if refused > 0 { inbox.withLock { $0.aims.drop(refused) } }
        var cells = work.ledger.takeNewCells()[...]
        while !cells.isEmpty {
            keeper.submit(.senderCells(Array(cells.prefix(1_000))))
            cells = cells.dropFirst(1_000)
        }
    }

    /// Builds the matrix from what is stored: after a start, and when labels or imported mails have changed.
    private func load(_ work: inout Work, _ now: UnixTime) {
        keeper.flush()
        do {
            let counts = try keeper.senderCounts()
            let models = work.ledger.hasModel ? nil : readModels(work.settings)
            let cells = try work.ledger.rebuild(from: counts, models: models, settings: work.settings, now: now)
            logger.info("senders loaded", metadata: ["cells": "\(cells)", "labels": "\(work.ledger.labelCount)"])
        } catch {
            logger.warning("senders: what is stored cannot be read, going on with what comes: \(error)")
        }
    }

    private func readModels(_ settings: SenderSettings) -> SenderModels? {
        do {
            return try SenderModelFile.read(model: settings.modelFile, base: settings.baseFile)
        } catch {
            logger.warning("senders: \(error): learning anew from the store")
            return nil
        }
    }

    private func cluster(_ work: inout Work, _ now: UnixTime) {
        guard work.ledger.hasLabels else { return }
        let begin = ContinuousClock.now
        do {
            let result = try work.ledger.workload(at: now, settings: work.settings).run { [self] in
                isStopping.load(ordering: .relaxed)
            }
            let learned = work.ledger.adopt(result)
            let canJudge = result.model.canJudge || !result.model.clusters.isEmpty
            current.withLock { current in
                current.own = canJudge ? work.ledger.scores(result.snapshot) : nil
                current.combine(pseudonyms)
                current.status.created = canJudge ? now : nil
                current.status.clusters = result.model.clusters.count
                current.status.senders = result.senders
                current.status.window = result.window
                if result.hasRelearned { current.status.relearned += 1 }
            }
            if learned {
                try SenderModelFile.write(result.model, to: work.settings.modelFile)
                try SenderModelFile.write(result.base, to: work.settings.baseFile)
            }
            if let steering = result.steering, steering.window.length != result.window {
                logger.info(
                    "senders' window",
                    metadata: [
                        "seconds": "\(steering.window.length)", "was": "\(result.window)",
                        "flagged": "\(steering.last?.flaggedShare ?? 0)",
                        "labelled": "\(steering.last?.labelledShare ?? 0)",
                    ])
            }
            logger.info(
                "senders clustered",
                metadata: [
                    "senders": "\(result.senders.all)", "spam": "\(result.senders.spam)",
                    "clusters": "\(result.model.clusters.count)", "learned": "\(learned)",
                    "relearned": "\(result.hasRelearned)", "window": "\(result.window)",
                    "milliseconds": "\((ContinuousClock.now - begin).microseconds / 1_000)",
                ])
        } catch {
            guard !isStopping.load(ordering: .relaxed) else { return }
            logger.warning("senders: the scores stay as they are: \(error)", metadata: ["age": "\(age(at: now))"])
        }
    }

    private func age(at now: UnixTime) -> String {
        current.withLock { $0.status.created }.map { "\(now - $0) s" } ?? "none"
    }
}
