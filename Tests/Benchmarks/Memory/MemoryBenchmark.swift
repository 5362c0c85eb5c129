import Decision
import Envelopes
import FoundationEssentials
import Glibc
import Judgements
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
        say("| what | entries | ns each | slowest us | above 1 ms | bytes an entry |")
        say("| --- | --: | --: | --: | --: | --: |")
        let part = words.dropFirst().first
        if part == nil || part == "growth" {
            growingHistory(count)
            growingGreylist(count)
        }
        if part == nil || part == "start" { try start(count) }
        if part == nil || part == "journal" { try journal(count) }
        // A database for `Tests/benchmark-start --data`, in the file that is named.
        if part == "make", let path = words.dropFirst(2).first { try make(count, at: path) }
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
        let scratch = scratchPath()
        defer { for suffix in ["", "-wal", "-shm"] { unlink(scratch + suffix) } }
        try make(count, at: scratch)
        let before = residentBytes()
        var policy = PolicyConfiguration()
        policy.greylist = greylistConfiguration(count)
        policy.history = historyConfiguration(count)
        let memory = DecisionMemory(key: try key(), policy: policy)
        var clock = Stopwatch()
        let writer = StoreWriter(path: scratch, hashingKey: try key(), now: { now }, onEvent: { say("\($0)") })
        report("start: the store opened and checked", count, clock.lap())
        // As argotd does: where there is much, it decides before all is read.
        let parts = writer.beginLoading()
        if let parts {
            memory.beginReading(from: parts.records)
            report("start: until mail servers are answered", count, clock.whole)
            questions(parts.records, count)
            _ = clock.lap()
        }
        var state = try parts?.records.all() ?? writer.loadState()
        report("start: the store read", count, clock.lap())
        if parts != nil {
            memory.finishReading(
                greylist: state.greylist, networks: state.networks, clients: state.clients,
                clientNetworks: state.clientNetworks, at: now)
        } else {
            memory.restore(
                greylist: state.greylist, networks: state.networks, clients: state.clients,
                clientNetworks: state.clientNetworks, at: now)
        }
        report("start: taken over", count, clock.lap())
        state = StoredState()
        report("start: all of it", count, clock.whole, bytes: residentBytes() - before)
    }

    /// What a decision asks of the store before all is read, half of it for what is not there.
    private static func questions(_ records: any LateRecords, _ count: Int) {
        var generator = SeededGenerator(seed: 5)
        var slowest = Slowest()
        let asked = 20_000
        for _ in 0..<asked {
            let key = hash(1, Int.random(in: 0..<2 * count, using: &generator))
            slowest.time { _ = try? records.record(of: key, in: .client) }
        }
        report("start: a record asked for before all is read", asked, slowest, bytes: 0)
    }

    private static func key() throws -> HashingKey { try HashingKey(bytes: [UInt8](repeating: 7, count: 32)) }

    private static func make(_ count: Int, at scratch: String) throws {
        let store = try Store(path: scratch, hashingKey: try key())
        var generator = SeededGenerator(seed: 3)
        var changes: [StoreChange] = []
        // In the order of keys, in which a store takes many the quickest.
        let order = (0..<count).map { (bits: hash(1, $0).bits, number: $0) }.sorted { $0.bits < $1.bits }
        for (_, number) in order {
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

    /// What the store's writer does for accepted messages, four thousand changes at a time: verdict, the client's history and its
    /// network's, what is learned from, a count for the sender scores.
    private static func journal(_ count: Int) throws {
        let path = scratchPath()
        defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
        let store = try Store(path: path, hashingKey: try HashingKey(bytes: [UInt8](repeating: 7, count: 32)))
        guard let envelope = EnvelopeSummary(bytes: [1, 0]) else { return }
        var generator = SeededGenerator(seed: 4)
        var (batch, spent): ([StoreChange], Double) = ([], 0)
        for number in 0..<count {
            let keys = client(number, of: count, &generator)
            let time = now + Int64(number / 500)
            let address = "198.\(18 + number % 2).\(number / 512 % 256).\(number / 2 % 256)"
            let verdict = VerdictRecord(
                time: time, session: "s\(number)-a", client: address, clientName: "mail\(number).example.org",
                helo: "mail\(number).example.org", sender: "somebody\(number)@example.org",
                recipient: "user\(number % 1_000)@example.com", verdict: .accept, applied: .accept,
                reasons: [.none], dialect: "postfix-3.7", dialectState: "17", queueID: "4YQ\(number)",
                mode: .observe)
            let record = ClientRecord(
                firstSeen: time, lastSeen: time, count: 1, place: NetworkPlace(ofClient: keys))
            batch.append(.verdict(verdict))
            batch.append(.memory(.client(keys.client, record)))
            batch.append(.memory(.clientNetwork(keys.network, record)))
            batch.append(
                .sighting(
                    Sighting(
                        id: "s\(number)-a.1", time: time, client: keys.client, network: keys.network, sender: 7,
                        vantage: .milterPostfix, envelope: envelope, queueID: hash(6, number),
                        messageID: hash(7, number), attempt: hash(8, number))))
            batch.append(
                .senderCells([
                    SenderCell(
                        slot: time.seconds / 3_600 * 3_600, sender: UInt64(truncatingIfNeeded: keys.client.bits),
                        domain: UInt64(number % 1_000), mails: 1)
                ]))
            guard batch.count >= 4_000 || number == count - 1 else { continue }
            let start = Stopwatch.seconds(CLOCK_THREAD_CPUTIME_ID)
            try store.apply(batch)
            spent += Stopwatch.seconds(CLOCK_THREAD_CPUTIME_ID) - start
            batch.removeAll(keepingCapacity: true)
        }
        say("| an accepted message written | \(count) | \(Int(spent / Double(max(1, count)) * 1e9)) | - | - | - |")
    }

    /// Prints a line at once: some take minutes.
    private static func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    private static func scratchPath() -> String { "/tmp/argot-memory-benchmark.\(getpid()).db" }

    private static func report(_ what: String, _ count: Int, _ slowest: Slowest, bytes: Int) {
        let (each, worst) = (slowest.total / Double(max(1, count)), slowest.worst / 1_000)
        say(
            "| \(what) | \(count) | \(Int(each)) | \(Int(worst)) | \(slowest.aboveLimit) | \(bytes / max(1, count)) |")
    }

    private static func report(_ what: String, _ count: Int, _ lap: Stopwatch.Lap, bytes: Int? = nil) {
        let each = Int(lap.processor / Double(max(1, count)) * 1e9)
        let size = bytes.map { "\($0 / max(1, count))" } ?? "-"
        say(
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
