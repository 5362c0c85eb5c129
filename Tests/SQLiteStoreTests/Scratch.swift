import Foundation
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import SQLiteStore
import Synchronization

/// A directory of one test, removed at its end.
final class Scratch: Sendable {
    let directory: String

    init() {
        directory = FileManager.default.temporaryDirectory.appending(path: "argot-store-\(UUID().uuidString)").path
        try! FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Where the test's database lives.
    var database: String { directory + "/store.db" }

    /// The names of all files.
    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: directory).sorted()) ?? [] }

    /// The content of a file.
    func bytes(of name: String) -> [UInt8] {
        FileManager.default.contents(atPath: directory + "/" + name).map(Array.init) ?? []
    }

    /// The permission bits of a file.
    func mode(of name: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: directory + "/" + name)
        return attributes?[.posixPermissions] as? Int ?? 0o777
    }

    /// Replaces the content of a file.
    func write(_ bytes: [UInt8], to name: String) {
        _ = FileManager.default.createFile(atPath: directory + "/" + name, contents: Data(bytes))
    }
}

/// Collects what a writer says.
final class EventLog: Sendable {
    private let log = Mutex<[StoreEvent]>([])
    var all: [StoreEvent] { log.withLock { $0 } }
    var sink: @Sendable (StoreEvent) -> Void { { event in self.log.withLock { $0.append(event) } } }
}

let testKey = try! HashingKey(bytes: 0..<32)
let noon = UnixTime(seconds: 1_700_000_000)

func hash(_ number: Int) -> KeyedHash {
    KeyedHash(bits: UInt128(truncatingIfNeeded: number) << 64 | UInt128(UInt64(truncatingIfNeeded: number)))
}

func client(_ number: Int, at time: UnixTime = noon) -> StoreChange {
    .client(hash(number), ClientRecord(firstSeen: time, lastSeen: time, count: abs(number)))
}

func verdict(_ session: String, at time: UnixTime = noon, queueID: String = "") -> VerdictRecord {
    VerdictRecord(
        time: time, session: session, client: "192.0.2.7", clientName: "mail.example.net", helo: "mail.example.net",
        sender: "Alice@Example.net", recipient: "Bob@Lab.Example", verdict: .tempfail, applied: .accept,
        reasons: [.standing(.new), .signal(.dialectBot)], dialect: "cutwail", dialectState: "q17", queueID: queueID,
        mode: .observe, reply: "")
}

/// Changes of what is remembered, as a store takes them.
extension StoreChange {
    static func greylist(_ key: KeyedHash, _ entry: GreylistEntry) -> StoreChange { .memory(.greylist(key, entry)) }
    static func greylistRemoved(_ key: KeyedHash) -> StoreChange { .memory(.greylistRemoved(key)) }
    static func network(_ key: KeyedHash, _ record: ClientRecord) -> StoreChange { .memory(.network(key, record)) }
    static func networkRemoved(_ key: KeyedHash) -> StoreChange { .memory(.networkRemoved(key)) }
    static func client(_ key: KeyedHash, _ record: ClientRecord) -> StoreChange { .memory(.client(key, record)) }
    static func clientRemoved(_ key: KeyedHash) -> StoreChange { .memory(.clientRemoved(key)) }
    static func clientNetwork(_ key: KeyedHash, _ record: ClientRecord) -> StoreChange {
        .memory(.clientNetwork(key, record))
    }
    static func lie(_ record: LieRecord) -> StoreChange { .memory(.lie(record)) }
}

/// A writer that writes only when it is told to.
func patientWriter(
    _ path: String, capacity: Int = 50_000, batchSize: Int = 1_000, events: EventLog = EventLog()
) -> StoreWriter {
    var limits = WriterLimits()
    limits.interval = .seconds(3_600)
    limits.firstBackOff = .seconds(3_600)
    limits.longestBackOff = .seconds(3_600)
    limits.capacity = capacity
    limits.batchSize = batchSize
    return StoreWriter(path: path, hashingKey: testKey, limits: limits, now: { noon }, onEvent: events.sink)
}

/// Whether something becomes so, sooner or later; a minute is later than any machine needs.
func eventually(_ condition: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
        if condition() { return true }
        usleep(1_000)
    }
    return condition()
}
