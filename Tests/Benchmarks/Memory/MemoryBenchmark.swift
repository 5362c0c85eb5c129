import FoundationEssentials
import Glibc
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import SQLiteStore
import Seeded

/// Measures what it costs to remember: how long the slowest addition takes while the memory grows, how much room an entry
/// takes, and how long a start with what was stored takes. Of time it prints the processor's, which other work on the machine
/// disturbs less than the clock on the wall.
@main
struct MemoryBenchmark {
    static func main() throws {
        let words = CommandLine.arguments.dropFirst()
        let count = words.first.flatMap { Int($0) } ?? 1_000_000
        print("| what | entries | ns each | slowest us | above 1 ms | bytes an entry |")
        print("| --- | --: | --: | --: | --: | --: |")
        if words.dropFirst().first != "start" {
            growingHistory(count)
            growingGreylist(count)
        }
        try start(count)
    }

    private static let now = UnixTime(seconds: 1_800_000_000)

    /// A client in one of a quarter as many networks, 256 networks a block.
    private static func client(_ number: Int, of count: Int, _ generator: inout SeededGenerator) -> ClientKeys {
        let network = Int.random(in: 0..<max(1, count / 4), using: &generator)
        return ClientKeys(
            client: hash(1, number), network: hash(2, network), block: hash(3, network / 256), allocation: nil)
    }

    /// As good as random, as keyed hashes are.
    private static func hash(_ kind: UInt64, _ number: Int) -> KeyedHash {
        var generator = SeededGenerator(seed: kind << 56 | UInt64(number))
        return KeyedHash(bits: UInt128(generator.next()) << 64 | UInt128(generator.next()))
    }

    /// Clean messages of new clients, one each.
    private static func growingHistory(_ count: Int) {
        var generator = SeededGenerator(seed: 1)
        var history = ClientHistory(configuration: historyConfiguration(2 * count))
        let before = residentBytes()
        var slowest = Slowest()
        for number in 0..<count {
            let client = client(number, of: count, &generator)
            let time = now + Int64(number / 1_000)
            slowest.time { _ = history.noteCleanMessage(from: client, at: time) }
        }
        report("clean message of a new client", history.count, slowest, bytes: residentBytes() - before)
    }

    /// First attempts, two keys each.
    private static func growingGreylist(_ count: Int) {
        var generator = SeededGenerator(seed: 2)
        var greylist = Greylist(configuration: greylistConfiguration(count))
        let before = residentBytes()
        var slowest = Slowest()
        for number in 0..<count / 2 {
            let client = client(number, of: count / 2, &generator)
            let attempt = Greylist.Attempt(
                triplet: hash(4, number), pool: hash(5, number), network: client.network, client: client)
            let time = now + Int64(number / 1_000)
            slowest.time { _ = greylist.judge(attempt, at: time) }
        }
        report("first attempt", greylist.count, slowest, bytes: residentBytes() - before)
    }

    /// What a daemon does with its store at a start: half of the entries are clients, a quarter attempts, a quarter networks.
    private static func start(_ count: Int) throws {
        let scratch = "/tmp/argot-memory-benchmark.\(getpid()).db"
        defer { for suffix in ["", "-wal", "-shm"] { unlink(scratch + suffix) } }
        let key = try HashingKey(bytes: [UInt8](repeating: 7, count: 32))
        do {
            let store = try Store(path: scratch, hashingKey: key)
            var generator = SeededGenerator(seed: 3)
            var changes: [StoreChange] = []
            for number in 0..<count {
                let keys = client(number, of: count, &generator)
                let last = now + -Int64.random(in: 0..<2_000_000, using: &generator)
                let record = ClientRecord(
                    firstSeen: last + -Int64.random(in: 0..<2_000_000, using: &generator), lastSeen: last,
                    count: Int.random(in: 1..<9, using: &generator),
                    place: number % 2 == 0 ? NetworkPlace(ofClient: keys) : NetworkPlace(ofNetwork: keys))
                switch number % 4 {
                case 0, 2: changes.append(.memory(.client(keys.client, record)))
                case 1: changes.append(.memory(.clientNetwork(keys.client, record)))
                default:
                    changes.append(
                        .memory(
                            .greylist(
                                keys.client,
                                GreylistEntry(
                                    firstSeen: record.firstSeen, lastSeen: last, hasPassed: record.count > 6,
                                    place: NetworkPlace(inNetwork: keys)))))
                }
                if changes.count == 50_000 {
                    try store.apply(changes)
                    changes.removeAll(keepingCapacity: true)
                }
            }
            try store.apply(changes)
        }
        let before = residentBytes()
        var greylist = Greylist(configuration: greylistConfiguration(count))
        var history = ClientHistory(configuration: historyConfiguration(count))
        var clock = Stopwatch()
        let store = try Store(path: scratch, hashingKey: key)
        report("start: the store opened and checked", count, clock.lap())
        var state = try store.loadState()
        report("start: the store read", count, clock.lap())
        greylist.restore(state.greylist, networks: state.networks, at: now)
        history.restore(state.clients, networks: state.clientNetworks, at: now)
        report("start: taken over", greylist.count + history.count + history.networkCount, clock.lap())
        state = StoredState()
        report("start: all of it", count, clock.whole, bytes: residentBytes() - before)
    }

    private static func report(_ what: String, _ count: Int, _ slowest: Slowest, bytes: Int) {
        let (each, worst) = (slowest.total / Double(max(1, count)), slowest.worst / 1_000)
        print(
            "| \(what) | \(count) | \(Int(each)) | \(Int(worst)) | \(slowest.aboveLimit) | \(bytes / max(1, count)) |")
    }

    private static func report(_ what: String, _ count: Int, _ lap: Stopwatch.Lap, bytes: Int? = nil) {
        let each = Int(lap.processor / Double(max(1, count)) * 1e9)
        let size = bytes.map { "\($0 / max(1, count))" } ?? "-"
        print(
            "| \(what): \(seconds(lap.wall)) s, \(seconds(lap.processor)) s of processors | \(count) | \(each) | - | - | \(size) |"
        )
    }

    private static func seconds(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

    private static func residentBytes() -> Int {
        let statement = FileManager.default.contents(atPath: "/proc/self/statm") ?? Data()
        let words = String(decoding: statement, as: UTF8.self).split(separator: " ")
        return words.count > 1 ? (Int(words[1]) ?? 0) * 4_096 : 0
    }

    private static func historyConfiguration(_ capacity: Int) -> HistoryConfiguration {
        var configuration = HistoryConfiguration()
        configuration.capacity = capacity
        return configuration
    }

    private static func greylistConfiguration(_ capacity: Int) -> GreylistConfiguration {
        var configuration = GreylistConfiguration()
        configuration.capacity = capacity
        return configuration
    }
}
