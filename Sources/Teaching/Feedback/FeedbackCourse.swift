/// How often recipients are asked for on the days before and after the lie, or after the moment at which they were spared it.
public struct FeedbackCourse: Sendable, Hashable {
    /// One day: day 0 begins with the lie.
    public struct Day: Sendable, Hashable {
        /// How many recipients were watched on it.
        public internal(set) var recipients = 0

        /// How often they were asked for.
        public internal(set) var requests = 0

        /// Requests for each recipient; 0 without any.
        public var rate: Double { recipients == 0 ? 0 : Double(requests) / Double(recipients) }
    }

    /// The days that are shown.
    public static let days = -30...30

    /// Those lied about, and those spared, by day.
    public internal(set) var told: [Int: Day] = [:], spared: [Int: Day] = [:]
}
