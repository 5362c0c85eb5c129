import Decision
import Keeping
import KeyedHashing
import SMTP
import SpamTracker
import Spectral

/// Who writes to whom, by pseudonyms: the matrix, what is to be stored of it, and the labels. A value of the slow side.
struct SenderLedger: Sendable {
    private var tracker: SenderTracker
    private var counter: SenderCounter
    private var labels = SenderLabels([], pseudonyms: nil)
    private var quota: SenderQuota
    /// When what others say made it learn again.
    private var relearnedAt: UnixTime?
    private var hasSpam = false

    init(_ settings: SenderSettings, key: HashingKey) {
        counter = SenderCounter(
            SenderPseudonyms(key: key, prefixes: settings.options.prefixes),
            slotSeconds: settings.options.limits.slotSeconds)
        tracker = SenderTracker(options: settings.options, steering: settings.steering)
        quota = SenderQuota(settings.options.limits)
    }

    /// The names of senders and domains.
    var pseudonyms: SenderPseudonyms { counter.pseudonyms }

    /// Whether anything was learned or loaded.
    var hasModel: Bool { tracker.model.learnedUntil != nil }

    /// Whether any sender is known to send spam, now or before.
    var hasLabels: Bool { hasSpam || labels.hasSpam || tracker.model.canJudge }

    /// Whether labels came late, so that the next workload learns again.
    var isRelearning: Bool { tracker.isRelearning }

    /// What steers the window; `nil` for a window that stays.
    var steering: WindowSteering? { tracker.steering }

    /// Whether it holds mails that have not come yet, by a clock that was set back since.
    func isAhead(of now: UnixTime) -> Bool { tracker.newestSlotStart.map { $0 > now + 86_400 } ?? false }

    /// How many networks have a label.
    var labelCount: Int { labels.count }

    /// Forgets everything.
    mutating func forget(_ settings: SenderSettings) {
        tracker = SenderTracker(options: settings.options, steering: settings.steering)
        labels = SenderLabels([], pseudonyms: nil)
        counter.forget()
        hasSpam = false
    }

    /// Counts what a session has seen.
    ///
    /// - Returns: whether it was counted: the sender's network, or all together, may have used up a slot's room.
    mutating func record(_ aim: SenderAim, settings: SenderSettings) -> Bool {
        var cell = counter.cell(from: aim.client, to: aim.domain, at: aim.time, mails: 1)
        (cell.trapped, cell.bots) = (aim.isTrap ? 1 : 0, aim.isBotDialect ? 1 : 0)
        let sender = SenderKey(bits: cell.sender)
        if aim.isTrap { noteTrap(sender, at: UnixTime(seconds: cell.slot)) }
        guard quota.admits(sender, domain: cell.domain, slot: cell.slot) else { return false }
        counter.add(cell)
        count(cell, settings)
        return true
    }

    /// A trap says something of the week before it: when that was learned without knowing, it is learned again.
    private mutating func noteTrap(_ sender: SenderKey, at time: UnixTime) {
        if let until = tracker.model.learnedUntil, until + SenderLabels.trapReach > time,
            !labels.hasTrap(sender, from: UnixTime(seconds: .min), until: until),
            tracker.model.history.hasSeen(sender)
        {
            tracker.relearn()
        }
        labels.noteTrap(sender, at: time)
    }

    /// What was counted since the last time, for the store.
    mutating func takeNewCells() -> [SenderCell] { counter.take() }

    /// Forgets the counts and takes those of the store, with its labels. What was learned is learned again next time,
    /// with these labels. Returns the number of cells.
    ///
    /// - Parameter models: The stored models, after a start; `nil` for those at hand.
    mutating func rebuild(
        from store: any SenderCounts, models: SenderModels?, settings: SenderSettings, now: UnixTime
    ) throws(StoreError) -> Int {
        var fresh = SenderLabels(try store.senderLabels(), pseudonyms: counter.pseudonyms)
        let start = now + -settings.lifetime
        try store.trappedSenders(since: start, until: now) { sender, slot in
            fresh.noteTrap(SenderKey(bits: sender), at: UnixTime(seconds: slot))
        }
        _ = fresh.take(try Self.judgements(in: store, since: start, until: now), learnedUntil: nil)
        labels = fresh
        let limit = settings.options.limits.maximumCells / 2
        let model = models?.model ?? tracker.model
        var base: SenderModel? = models.map(\.base) ?? tracker.base
        // What is not all there cannot be learned again.
        if try store.senderCellCount() > limit { base = nil }
        tracker = SenderTracker(options: settings.options, model: model, base: base, steering: tracker.steering)
        tracker.relearn()
        hasSpam = false
        var cells = 0
        try store.senderCells(since: start, until: now, limit: limit) { cell in
            cells += 1
            count(cell, settings)
        }
        return cells
    }

    /// Takes what others have said of messages by now. What they say late of days that were learned is learned at most once
    /// a day: a site whose log is followed hears something all the time.
    mutating func hear(_ store: any SenderCounts, settings: SenderSettings, now: UnixTime) throws(StoreError) {
        let judgements = try Self.judgements(in: store, since: now + -settings.lifetime, until: now)
        let isNews = labels.take(judgements, learnedUntil: tracker.model.learnedUntil)
        guard isNews, relearnedAt.map({ $0.isOver(86_400, at: now) }) ?? true else { return }
        relearnedAt = now
        tracker.relearn()
    }

    private static func judgements(
        in store: any SenderCounts, since start: UnixTime, until end: UnixTime
    ) throws(StoreError) -> [SenderKey: SenderJudgements] {
        var found: [SenderKey: SenderJudgements] = [:]
        try store.judgedSenders(since: start, until: end) { sender, judgements in
            found[SenderKey(bits: sender)] = judgements
        }
        return found
    }

    /// The work that is due.
    mutating func workload(at now: UnixTime, settings: SenderSettings) -> SenderTracker.Workload {
        let trusted = settings.trustedDomains.compactMap {
            tracker.table.number(of: SenderPseudonyms.tableName(counter.pseudonyms.domain($0)))
        }
        var sensors = tracker.model.settings.sensors
        sensors.trusted = settings.trustedDomains.isEmpty ? nil : Set(trusted)
        tracker.setSensors(sensors)
        labels.forgetTraps(before: now + -settings.lifetime + -SenderLabels.trapReach)
        return tracker.workload(at: now, window: settings.window, labels: labels)
    }

    /// Takes other settings: whether the window is steered.
    mutating func reconfigure(_ settings: SenderSettings) {
        guard settings.steering?.stepSeconds != tracker.steering?.stepSeconds else { return }
        tracker.steer(settings.steering)
    }

    /// Takes the outcome; returns whether something was learned or clustered that is worth keeping.
    mutating func adopt(_ result: SenderTracker.Workload.Result) -> Bool {
        let old = tracker.model
        tracker.adopt(result)
        return old.inputHash != result.model.inputHash || old.clusters != result.model.clusters
    }

    /// Scores by this ledger's pseudonyms.
    func scores(_ snapshot: ScoreSnapshot) -> SenderScores { SenderScores(snapshot, pseudonyms: counter.pseudonyms) }

    /// Counts a cell with the label that came with its mails. What is said of senders is asked when it is learned.
    private mutating func count(_ cell: SenderCell, _ settings: SenderSettings) {
        let sender = SenderKey(bits: cell.sender)
        let label = LabelPolicy(learnsFromDialects: settings.learnsFromDialects).label(for: cell.evidence)
        if label == .spam { hasSpam = true }
        tracker.record(
            SenderEvent(
                sender: sender, domain: SenderPseudonyms.tableName(cell.domain), time: UnixTime(seconds: cell.slot),
                weight: cell.mails, label: label))
    }
}
