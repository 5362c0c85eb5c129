import SMTP
import Seeded
import SpamTracker
import Testing

@testable import SenderLab

@Suite("Reading traces")
struct SenderTraceTests {
    private func trace(_ lines: [String]) throws -> SenderTrace {
        var reader = SenderTrace.Reader(file: "mails.csv")
        for line in lines { try reader.read(Substring(line)) }
        return try reader.finish()
    }

    @Test("columns are found by name; order, quotes, line ends and other columns do not matter")
    func readsColumnsByName() throws {
        let trace = try trace([
            "\u{feff}Label,x,IP,recipient,t\r", "spam,\"a,\"\"b\",192.0.2.1,Pat@D.example,20\r",
            "ham,,2001:db8::1,d.example,10",
            "", ",,192.0.2.1,,30.5", ",,192.0.2.1,b\u{fc}cher.example,40", ",,192.0.2.1,x@XN--BCHER-KVA.Example.,50",
        ])
        #expect(trace.skippedLines == 0)
        #expect(trace.events.map(\.time.seconds) == [10, 20, 30, 40, 50])
        #expect(trace.events.map(\.label) == [.honest, .spam, nil, nil, nil])
        #expect(trace.table.names == ["d.example", "", "xn--bcher-kva.example"])
        #expect(trace.events.map(\.domain) == [0, 0, 1, 2, 2])
    }

    @Test("lines that cannot be understood are skipped, counted, and the first few told")
    func skipsBadLines() throws {
        let bad = [
            "x,192.0.2.1,d,spam", "1,nonsense,d,spam", "1,192.0.2.1,d,maybe", "1,192.0.2.1", "1,192.0.2.1,\"d,spam",
            "nan,192.0.2.1,d,spam", "1e300,192.0.2.1,d,spam",
        ]
        let trace = try trace(["t,ip,recipient,label"] + bad + ["5,192.0.2.1,d,spam"])
        #expect(trace.events.count == 1)
        #expect(trace.skippedLines == bad.count)
        #expect(trace.faults.count == 5)
        #expect(trace.faults[0].line == 2)
        #expect(trace.faults[1].problem.contains("not an IP address"))
    }

    @Test("a first line without the columns needed, or no line at all, is a fault", arguments: ["", "a,b,c", "t,ip"])
    func needsAHeader(_ header: String) throws {
        let fault = try #require(throws: DocumentFault.self) { _ = try trace(header.isEmpty ? [] : [header]) }
        #expect(fault.problem.contains("t, ip, recipient"))
    }

    @Test("random bytes are skipped and never crash", arguments: 1...50)
    func survivesNoise(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let noise = (0..<40).map { _ in generator.word(30, of: "0123456789.,\"spamh:@\u{e9}\u{0}") }
        let trace = try trace(["t,ip,recipient,label"] + noise)
        // A quoted field may hold line ends.
        #expect(1...noise.count ~= trace.events.count + trace.skippedLines)
    }

    @Test("windows begin with the first event, hold every event once, and skip silence")
    func cutsWindows() throws {
        let times = [100, 105, 109, 110, 145, 149]
        let trace = try trace(["t,ip,recipient,label"] + times.map { "\($0),192.0.2.1,d,spam" })
        let windows = trace.windows(of: 10)
        #expect(windows.map { $0.events.map(\.time.seconds) } == [[100, 105, 109], [110], [145, 149]])
        #expect(windows.map(\.start.seconds) == [100, 110, 140])
        #expect(windows[0].rows().row(0).mailCount == 3)
    }
}

@Suite("Measures of ranking")
struct RankingTests {
    private func samples(seed: UInt64) -> [RankingSample] {
        var generator = SeededGenerator(seed: seed)
        return (0..<120).map { _ in
            let window = Int.random(in: 0..<3, using: &generator)
            return RankingSample(
                window: window, day: window * 2 + Int.random(in: 0..<2, using: &generator),
                isSpam: Int.random(in: 0..<4, using: &generator) > 0, isNeverSeen: Bool.random(using: &generator),
                isMulti: false, scores: [Double(Int.random(in: 0..<9, using: &generator))])
        }
    }

    private func bruteForce(_ samples: [RankingSample], weights: [Double]?) -> Double {
        var (wins, pairs) = (0.0, 0.0)
        for spam in samples where spam.isSpam {
            for honest in samples where !honest.isSpam && honest.window == spam.window {
                let weight = weights.map { $0[spam.day] * $0[honest.day] } ?? 1
                pairs += weight
                wins += weight * (spam.scores[0] > honest.scores[0] ? 1 : spam.scores[0] == honest.scores[0] ? 0.5 : 0)
            }
        }
        return wins / pairs
    }

    @Test("the area counts all pairs of a window, ties half, under any weights of days", arguments: 1...10)
    func equalsBruteForce(_ seed: UInt64) throws {
        let samples = samples(seed: seed)
        let pairs = DayPairs(samples, score: 0, group: .all)
        #expect(abs(try #require(pairs.area) - bruteForce(samples, weights: nil)) < 1e-12)
        let weights = [0.0, 2, 1, 1, 3, 0]
        #expect(abs(try #require(pairs.area(weights: weights)) - bruteForce(samples, weights: weights)) < 1e-12)
        let unseen = samples.filter(\.isNeverSeen)
        let areaOfUnseen = try #require(DayPairs(samples, score: 0, group: .neverSeen).area)
        #expect(abs(areaOfUnseen - bruteForce(unseen, weights: nil)) < 1e-12)
        #expect(DayPairs(samples, score: 0, group: .multi).area == nil)
    }

    @Test("a threshold flags no more honest senders than allowed, and no fewer spam senders than it could")
    func findsThresholds() throws {
        let honest = (0..<1_000).map { Double($0) / 1_000 }
        let spam = (0..<500).map { 0.5 + Double($0) / 1_000 }
        let point = try #require(OperatingPoint(spam: spam, honest: honest, falsePositiveRate: 0.01))
        #expect(point.honestFlagged <= 0.01)
        #expect(point.honestFlagged > 0.009)
        #expect(abs(point.recall - 0.02) < 0.003)
        #expect(abs(point.lift - point.recall / point.honestFlagged) < 1e-9)
        let tied = try #require(OperatingPoint(spam: [1, 1], honest: [1, 1, 0], falsePositiveRate: 0.5))
        #expect(tied.recall == 0)
        #expect(OperatingPoint(spam: [], honest: [1], falsePositiveRate: 0.5) == nil)
    }
}

@Suite("Evaluation")
struct EvaluationTests {
    private func options() -> SimulationOptions {
        var options = SimulationOptions()
        options.bots = 250
        options.periods = 4
        options.domains = 60
        options.multiDomainShare = 0.5
        return options
    }

    @Test("contrast beats the published score on simulated traffic, and history adds to it; twice gives the same")
    func ranksScores() throws {
        let trace = try SimulatedTrace.trace(options())
        let report = try SenderEvaluation.report(on: trace, options: EvaluationOptions(replicates: 100))
        func area(_ score: ScoreUnderTest) -> Double {
            report.results.first { $0.score == score }?.groups[.all]?.area.value ?? 0
        }
        #expect(report.counts.windows == 3)
        #expect(area(.contrast) > area(.paper) + 0.1)
        #expect(area(.contrast) > 0.75)
        #expect(area(.history) > area(.contrast))
        #expect(report.results.map(\.score) == ScoreUnderTest.allCases)
        for result in report.results {
            for group in result.groups.values {
                let interval = try #require(group.area.interval)
                #expect((0...1).contains(group.area.value))
                #expect(interval.lowerBound <= interval.upperBound)
            }
        }
        let history = try #require(report.results.first { $0.score == .history })
        #expect(abs(try #require(history.increments[.all]).value - (area(.history) - area(.contrast))) < 1e-12)
        let again = try SenderEvaluation.report(on: trace, options: EvaluationOptions(replicates: 100))
        for (one, other) in zip(report.results, again.results) {
            #expect(one.groups[.all]?.area.value == other.groups[.all]?.area.value)
            #expect(one.groups[.all]?.area.interval == other.groups[.all]?.area.interval)
        }
    }

    @Test("hindsight knows the judged window's domains, which no score has seen; senders that write alike are even")
    func boundsScores() throws {
        var reader = SenderTrace.Reader(file: "mails.csv")
        let old = [("spam", "a"), ("spam", "b"), ("ham", "b"), ("ham", "c")]
        let new = [
            ("spam", "x"), ("spam", "x"), ("spam", "x"), ("spam", "y"), ("ham", "x"), ("ham", "y"), ("ham", "y"),
            ("ham", "y"),
        ]
        try reader.read("t,ip,recipient,label")
        for (number, mail) in (old + new).enumerated() {
            let time = Int64(number) + (number < old.count ? 0 : 172_800)
            try reader.read("\(time),10.\(number).0.1,\(mail.1),\(mail.0)")
        }
        let report = try SenderEvaluation.report(on: reader.finish(), options: EvaluationOptions(replicates: 0))
        func area(_ score: ScoreUnderTest) -> Double? {
            report.results.first { $0.score == score }?.groups[.neverSeen]?.area.value
        }
        // Of 16 pairs the spam sender is above in 9, and even in the 3 at x and the 3 at y.
        #expect(area(.hindsight) == 12.0 / 16)
        #expect(area(.contrast) == 0.5)
    }

    @Test("an earlier trace is learned and not judged; then the first window is judged too")
    func learnsFromEarlier() throws {
        let whole = try SimulatedTrace.trace(options())
        let windows = whole.windows(of: 172_800)
        func part(_ range: Range<Int>) throws -> SenderTrace {
            var reader = SenderTrace.Reader(file: "part", table: whole.table)
            try reader.read("t,ip,recipient,label")
            for event in windows[range].flatMap(\.events) {
                try reader.read(
                    "\(event.time.seconds),\(event.sender),\(whole.table.name(of: event.domain)),"
                        + (event.label == .spam ? "spam" : "ham"))
            }
            return try reader.finish()
        }
        let late = try part(2..<windows.count)
        let alone = try SenderEvaluation.report(on: late, options: EvaluationOptions(replicates: 0))
        let taught = try SenderEvaluation.report(
            on: late, after: part(0..<2), options: EvaluationOptions(replicates: 0))
        #expect(taught.counts.windows == alone.counts.windows + 1)
        #expect(taught.results[0].groups[.all]?.area.interval == nil)
    }

    @Test("the labels of a judged window do not reach its scores")
    func doesNotPeek() throws {
        let trace = try SimulatedTrace.trace(options())
        let last = try #require(trace.windows(of: 172_800).last)
        func scores(turned: Bool) throws -> [Double] {
            var reader = SenderTrace.Reader(file: "turned")
            try reader.read("t,ip,recipient,label")
            for event in trace.events {
                let isSpam = (event.label == .spam) != (turned && event.time >= last.start)
                try reader.read(
                    "\(event.time.seconds),\(event.sender),\(trace.table.name(of: event.domain)),"
                        + (isSpam ? "spam" : "ham"))
            }
            let report = try SenderEvaluation.report(on: reader.finish(), options: EvaluationOptions(replicates: 0))
            return report.results.compactMap { $0.groups[.all]?.meanOfWindows }
        }
        // Turning the last window's labels over turns its area over: 1 - a in one window of three.
        let (straight, turned) = (try scores(turned: false), try scores(turned: true))
        for (one, other) in zip(straight, turned) { #expect(abs(one - other) < 1.0 / 3 + 1e-9) }
        let parts = zip(straight, turned).map { 3 * ($0 - $1) }
        // a - (1 - a) = 2a - 1 of the last window lies between -1 and 1, and is large for a score that separates.
        #expect(parts.allSatisfy { abs($0) <= 1 + 1e-9 })
        #expect(try #require(parts[safe: ScoreUnderTest.allCases.firstIndex(of: .history)!]) > 0.5)
    }

    @Test("lead times are counted from the first flag to the simulated listing")
    func measuresLead() throws {
        let trace = try SimulatedTrace.trace(options())
        let report = try SenderEvaluation.report(
            on: trace, options: EvaluationOptions(replicates: 0, listingDelay: 3_600))
        for lead in report.leadTimes {
            #expect(lead.flaggedAtFirstMail <= lead.flaggedBeforeListing)
            #expect((0...3_600).contains(lead.medianLead))
            #expect((0...1).contains(lead.mailsCovered))
        }
        let history = try #require(report.leadTimes.first { $0.score == .history && $0.group == .all })
        #expect(history.flaggedBeforeListing > 0.3)
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

@Suite("Traces with a wrong date")
struct WrongDateTests {
    @Test("a single message of the year 9999 costs neither memory nor steps")
    func costsNothing() throws {
        var reader = SenderTrace.Reader(file: "mails.csv")
        try reader.read("t,ip,recipient,label")
        let start: Int64 = 1_790_000_000
        for number in 0..<60 {
            let label = number % 2 == 0 ? "spam" : "ham"
            try reader.read("\(start + Int64(number) * 6_000),192.0.2.\(number),d\(number % 5).example,\(label)")
        }
        try reader.read("253402300799,192.0.2.1,d1.example,spam")
        try reader.read("253402300799,192.0.2.2,d1.example,ham")
        let trace = try reader.finish()
        let report = try SenderEvaluation.report(on: trace, options: EvaluationOptions(replicates: 1_000))
        #expect(report.counts.windows >= 1)
        let day: Int64 = 86_400
        let steps = try WindowReplay.steps(
            of: trace, stepSeconds: 6 * 3_600,
            window: AdaptiveWindow(
                length: day / 4, limits: AdaptiveWindow.Limits(shortest: day / 24, longest: day)))
        #expect(steps.count < 40)
        #expect(steps.reduce(0) { $0 + $1.mails } == 62)
    }
}
