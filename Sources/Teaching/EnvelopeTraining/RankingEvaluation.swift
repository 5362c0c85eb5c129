public import SMTP

/// How well scores put spam above honest mail.
public struct RankingEvaluation: Sendable {
    /// A judged mail with a score.
    public struct Judged: Sendable {
        /// The score; higher is more like spam.
        public let score: Double

        /// Whether it is spam.
        public let isSpam: Bool

        /// The sending address.
        public let client: ClientAddress

        /// A judged mail from its parts.
        public init(score: Double, isSpam: Bool, client: ClientAddress) {
            self.score = score
            self.isSpam = isSpam
            self.client = client
        }
    }

    private struct Point {
        var spamMails = 0.0
        var spamSenders = 0.0
        var honestMails = 0.0
        var honestSenders = 0.0
    }

    /// From the highest score downwards: what lies at or above it.
    private let points: [Point]

    /// The number of spam mails.
    public let spamMails: Int

    /// The number of honest mails.
    public let honestMails: Int

    /// The number of honest sending addresses.
    public let honestSenders: Int

    /// Sorts the mails by score. Every sending address counts once in total, however many mails it sent. O(n log n).
    public init(_ judged: [Judged]) {
        var counts: [ClientAddress: Int] = [:]
        for mail in judged { counts[mail.client, default: 0] += 1 }
        var points: [Point] = []
        var sum = Point()
        var last: Double?
        for mail in judged.sorted(by: { $0.score > $1.score }) {
            if let last, last != mail.score { points.append(sum) }
            last = mail.score
            let share = 1 / Double(counts[mail.client] ?? 1)
            if mail.isSpam {
                sum.spamMails += 1
                sum.spamSenders += share
            } else {
                sum.honestMails += 1
                sum.honestSenders += share
            }
        }
        if last != nil { points.append(sum) }
        self.points = points
        spamMails = judged.count { $0.isSpam }
        honestMails = judged.count - spamMails
        honestSenders = Set(judged.lazy.filter { !$0.isSpam }.map(\.client)).count
    }

    /// The share of spam mails above the lowest score that keeps false positives at or under `rate`, counted in mails.
    public func recall(atMailRate rate: Double) -> Double {
        recall { $0.honestMails <= rate * Double(honestMails) }
    }

    /// The same with false positives counted in sending addresses, each of which counts once.
    public func recall(atSenderRate rate: Double) -> Double {
        let all = points.last?.honestSenders ?? 0
        return recall { $0.honestSenders <= rate * all }
    }

    /// The area under the ROC curve with every sending address counting once: how often a spam sender's mail scores
    /// above an honest sender's. `nil` without either.
    public var areaPerSender: Double? {
        guard let end = points.last, end.spamSenders > 0, end.honestSenders > 0 else { return nil }
        var area = 0.0
        var before = Point()
        for point in points {
            let width = point.honestSenders - before.honestSenders
            area += width * (before.spamSenders + point.spamSenders) / 2
            before = point
        }
        return area / (end.spamSenders * end.honestSenders)
    }

    private func recall(_ isAllowed: (Point) -> Bool) -> Double {
        guard spamMails > 0 else { return 0 }
        // Both counts only grow downwards.
        return (points.last(where: isAllowed)?.spamMails ?? 0) / Double(spamMails)
    }
}
