import FoundationEssentials
import Glibc
import SMTP
import Seeded
import SpamTracker

/// Measures what the room SpamTracker costs on the fast path: an event recorded, a sender scored. Prints a table of
/// processor time, which other work on the machine disturbs less than the clock on the wall.
@main
struct SendersBenchmark {
    static func main() throws {
        print("| what | size | ns each | allowed |")
        print("| --- | --- | --- | --- |")
        if CommandLine.arguments.dropFirst().first == "hold" { return try holding() }
        try recording()
        try scoring()
    }

    /// What a daemon holds of a million senders of a week: the counts, what was learned, and the scores in force.
    private static func holding() throws {
        var generator = SeededGenerator(seed: 3)
        let count = 1_000_000
        let names = (0..<1_000).map { "domain\($0).example" }
        let before = residentBytes()
        var tracker = SenderTracker()
        for number in 0..<count {
            let sender = SenderKey(ClientAddress(ipv4: UInt32.random(in: 0x0b00_0000...0xdfff_ffff, using: &generator)))
            let isSpam = number % 3 == 0
            let first = Int.random(in: 0..<1_000, using: &generator)
            for mail in 0..<(number % 4 == 0 ? 2 : 1) {
                tracker.record(
                    SenderEvent(
                        sender: sender, domain: names[(first + mail * 7) % 1_000],
                        time: UnixTime(seconds: 1_800_000_000 + Int64(number) * 600_000 / Int64(count)),
                        label: isSpam ? .spam : number % 9 == 1 ? .honest : nil))
            }
        }
        let counted = residentBytes()
        let result = try tracker.workload(at: UnixTime(seconds: 1_800_600_000), window: 600_000).run()
        tracker.adopt(result)
        let snapshot = result.snapshot
        let held = residentBytes()
        precondition(snapshot.score(of: SenderKey(bits: 1 << 32 | 1)).probability.isFinite)
        print(
            "| senders held | \(result.senders.all) senders, \(tracker.matrix.cellCount) cells: "
                + "\((counted - before) >> 20) MB counted, \((held - before) >> 20) MB with the models and the scores | - | - |"
        )
    }

    private static func residentBytes() -> Int {
        let statement = FileManager.default.contents(atPath: "/proc/self/statm") ?? Data()
        let words = String(decoding: statement, as: UTF8.self).split(separator: " ")
        return words.count > 1 ? (Int(words[1]) ?? 0) * 4_096 : 0
    }

    /// Events of Zipf-like senders over 1,000 domains, in order of time, over half of the ring.
    private static func recording() throws {
        for senders in [10_000, 100_000, 1_000_000] {
            var generator = SeededGenerator(seed: 1)
            let count = 4_000_000
            let names = (0..<1_000).map { "domain\($0).example" }
            let events = (0..<count).map { number -> SenderEvent in
                let u = Double.random(in: 0..<1, using: &generator)
                let sender = Int(Double(senders) * u * u)
                return SenderEvent(
                    sender: SenderKey(ClientAddress(ipv4: UInt32(0x0a00_0000 + sender))),
                    domain: names[Int.random(in: 0..<1_000, using: &generator)],
                    time: UnixTime(seconds: Int64(number / 10)), label: u < 0.1 ? .spam : nil)
            }
            for limit in [4_000_000, 500_000] {
                var tracker = SenderTracker(
                    options: SenderTracker.Options(limits: MatrixLimits(maximumCells: limit)))
                let time = processorTime { for event in events { tracker.record(event) } }
                let matrix = tracker.matrix
                report(
                    "event recorded",
                    "\(senders) senders, \(matrix.cellCount) of \(limit) cells, "
                        + "\(matrix.slotsGivenUp) slots given up", time, count, "< 300")
            }
        }
    }

    /// 200 clusters over 1,000 domains, rows of 1 to 20 domains, 100,000 senders known.
    private static func scoring() throws {
        var generator = SeededGenerator(seed: 2)
        var tracker = SenderTracker()
        let lists = (0..<200).map { _ in (0..<60).map { _ in Int.random(in: 0..<1_000, using: &generator) } }
        let names = (0..<1_000).map { "domain\($0).example" }
        for number in 0..<100_000 {
            let isSpam = number % 10 != 0
            let list = lists[number % 200]
            let sender = SenderKey(ClientAddress(ipv4: UInt32.random(in: 0 ... .max, using: &generator)))
            for _ in 0..<3 {
                tracker.record(
                    SenderEvent(
                        sender: sender,
                        domain: isSpam ? names[list.randomElement(using: &generator)!] : names[number % 50],
                        time: UnixTime(seconds: Int64(number)), label: isSpam ? .spam : .honest))
            }
        }
        var model = tracker.model
        let rows = tracker.matrix.rows(last: 200_000)
        model.learn(rows, table: tracker.table, until: UnixTime(seconds: 200_000))
        model.adopt(
            lists.map { list in
                let domains = Set(list).map { tracker.table.number(of: names[$0])! }.sorted()
                return SpamCluster(
                    senderCount: 450, domains: domains, average: domains.map { _ in 1 })
            })
        var snapshot: ScoreSnapshot?
        let compile = processorTime {
            snapshot = ScoreSnapshot(model, rows: rows, created: UnixTime(seconds: 200_000))
        }
        guard let snapshot else { return }
        report("snapshot compiled", "\(rows.count) senders, \(model.clusters.count) clusters", compile, 1, "-")
        let repeats = 200_000
        for width in [1, 2, 5, 20] {
            let strangers = (0..<1_000).map { _ in
                SenderKey(ClientAddress(ipv4: UInt32.random(in: 0 ... .max, using: &generator)))
            }
            let targets = (0..<1_000).map { number in
                (0..<width).map { _ in
                    snapshot.table.number(of: names[lists[number % 200].randomElement(using: &generator)!])!
                }
            }
            var sum = 0.0
            let time = processorTime {
                for number in 0..<repeats {
                    sum += snapshot.score(of: strangers[number % 1_000], domains: targets[number % 1_000]).probability
                }
            }
            precondition(sum.isFinite)
            report("unseen sender scored", "\(width) recipients, 200 clusters", time, repeats, "< 2000")
        }
        var sum = 0.0
        let known = rows.senders
        let time = processorTime {
            for number in 0..<repeats { sum += snapshot.score(of: known[number * 7 % known.count]).probability }
        }
        precondition(sum.isFinite)
        report("known sender scored", "its row, among \(known.count)", time, repeats, "< 2000")
    }

    private static func report(_ what: String, _ size: String, _ nanoseconds: Double, _ count: Int, _ allowed: String) {
        print("| \(what) | \(size) | \(Int((nanoseconds / Double(count)).rounded())) | \(allowed) |")
    }

    /// Nanoseconds that `work` kept this thread's processor busy.
    private static func processorTime(_ work: () -> Void) -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
        }
        let start = now()
        work()
        return now() - start
    }
}
