import Memory
import Configuration
import Decision
import Keeping
import Logging
import Policy
import SMTP
import Synchronization
import Threads

/// The slow side: takes what the sessions hand over, writes log lines and transcripts, and passes the rest to the keeper.
///
/// Handing over takes a lock for a few instructions and never waits for a disk or a reader; when the queue is full the
/// item is dropped and counted.
final class JournalService: Sendable {
    private struct Queue {
        var items: Mailbox<JournalItem>
        /// How many dropped items were said.
        var said = 0
        var isWorkerAwake = false
    }

    /// The most bytes that waiting transcripts may hold together; other items are small.
    private static let maximumTranscriptBytes = 16 << 20

    private let queue: Mutex<Queue>
    private let worker = SerialWorker("argot-journal")
    private let output: LogOutput
    private let logger: Logger
    private let keeper: any Keeper
    private let transcripts: TranscriptWriter
    private let loggedVerdicts: Mutex<Configuration.LoggedVerdicts>
    private let showsAddresses: Atomic<Bool>
    /// What is learned from.
    let lessons: LessonDesk
    /// Whose messages are grouped into campaigns; `nil` where nobody groups.
    let campaigns: CampaignDesk?
    private let metrics: DaemonMetrics

    init(
        configuration: Configuration, output: LogOutput, logger: Logger, keeper: any Keeper,
        transcripts: TranscriptWriter, metrics: DaemonMetrics, lessons: LessonDesk,
        campaigns: CampaignDesk? = nil
    ) {
        self.campaigns = campaigns
        self.lessons = lessons
        self.metrics = metrics
        queue = Mutex(
            Queue(
                items: Mailbox(capacity: configuration.queueCapacity, maximumWeight: Self.maximumTranscriptBytes) {
                    $0.transcriptBytes
                }))
        self.output = output
        self.logger = logger
        self.keeper = keeper
        self.transcripts = transcripts
        loggedVerdicts = Mutex(configuration.logVerdicts)
        showsAddresses = Atomic(configuration.journalAddresses == .clear)
    }

    /// Whether sessions should record transcripts.
    var wantsTranscripts: Bool { transcripts.isOn }

    /// Whether somebody looks at bodies.
    var wantsBodies: Bool { wantsTranscripts || campaigns?.isOn == true }

    func reconfigure(_ configuration: Configuration) {
        loggedVerdicts.withLock { $0 = configuration.logVerdicts }
        showsAddresses.store(configuration.journalAddresses == .clear, ordering: .relaxed)
        campaigns?.reconfigure(configuration)
        transcripts.reconfigure(configuration)
    }

    /// Hands items over; never blocks. O(number of items).
    func submit(_ items: [JournalItem]) {
        let wakes = queue.withLock { queue in
            for item in items { queue.items.append(item) }
            defer { queue.isWorkerAwake = true }
            return !queue.isWorkerAwake
        }
        // A short wait gathers what comes together into one write.
        if wakes { worker.async(after: .milliseconds(20)) { [self] in work() } }
    }

    /// Removes the transcripts written so far; returns their files.
    func removeTranscripts() -> [String] { transcripts.removeFiles() }

    /// How many items wait.
    var waiting: Int { queue.withLock { $0.items.count } }

    /// Waits until everything handed over before is written.
    func flush() {
        worker.sync { work() }
        if !keeper.flush() { logger.warning("the last changes could not be written to the store") }
    }

    /// Passes everything that was handed over before on to the keeper. Waits for whoever writes it, not for the disk.
    func passOn() { worker.sync { work() } }

    private func work() {
        let (items, dropped) = queue.withLock { queue in
            let dropped = queue.items.dropped - queue.said
            queue.said = queue.items.dropped
            queue.isWorkerAwake = false
            return (queue.items.take(), dropped)
        }
        metrics.note(items, dropped: dropped)
        let logged = loggedVerdicts.withLock { $0 }
        let isLogOn = output.isOn
        var lines: [LogLine] = []
        for item in items {
            switch item {
            case .verdict(let record):
                if isLogOn, logged == .all || record.verdict.isRefusal { lines.append(LogLine(record)) }
                keeper.submit(.verdict(record, showsAddresses: showsAddresses.load(ordering: .relaxed)))
            case .changes(let changes): for change in changes { keeper.submit(.memory(change)) }
            case .session(let summary): lines.append(LogLine(summary))
            case .lesson(let lesson): lessons.take(lesson)
            case .campaign(let sighting): campaigns?.take(sighting)
            case .transcript(let transcript): transcripts.write(transcript, logger: logger)
            case .breakerTripped(let trip, let record):
                output.write(lines)
                lines = []
                let effect =
                    trip == .whole
                    ? "refusals are suspended, observing only" : "what \(trip) says is left out of verdicts"
                logger.critical(
                    "breaker: clients with a good history are being refused: \(effect)",
                    metadata: [
                        "suspended": "\(trip)", "reason": "\(record.words.joined(separator: ","))",
                        "dialect": "\(record.dialect)",
                    ])
            }
        }
        output.write(lines)
        if dropped > 0 {
            logger.warning("journal entries dropped because the queue was full", metadata: ["dropped": "\(dropped)"])
        }
    }
}
