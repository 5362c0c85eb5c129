import Decision
import Keeping
import KeyedHashing
import Memory
import Policy
import Redis
import RedisStore
import SMTP
import Seeded
import Synchronization

/// A mail server without mail: what it would have to say of recipients goes out at a stated rate, and what the others say is
/// taken into a memory as argotd's.
final class BenchmarkServer: SharingHost {
    let memory: DecisionMemory
    private let number: UInt64
    private let stores = Mutex<SharedStores?>(nil)
    private let noted = Atomic<Int>(0)
    private let complaints = Mutex<[SharingEvent]>([])
    private let clock: @Sendable () -> Double

    init(_ number: UInt64, addresses: [RedisAddress], clock: @escaping @Sendable () -> Double) throws {
        self.number = number
        self.clock = clock
        memory = DecisionMemory(
            key: try HashingKey(bytes: Array(repeating: 7, count: HashingKey.byteCount)),
            policy: PolicyConfiguration())
        memory.beginSharing()
        var settings = SharingSettings(
            address: addresses[0], server: ServerID(number), name: "mx\(number)", keyID: "k",
            seal: { _ in "" })
        settings.further = Array(addresses.dropFirst())
        let made = SharedStores(settings, host: self)
        stores.withLock { $0 = made }
        try made.start()
    }

    var sharing: SharedStores { stores.withLock { $0! } }

    /// Notes of others that were taken in.
    var notes: Int { noted.load(ordering: .relaxed) }

    /// What it would have told the administrator.
    var told: [SharingEvent] { complaints.withLock { $0 } }

    /// What one recipient leaves to be told: of ten strangers seven are put off for the first time, one comes back and passes
    /// (and its network with it), and of two known clients a clean message is counted (and for their networks). Each leaves
    /// a cell of a sender's counts.
    func recipient(_ random: inout SeededGenerator) -> Int {
        let now = UnixTime(seconds: Int64(clock()))
        let key = KeyedHash(bits: UInt128(random.next()) << 64 | UInt128(random.next()))
        let second = KeyedHash(bits: key.bits ^ 1 << 100)
        let record = ClientRecord(firstSeen: now, lastSeen: now, count: 1)
        let changes: [MemoryChange]
        switch random.next() % 10 {
        case 0..<7: changes = [.greylist(key, GreylistEntry(firstSeen: now, lastSeen: now, hasPassed: false))]
        case 7:
            changes = [
                .greylist(key, GreylistEntry(firstSeen: now, lastSeen: now, hasPassed: true)),
                .network(second, record),
            ]
        default: changes = [.client(key, record), .clientNetwork(second, record)]
        }
        for change in changes { sharing.submit(change) }
        sharing.submit(
            .cells([
                SenderCell(
                    slot: now.seconds / 3_600, sender: random.next(), domain: random.next() % 1_000, mails: 1,
                    trapped: 0)
            ]))
        return changes.count
    }

    // MARK: SharingHost

    var now: Double { clock() }

    func takeNews() -> [SharedFact] { memory.takeNews() }

    func take(_ facts: [SharedFact], from server: ServerID?) {
        let now = UnixTime(seconds: Int64(clock()))
        for fact in facts { _ = memory.take(fact, from: server, at: now) }
    }

    func take(_ notes: [SharedNote], upTo place: String) { noted.add(notes.count, ordering: .relaxed) }

    var models: [OwnModel] { [] }

    func take(_ model: SharedModel) -> Bool { false }

    func forEachRecord(_ body: ([SharedFact]) -> Bool) { memory.forEachRecord(body) }

    var report: NodeReport { NodeReport() }

    func tell(_ event: SharingEvent) { complaints.withLock { $0.append(event) } }
}
