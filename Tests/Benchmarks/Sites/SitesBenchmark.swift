import FirstLevel
import Glibc
import SMTP
import Seeded
import SenderExchange
import Signing
import SpamTracker
import Spectral

/// What a first-level server costs: submissions written, verified and read, and a snapshot computed, for one number of sites
/// and senders. A process of its own for each, for the peak of memory.
///
/// Each site has ten recipient domains; a day is submitted in four parts, over three days. 15 % of the senders write to
/// several domains, those two or three; 60 % are spammers, of which each site knows a third of those that it has seen.
@main
struct SitesBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        if CommandLine.arguments.dropFirst().first == "benefit" { return try SharingBenefit.run() }
        guard arguments.count >= 2 else {
            let usage = Array(
                "usage: sites-benchmark SITES SENDERS-A-DAY [DAYS]\n       sites-benchmark benefit\n".utf8)
            write(2, usage, usage.count)
            exit(2)
        }
        MemoryPolicy.returnLargeBlocks()
        try measure(sites: arguments[0], senders: arguments[1], days: arguments.count > 2 ? arguments[2] : 3)
    }

    private static let domainsEach = 10
    private static let midnight: Int64 = 20_000 * 86_400

    private struct Event {
        let site: Int
        let cell: SenderSubmission.Cell
        let isSpam: Bool
    }

    private static func measure(sites: Int, senders: Int, days: Int) throws {
        var generator = SeededGenerator(seed: 7)
        let keys = (0..<sites).map { _ in SigningKey.random() }
        let group: UInt64 = 1
        let campaigns = (0..<max(20, sites / 5)).map { _ in
            (0..<40).map { _ in Int.random(in: 0..<(sites * domainsEach), using: &generator) }
        }
        let columns = (0..<sites).map { site in (0..<domainsEach).map { UInt64(site) << 16 | UInt64($0) } }
        var documents: [(key: Int, bytes: [UInt8])] = []
        var (cells, writing) = (0, 0.0)
        for part in 0..<(4 * days) {
            let from = midnight + Int64(part) * 21_600
            var events = [[Event]](repeating: [], count: sites)
            for number in 0..<(senders / 4) {
                let isSpam = number % 5 < 3
                let sender = 1 << 32 | UInt64(UInt32(truncatingIfNeeded: generator.next()))
                let wanted = generator.next() % 100 < 15 ? 2 + Int(generator.next() % 2) : 1
                let list = isSpam ? campaigns[number % campaigns.count] : []
                var taken: Set<Int> = []
                for _ in 0..<wanted {
                    let domain =
                        isSpam
                        ? list[Int(generator.next() % 40)]
                        : Int(generator.next() % UInt64(sites * domainsEach))
                    guard taken.insert(domain).inserted else { continue }
                    let cell = SenderSubmission.Cell(
                        slot: from + 900 * Int64(number % 24), sender: sender, column: UInt32(domain % domainsEach),
                        mails: 1)
                    events[domain / domainsEach].append(Event(site: domain / domainsEach, cell: cell, isSpam: isSpam))
                }
            }
            let begin = processorSeconds()
            for site in 0..<sites {
                var labels: [UInt64: Bool] = [:]
                for (number, event) in events[site].enumerated() where number % 3 == 0 {
                    labels[event.cell.sender] = event.isSpam
                }
                let submission = SenderSubmission(
                    group: group, from: UnixTime(seconds: from), until: UnixTime(seconds: from + 21_600),
                    labelsFrom: UnixTime(seconds: from - 7 * 86_400), columns: columns[site],
                    cells: events[site].map(\.cell),
                    labels: labels.map { SenderSubmission.Label(sender: $0.key, isSpam: $0.value) })
                cells += submission.cells.count
                documents.append(
                    (
                        site,
                        SignedDocument.bytes(
                            kind: SenderSubmission.kind, sequence: UInt64(part + 1), time: submission.until,
                            payload: submission.bytes, key: keys[site])
                    ))
            }
            writing += processorSeconds() - begin
        }
        let bytes = documents.reduce(0) { $0 + $1.bytes.count }
        let base = resident()
        let now = UnixTime(seconds: midnight + Int64(days + 1) * 86_400)
        var read: [[SenderSubmission]] = Array(repeating: [], count: sites)
        let reading = try seconds {
            for (site, bytes) in documents {
                let document = try SignedDocument(
                    bytes, kind: SenderSubmission.kind, keys: [keys[site].publicKey], limit: SenderSubmission.largest,
                    now: now)
                read[site].append(try SenderSubmission(bytes: document.payload, file: "x"))
            }
        }
        let held = resident() - base
        documents = []
        let computation = GroupComputation(
            (0..<sites).map { GroupSite(id: keys[$0].publicKey.id.bits, isTrusted: true, submissions: read[$0]) },
            group: group, options: GroupOptions())
        resetPeak()
        var outcome: GroupComputation.Outcome?
        let computing = try seconds { outcome = try computation.run() }
        let peak = memory("VmHWM:") - base
        guard let snapshot = outcome?.snapshot else { return }
        let text = snapshot.bytes.count
        func figure(_ value: Double, _ digits: Int = 2) -> String {
            let scale = pow(10, Double(digits))
            return "\((value * scale).rounded() / scale)"
        }
        print(
            [
                "\(sites)", "\(sites * domainsEach)", "\(senders)", "\(days)", "\(cells)",
                figure(Double(bytes) / Double(cells), 1), figure(writing / Double(cells) * 1e9, 0),
                figure(reading / Double(cells) * 1e9, 0), figure(computing), figure(computing / Double(cells) * 1e9, 0),
                figure(Double(held) / 1_048_576, 0), figure(Double(peak) / 1_048_576, 0),
                "\(snapshot.model.clusters.count)", "\(snapshot.listed.lines.count)",
                figure(Double(text) / 1_048_576, 1),
            ].joined(separator: " | "))
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Processor time, which other work on the machine disturbs less than the clock on the wall.
    private static func seconds(_ work: () throws -> Void) rethrows -> Double {
        let start = processorSeconds()
        try work()
        return processorSeconds() - start
    }

    private static func resident() -> Int { memory("VmRSS:") }

    private static func memory(_ name: String) -> Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix(name) { return (Int(text.filter(\.isNumber)) ?? 0) * 1_024 }
        }
        return 0
    }

    private static func resetPeak() {
        guard let file = fopen("/proc/self/clear_refs", "w") else { return }
        fputs("5", file)
        fclose(file)
    }
}
