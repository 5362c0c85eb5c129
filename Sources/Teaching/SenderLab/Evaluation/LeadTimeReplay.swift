import SMTP
import SpamTracker

/// Replays judged windows mail by mail: when would each spam sender have been flagged, had the score been asked at every
/// mail, compared with a blocklist that lists it some time after its first mail.
struct LeadTimeReplay {
    private struct Flag {
        let group: [SenderGroup]
        let mails: Int
        let mailsCovered: Int
        let isAtFirstMail: Bool
        /// Seconds from the flag to the listing; `nil` when the sender was never flagged.
        let lead: Int64?
    }

    private static let tests: [ScoreUnderTest] = [.paper, .contrast, .history]
    private static let rate = 0.01

    private let listingDelay: Int64
    private var thresholds: [ScoreUnderTest: Double] = [:]
    private var flags: [ScoreUnderTest: [Flag]] = [:]
    private let neverSeen: Set<Key>

    private struct Key: Hashable {
        let window: Int
        let place: Int
    }

    /// The thresholds are those of the operating points over all `samples`, in the order in which `add` is called.
    init(listingDelay: Int64, samples: [RankingSample]) {
        self.listingDelay = listingDelay
        for (place, test) in ScoreUnderTest.allCases.enumerated() where Self.tests.contains(test) {
            let point = OperatingPoint(
                spam: samples.filter(\.isSpam).map { $0.scores[place] },
                honest: samples.filter { !$0.isSpam }.map { $0.scores[place] }, falsePositiveRate: Self.rate)
            thresholds[test] = point?.threshold
        }
        var keys: Set<Key> = []
        var places: [Int: Int] = [:]
        for sample in samples {
            let place = places[sample.window, default: 0]
            places[sample.window] = place + 1
            if sample.isNeverSeen { keys.insert(Key(window: sample.window, place: place)) }
        }
        neverSeen = keys
    }

    mutating func add(_ judge: WindowJudge, window: SenderTrace.Window, rows: SenderRows, number: Int) {
        var events: [SenderKey: [SenderTrace.Event]] = [:]
        for event in window.events { events[event.sender, default: []].append(event) }
        // Samples hold the labelled senders of a window in the order of its rows.
        var place = 0
        for index in 0..<rows.count {
            guard let label = rows.labels[index] else { continue }
            defer { place += 1 }
            guard label == .spam, let mails = events[rows.senders[index]] else { continue }
            var groups: [SenderGroup] = [.all]
            if neverSeen.contains(Key(window: number, place: place)) { groups.append(.neverSeen) }
            if rows.row(index).domainCount > 1 { groups.append(.multi) }
            for test in Self.tests {
                guard let threshold = thresholds[test] else { continue }
                let flag = Self.firstFlag(mails) { judge.score(test, of: rows.senders[index], row: $0) > threshold }
                flags[test, default: []].append(
                    Flag(
                        group: groups, mails: mails.count, mailsCovered: flag.map { mails.count - $0 } ?? 0,
                        isAtFirstMail: flag == 0,
                        lead: flag.map { mails[0].time - mails[$0].time + listingDelay }))
            }
        }
    }

    func leadTimes() -> [EvaluationReport.LeadTime] {
        Self.tests.flatMap { test in
            SenderGroup.allCases.compactMap { group in
                let members = (flags[test] ?? []).filter { $0.group.contains(group) }
                guard !members.isEmpty else { return nil }
                let leads = members.compactMap(\.lead).filter { $0 > 0 }.sorted()
                let count = Double(members.count)
                return EvaluationReport.LeadTime(
                    score: test, group: group, falsePositiveRate: Self.rate,
                    flaggedAtFirstMail: Double(members.count { $0.isAtFirstMail }) / count,
                    flaggedBeforeListing: Double(leads.count) / count,
                    medianLead: leads.isEmpty ? 0 : leads[leads.count / 2],
                    mailsCovered: Double(members.reduce(0) { $0 + $1.mailsCovered })
                        / Double(members.reduce(0) { $0 + $1.mails }))
            }
        }
    }

    /// The number of the first mail at which the row so far is flagged. A sender of thousands of mails is asked at ever
    /// wider steps, or a burst would cost the square of its mails.
    private static func firstFlag(_ mails: [SenderTrace.Event], isFlagged: (SenderRow) -> Bool) -> Int? {
        var counts: [UInt32: UInt32] = [:]
        var next = 0
        for (place, mail) in mails.enumerated() {
            counts[mail.domain, default: 0] += 1
            guard place == next || place == mails.count - 1 else { continue }
            next = place + 1 + place / 16
            if isFlagged(SenderRow(counts.map { (domain: $0.key, count: $0.value) })) { return place }
        }
        return nil
    }
}
