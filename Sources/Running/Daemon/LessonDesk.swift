import Configuration
import Decision
import Judgements
import Keeping
import KeyedHashing
import Memory
import SMTP
import Synchronization

/// The slow side of what is learned from: hashes what the sessions leave, adds what is known of senders, and passes it on to
/// the keeper. Nothing here decides, and nothing that decides is asked here.
final class LessonDesk: Sendable {
    private struct State {
        var learns: Bool
        var sources: Set<JudgementSource>
        var refusals: RefusalReader
        var correspondents: [KeyedHash: UnixTime] = [:]
        var scanners = ScannerQuota()
    }

    /// How many correspondents are remembered; those last written to stay.
    private static let maximumCorrespondents = 50_000

    private let key: HashingKey
    private let keeper: any Keeper
    private let metrics: DaemonMetrics
    /// Makes the pseudonym by which the recipients of a client are counted.
    private let pseudonym: @Sendable (ClientAddress) -> UInt64?
    private let state: Mutex<State>

    init(
        _ configuration: Configuration, key: HashingKey, keeper: any Keeper, metrics: DaemonMetrics,
        pseudonym: @escaping @Sendable (ClientAddress) -> UInt64? = { _ in nil }
    ) {
        self.pseudonym = pseudonym
        self.key = key
        self.keeper = keeper
        self.metrics = metrics
        state = Mutex(
            State(
                learns: configuration.learning, sources: configuration.judgementSources,
                refusals: configuration.judgementRules?.refusals ?? RefusalReader()))
    }

    func reconfigure(_ configuration: Configuration) {
        state.withLock {
            $0.learns = configuration.learning
            $0.sources = configuration.judgementSources
            $0.refusals = configuration.judgementRules?.refusals ?? RefusalReader()
        }
    }

    /// Remembers what was stored.
    func restore(_ correspondents: [(key: KeyedHash, last: UnixTime)]) {
        state.withLock { state in
            for (key, last) in correspondents { state.correspondents[key] = last }
        }
    }

    /// Takes in whom authenticated users have written to at other servers of the site.
    func hear(_ correspondents: [(key: KeyedHash, last: UnixTime)]) {
        state.withLock { state in
            for (key, last) in correspondents
            where state.correspondents[key] != nil || state.correspondents.count < Self.maximumCorrespondents {
                state.correspondents[key] = max(last, state.correspondents[key] ?? last)
            }
        }
    }

    /// Whom authenticated users have written to, and when last. O(correspondents).
    var knownCorrespondents: [(key: KeyedHash, last: UnixTime)] {
        state.withLock { $0.correspondents }.map { ($0.key, $0.value) }
    }

    /// Whether somebody is listened to; `nil` where nothing is learned.
    func listens(to source: JudgementSource) -> Bool? {
        state.withLock { $0.learns ? $0.sources.contains(source) : nil }
    }

    /// Takes what a session leaves. A few keyed hashes.
    func take(_ lesson: Lesson) {
        guard lesson.hasRecipient else { return take(withoutRecipient: lesson) }
        var judgements = lesson.judgements
        if isFromCorrespondent(lesson) {
            judgements.append(MailJudgement(.honest, from: .correspondent, at: lesson.time))
        }
        metrics.note(sighting: judgements)
        for reply in lesson.unreadReplies { keeper.submit(.unreadReply(reply, lesson.time)) }
        keeper.submit(
            .sighting(Sighting(lesson, under: key, sender: pseudonym(lesson.client), judgements: judgements)))
    }

    /// Takes what a session leaves that never asked for a recipient: how it spoke, and what the mail server said of that.
    private func take(withoutRecipient lesson: Lesson) {
        guard state.withLock({ $0.scanners.admits(lesson.keys.network, at: lesson.time) }) else { return }
        keeper.submit(.sighting(Sighting(lesson, under: key)))
    }

    /// Whether the sender is one whom an authenticated user has written to, and the client belongs to the sender's
    /// organisation or may send for it: anybody can write a sender.
    private func isFromCorrespondent(_ lesson: Lesson) -> Bool {
        let mayBe = state.withLock { $0.learns && $0.sources.contains(.correspondent) && !$0.correspondents.isEmpty }
        guard mayBe else { return false }
        let hash = key.hash(sender: lesson.sender.unquoted)
        guard state.withLock({ $0.correspondents[hash] != nil }) else { return false }
        return lesson.isAligned
    }

    /// An authenticated user has written to an address. Amortised O(1).
    func note(correspondent address: String, at time: UnixTime) {
        guard listens(to: .correspondent) == true else { return }
        let hash = key.hash(sender: address)
        let isNews = state.withLock { state in
            let known = state.correspondents[hash]
            if let known, !known.isOver(86_400, at: time) { return false }
            if known == nil, state.correspondents.count >= Self.maximumCorrespondents {
                // A tenth at a time, so that this is seldom.
                let oldest = state.correspondents.sorted { $0.value < $1.value }.prefix(Self.maximumCorrespondents / 10)
                for (key, _) in oldest { state.correspondents[key] = nil }
            }
            state.correspondents[hash] = max(known ?? time, time)
            return true
        }
        if isNews { keeper.submit(.correspondent(hash, time)) }
    }

    /// Adds what somebody says of a message later. Waits for the disk.
    ///
    /// - Returns: how many messages of that name are kept.
    func judge(queueID: String?, messageID: String?, _ judgement: MailJudgement) throws(StoreError) -> Int {
        var kept = 0
        if let queueID { kept = try keeper.judge(.queueID(key.hash(queueID: queueID)), judgement) }
        if kept == 0, let messageID {
            kept = try keeper.judge(.messageID(key.hash(messageID: messageID)), judgement)
        }
        if kept > 0 { metrics.note(judgement) }
        return kept
    }

    /// Reads what the mail server answered to a client before any recipient, and adds what it says to the session that
    /// was going on. Waits for the disk.
    ///
    /// - Returns: how many sessions were judged by it.
    func judge(client: ClientAddress, refusedWith reply: String, at time: UnixTime) throws(StoreError) -> Int {
        let (reader, sources) = state.withLock { ($0.refusals, $0.sources) }
        let source: JudgementSource
        switch reader.read(code: "", text: reply) {
        case .blocklist: source = .blocklist
        case .policy: source = .policy
        default: return 0
        }
        guard sources.contains(source) else { return 0 }
        let judgement = MailJudgement(.spam, from: source, at: time)
        let kept = try keeper.judge(.session(of: key.hash(client: client), at: time), judgement)
        if kept > 0 { metrics.note(judgement) }
        return kept
    }

    /// Forgets one correspondent, or all, unless they were written to after a time.
    func forgetCorrespondents(_ hash: KeyedHash? = nil, lastSeenUpTo time: UnixTime) {
        state.withLock { state in
            guard let hash else {
                state.correspondents = state.correspondents.filter { $0.value > time }
                return
            }
            if let last = state.correspondents[hash], last <= time { state.correspondents[hash] = nil }
        }
    }
}
