import Foundation

@testable import FakeMTA

/// What milter-probe says about itself, and what the system says about it.
extension FilterProcess {
    /// A line `EVENT ... active=N begun=N turned-away=N failed-replies=N` of session 0.
    struct Counts: Equatable {
        var active: Int
        var begun: Int
        var turnedAway: Int
        var failedReplies: Int

        init?(_ line: String) {
            let fields = line.split(separator: " ").compactMap { word -> (String, Int)? in
                let parts = word.split(separator: "=")
                return parts.count == 2 ? Int(parts[1]).map { (String(parts[0]), $0) } : nil
            }
            let values = Dictionary(fields, uniquingKeysWith: { $1 })
            guard let active = values["active"], let begun = values["begun"], let turnedAway = values["turned-away"],
                let failedReplies = values["failed-replies"]
            else { return nil }
            (self.active, self.begun, self.turnedAway, self.failedReplies) = (active, begun, turnedAway, failedReplies)
        }
    }

    /// All lines of the record.
    var record: [String] { directory.contents(of: "record").split(separator: "\n").map(String.init) }

    /// The lines of session 0 that begin with a word.
    func events(_ word: String) -> [String] {
        record.filter { $0.hasPrefix("S0 \(word) ") }.map { String($0.dropFirst(3)) }
    }

    /// Waits until the record is as wanted.
    func awaitRecord(
        _ purpose: String, within duration: Duration = .seconds(60), _ condition: ([String]) -> Bool
    ) throws {
        let watch = try FileWatch(directory.file("record"))
        try watch.wait(until: .after(duration), for: purpose) { condition(record) }
    }

    /// Asks for the counts, by SIGHUP.
    func counts(within duration: Duration = .seconds(60)) throws -> Counts {
        let before = events("hup").count
        signal(SIGHUP)
        try awaitRecord("the counts", within: duration) { $0.count { $0.hasPrefix("S0 hup ") } > before }
        guard let line = events("hup").last, let counts = Counts(line) else {
            throw FilterProcessError.endedEarly(name, standardError: standardError)
        }
        return counts
    }

    /// Waits until the counts are as wanted; each look is a round trip, so this does not spin.
    func awaitCounts(within duration: Duration = .seconds(60), _ condition: (Counts) -> Bool) throws {
        let limit = ContinuousClock.now + duration
        while true {
            let counts = try counts(within: duration)
            if condition(counts) { return }
            guard ContinuousClock.now < limit else { throw FakeMTAError.timedOut(awaiting: "other counts: \(counts)") }
        }
    }

    /// How many descriptors the process has open.
    var descriptorCount: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(identifier)/fd").count) ?? -1
    }

    /// The processor time used so far.
    var processorTime: Duration {
        let text = (try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8)) ?? ""
        // Behind the name in parentheses; utime and stime are the fields 14 and 15 of proc(5).
        let fields = text.split(separator: ")").last.map { $0.split(separator: " ") } ?? []
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return .zero }
        return .milliseconds((user + system) * 1000 / sysconf(Int32(_SC_CLK_TCK)))
    }
}

/// Tries again and again until it succeeds or the time is over; for what announces itself by nothing.
func eventually(within duration: Duration = .seconds(60), _ condition: () throws -> Bool) rethrows -> Bool {
    let limit = ContinuousClock.now + duration
    while ContinuousClock.now < limit {
        if try condition() { return true }
        sched_yield()
    }
    return try condition()
}
