public import Judgements
public import SMTP

/// What others have said of the messages that are kept, counted.
public struct JudgementReport: Sendable, Hashable {
    /// What one source said.
    public struct Count: Sendable, Hashable {
        /// How many messages it called spam.
        public package(set) var spam = 0
        /// How many it called honest.
        public package(set) var honest = 0

        /// None at all.
        public init() {}

        /// All of them.
        public var all: Int { spam + honest }

        package mutating func add(_ count: Int, _ kind: JudgementKind) {
            switch kind {
            case .spam: spam += count
            case .honest: honest += count
            }
        }
    }

    /// A day.
    public struct Day: Sendable, Hashable {
        /// When it began, in UTC.
        public package(set) var begin: UnixTime
        /// Messages and refused sessions that are kept of it.
        public package(set) var sightings = 0
        /// Those of them that anybody judged.
        public package(set) var judged = 0
        /// What each source said of that day's messages, whenever it said it.
        public package(set) var sources: [JudgementSource: Count] = [:]

        package init(begin: UnixTime) { self.begin = begin }
    }

    /// Two sources.
    public struct Pair: Sendable, Hashable {
        /// The higher one of the two in the table of sources.
        public let first: JudgementSource
        /// The other.
        public let second: JudgementSource

        /// Two sources in any order.
        public init(_ one: JudgementSource, _ other: JudgementSource) {
            let order = JudgementSource.allCases
            let isOrdered = (order.firstIndex(of: one) ?? 0) <= (order.firstIndex(of: other) ?? 0)
            first = isOrdered ? one : other
            second = isOrdered ? other : one
        }
    }

    /// How far two sources agree.
    public struct Overlap: Sendable, Hashable {
        /// How many messages both judged.
        public package(set) var both = 0
        /// Of how many of these they said the same.
        public package(set) var same = 0

        package init() {}
    }

    /// The days of which anything is kept, oldest first.
    public package(set) var days: [Day] = []

    /// What sources said of the same messages.
    public package(set) var overlaps: [Pair: Overlap] = [:]

    /// Messages that were left out because their clients had sent too many that day.
    public package(set) var leftOut = 0

    /// Nothing at all.
    public init() {}

    /// What each source said in all.
    public var sources: [JudgementSource: Count] {
        days.reduce(into: [:]) { sum, day in
            for (source, count) in day.sources {
                sum[source, default: Count()].add(count.spam, .spam)
                sum[source, default: Count()].add(count.honest, .honest)
            }
        }
    }

    /// Messages and refused sessions that are kept.
    public var sightings: Int { days.reduce(0) { $0 + $1.sightings } }

    /// Those that anybody judged.
    public var judged: Int { days.reduce(0) { $0 + $1.judged } }

    /// Counts a sighting with its judgements, one of each source. Sightings come oldest first.
    package mutating func add(_ judgements: [MailJudgement], at time: UnixTime) {
        let begin = UnixTime(seconds: time.seconds / 86_400 * 86_400)
        if days.last?.begin != begin { days.append(Day(begin: begin)) }
        let last = days.count - 1
        days[last].sightings += 1
        if !judgements.isEmpty { days[last].judged += 1 }
        for (index, judgement) in judgements.enumerated() {
            days[last].sources[judgement.source, default: Count()].add(1, judgement.kind)
            for other in judgements[(index + 1)...] {
                let pair = Pair(judgement.source, other.source)
                overlaps[pair, default: Overlap()].both += 1
                if other.kind == judgement.kind { overlaps[pair, default: Overlap()].same += 1 }
            }
        }
    }
}
