import Decision
import FoundationEssentials
import SMTP
import Synchronization

/// What all sessions share.
final class DaemonState: Sendable {
    /// What is remembered.
    let memory: DecisionMemory

    /// The slow side.
    let journal: JournalService

    /// How clients greeted, as Postfix tells its policy services; `nil` without a policy socket.
    let greetings: GreetingNotes?

    /// What Postfix tells of command lines; `nil` without a socket for it.
    let lines: LineDesk?

    /// What a tap of the network tells of them; `nil` without a socket for it.
    let tap: TapDesk?

    /// What sessions can be seen from.
    let vantages: [Vantage]

    /// Who writes to whom; `nil` where nobody counts.
    let senders: SenderService?

    /// What several servers of the site share; `nil` where they do not.
    let sharing: SiteSharing?

    /// What is counted.
    let metrics: DaemonMetrics

    private let current: Mutex<DecisionSnapshot>
    private let sessions = Atomic<UInt64>(0)
    private let published = Atomic<UInt64>(0)

    /// - Parameter snapshot: makes the first snapshot, for what sessions can be seen from.
    init(
        memory: DecisionMemory, journal: JournalService, metrics: DaemonMetrics, greetings: GreetingNotes? = nil,
        lines: LineDesk? = nil, tap: TapDesk? = nil, senders: SenderService? = nil, sharing: SiteSharing? = nil,
        snapshot: (_ vantages: [Vantage]) -> DecisionSnapshot
    ) {
        // Only Postfix tells command lines by itself; where a Sendmail stands beside it, its machine is made when its first
        // session comes.
        vantages = Vantage.milters(
            hasPolicyService: greetings != nil, hasCommandLines: lines != nil, hasTap: tap != nil
        ).filter { lines == nil || $0.filteredServer == .postfix }
        self.sharing = sharing
        self.senders = senders
        self.metrics = metrics
        self.greetings = greetings
        self.lines = lines
        self.tap = tap
        current = Mutex(snapshot(vantages))
        self.memory = memory
        self.journal = journal
    }

    /// The snapshot in force. A session asks once, when it begins.
    var snapshot: DecisionSnapshot { current.withLock { $0 } }

    /// How many snapshots were published: sessions in progress see by it that lists may have changed.
    var generation: UInt64 { published.load(ordering: .acquiring) }

    /// Publishes a new snapshot; sessions in progress keep theirs, but for its lists.
    func publish(_ snapshot: DecisionSnapshot) {
        current.withLock { $0 = snapshot }
        published.add(1, ordering: .releasing)
    }

    /// A name for a session that begins at `time`, unique while the daemon runs and across restarts.
    func nextSessionID(at time: Double) -> String {
        let number = sessions.add(1, ordering: .relaxed).newValue
        var name: [UInt8] = []
        name.reserveCapacity(27)
        Self.append(UInt64(time * 1_000), to: &name)
        name.append(UInt8(ascii: "-"))
        Self.append(number, to: &name)
        return String(decoding: name, as: UTF8.self)
    }

    /// Adds a number in base 36.
    private static func append(_ number: UInt64, to text: inout [UInt8]) {
        var (rest, start) = (number, text.count)
        repeat {
            let digit = UInt8(truncatingIfNeeded: rest % 36)
            text.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
            rest /= 36
        } while rest > 0
        var end = text.count - 1
        while start < end {
            text.swapAt(start, end)
            (start, end) = (start + 1, end - 1)
        }
    }

    /// The wall clock in seconds since 1970.
    static var now: Double { Date().timeIntervalSince1970 }

    /// The wall clock in whole seconds.
    static var unixTime: UnixTime { UnixTime(seconds: Int64(now)) }
}
