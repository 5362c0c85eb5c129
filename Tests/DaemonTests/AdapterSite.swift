import Configuration
import Decision
import Dialects
import Judgements
import Keeping
import KeyedHashing
import Logging
import Milter
import Memory
import Policy
import SMTP
import Synchronization

@testable import Daemon

/// A mail server's side of a session without a mail server: the macros that it has sent.
final class ScriptedConnection: MilterConnection {
    var mta: MTA
    var macros: [MilterMacro: String]
    let agreement = MilterNegotiation().agreed(actions: 0, steps: 0)

    init(_ mta: MTA = .postfix, _ macros: [MilterMacro: String] = [:]) {
        self.mta = mta
        self.macros = macros
    }

    func macro(_ macro: MilterMacro) -> String? { macros[macro] }
    func progress() -> Bool { false }
    func apply(_ change: MilterChange) -> Bool { false }
}

/// Remembers what it is given to keep.
final class ScriptedKeeper: Keeper {
    private let changes = Mutex<[StoreChange]>([])

    /// The verdicts, in order.
    var verdicts: [VerdictRecord] {
        changes.withLock { $0 }.compactMap { change in
            if case .verdict(let record, _) = change { record } else { nil }
        }
    }

    /// What is kept to learn from, in order.
    var sightings: [Sighting] {
        changes.withLock { $0 }.compactMap { change in
            if case .sighting(let sighting) = change { sighting } else { nil }
        }
    }

    /// The messages of campaigns, in order.
    var campaignMails: [CampaignMail] {
        changes.withLock { $0 }.compactMap { change in if case .campaignMail(let mail) = change { mail } else { nil } }
    }

    /// The correspondents, in order.
    var correspondents: [KeyedHash] {
        changes.withLock { $0 }.compactMap { change in if case .correspondent(let key, _) = change { key } else { nil }
        }
    }

    /// What was said of messages later.
    let judged = Mutex<[(name: MessageName, judgement: MailJudgement)]>([])

    func submit(_ change: StoreChange) { changes.withLock { $0.append(change) } }
    var health: StoreHealth { .ok }
    var counts: KeeperCounts { KeeperCounts() }
    func loadState() -> StoredState { StoredState() }
    func lookForUndoneLies(always: Bool, _ take: @escaping @Sendable (Set<LieKey>) -> Void) {}
    func sendersGeneration() -> Int64? { nil }
    func senderCounts() throws(StoreError) -> any SenderCounts { throw StoreError(.fileGone, path: "nowhere") }
    func flush() -> Bool { true }
    func close() -> Bool { true }
    func prune(_ retention: Retention) {}
    func limitJournal(bytes: Int64) {}
    func limitSightings(rows: Int) {}
    func judge(_ name: MessageName, _ judgement: MailJudgement) throws(StoreError) -> Int {
        judged.withLock { $0.append((name, judgement)) }
        return sightings.count { sighting in
            switch name {
            case .queueID(let hash): sighting.queueID == hash
            case .messageID(let hash): sighting.messageID == hash
            case .session(let client, _): !sighting.hasRecipient && sighting.client == client
            }
        }
    }
    func purge(_ scope: PurgeScope, lastSeenUpTo time: UnixTime) throws(StoreError) -> PurgeReport { PurgeReport() }
}

/// Everything that sessions share, without processes, files or sockets.
struct AdapterSite {
    let state: DaemonState
    let keeper = ScriptedKeeper()

    /// - Parameter change: what differs from a policy that applies every verdict and refuses certain bots.
    init(
        _ change: (inout PolicyConfiguration) -> Void = { _ in },
        learning configure: (inout Configuration) -> Void = { _ in }
    ) {
        var policy = PolicyConfiguration()
        policy.mode = .enforce
        policy.enforcedVerdicts = [.tempfail, .reject, .fakeReject]
        policy.certainAction = .reject
        policy.trustedNetworks = []
        policy.nameLookups = .yes
        change(&policy)
        var configuration = Configuration()
        configuration.logVerdicts = .refusals
        configure(&configuration)
        let metrics = DaemonMetrics()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        // The same at every site, so that what two of them keep can be compared.
        let key = try! HashingKey(bytes: 0..<32)
        let journal = JournalService(
            configuration: configuration, output: LogOutput(configuration), logger: logger, keeper: keeper,
            transcripts: TranscriptWriter(configuration), metrics: metrics,
            lessons: LessonDesk(configuration, key: key, keeper: keeper, metrics: metrics),
            campaigns: CampaignDesk(configuration, key: key, keeper: keeper, metrics: metrics))
        state = DaemonState(
            memory: DecisionMemory(key: key, policy: policy), journal: journal, metrics: metrics
        ) { _ in
            DecisionSnapshot(
                model: .starter(), modelSource: "built-in", policy: policy, learning: configuration.judgementRules)
        }
    }

    /// What is kept to learn from once everything handed over is passed on.
    var sightings: [Sighting] {
        state.journal.passOn()
        return keeper.sightings
    }

    /// What is kept of verdicts once everything handed over is written.
    var verdicts: [VerdictRecord] {
        state.journal.flush()
        return keeper.verdicts
    }
}
