public import SMTP

/// What others have said of a sender's messages, by day: judgements in, a piece of evidence on a span of time out.
///
/// A message is not its sender: of a provider that carries mail of thousands a filter finds some every day. A sender is
/// judged by most of what it has sent.
public struct SenderJudgements: Sendable, Hashable {
    /// A day of a sender.
    private struct Day: Sendable, Hashable {
        let number: Int64
        var messages = 0
        /// How many of them were called so, by the rank of whoever says it.
        var counts: [Int: Count] = [:]
    }

    private struct Count: Sendable, Hashable {
        var spam = 0
        var honest = 0
    }

    private var days: [Day] = []

    /// Nobody has said anything.
    public init() {}

    /// Adds messages of a day, counted in days from 1970, judged or not. O(days).
    public mutating func add(messages: Int, onDay day: Int64) { days[place(of: day)].messages += messages }

    /// Adds what was said of `count` messages of a day, among those added, by a source of this rank.
    public mutating func add(_ label: SenderLabel, rank: Int, count: Int, onDay day: Int64) {
        let place = place(of: day)
        switch label {
        case .spam: days[place].counts[rank, default: Count()].spam += count
        case .honest: days[place].counts[rank, default: Count()].honest += count
        }
    }

    private mutating func place(of day: Int64) -> Int {
        if let known = days.firstIndex(where: { $0.number == day }) { return known }
        days.append(Day(number: day))
        return days.count - 1
    }

    /// What is said of the sender's messages of the days from `start` until `end`: of the ranks that say anything the best
    /// holds. It says spam when most of its judgements do and they are of more than half of all messages; honest when
    /// half of its judgements are; else nothing. O(days).
    public func evidence(from start: UnixTime, until end: UnixTime) -> LabelEvidence? {
        let first = Self.day(start)
        let last = Self.day(end.seconds > start.seconds ? UnixTime(seconds: end.seconds - 1) : end)
        var messages = 0
        var sums: [Int: Count] = [:]
        for day in days where first...max(first, last) ~= day.number {
            messages += day.messages
            for (rank, count) in day.counts {
                sums[rank, default: Count()].spam += count.spam
                sums[rank, default: Count()].honest += count.honest
            }
        }
        guard let best = sums.min(by: { $0.key < $1.key }) else { return nil }
        if best.value.honest >= best.value.spam { return .judged(.honest, rank: best.key) }
        return best.value.spam * 2 > messages ? .judged(.spam, rank: best.key) : nil
    }

    private static func day(_ time: UnixTime) -> Int64 {
        time.seconds / 86_400 - (time.seconds < 0 && time.seconds % 86_400 != 0 ? 1 : 0)
    }
}
