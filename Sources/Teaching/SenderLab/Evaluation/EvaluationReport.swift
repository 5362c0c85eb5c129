/// What an evaluation found.
public struct EvaluationReport: Sendable {
    /// A number with the interval that holds it in 95 of 100 resamplings of the days.
    public struct Estimate: Sendable {
        /// The number.
        public let value: Double

        /// The interval; `nil` when nothing was resampled.
        public let interval: ClosedRange<Double>?
    }

    /// One score, one group of senders.
    public struct GroupResult: Sendable {
        /// Area under the ROC curve: the probability that a spam sender scores above an honest one of its window.
        public let area: Estimate

        /// The plain mean of the windows' areas.
        public let meanOfWindows: Double

        /// The area by day, counted from the first mail judged: the honest senders of that day against the spam senders
        /// of their window. Days without an honest sender are missing.
        public let areaByDay: [Int: Double]

        /// At 0.1, 0.3 and 1 % false positives, over all windows together.
        public let points: [OperatingPoint]
    }

    /// One score.
    public struct ScoreResult: Sendable {
        /// Which.
        public let score: ScoreUnderTest

        /// By group; groups without a pair of senders are missing.
        public let groups: [SenderGroup: GroupResult]

        /// What the score adds to its predecessor's area in the ablation, by group.
        public let increments: [SenderGroup: Estimate]
    }

    /// When spam senders were first flagged.
    public struct LeadTime: Sendable {
        /// Which score.
        public let score: ScoreUnderTest

        /// The group of senders.
        public let group: SenderGroup

        /// The share of honest senders that the threshold may flag.
        public let falsePositiveRate: Double

        /// Share of spam senders flagged at their first mail in the window.
        public let flaggedAtFirstMail: Double

        /// Share flagged before the simulated blocklist lists them.
        public let flaggedBeforeListing: Double

        /// Median seconds from the first flag to the listing, over those flagged before it.
        public let medianLead: Int64

        /// Share of all spam mails that came from senders flagged by then.
        public let mailsCovered: Double
    }

    /// How many of each there were.
    public struct Counts: Sendable {
        /// Windows judged.
        public let windows: Int

        /// Days with a judged sender.
        public let days: Int

        /// Spam senders by group, once per window.
        public let spam: [SenderGroup: Int]

        /// Honest senders by group, once per window.
        public let honest: [SenderGroup: Int]

        /// Honest senders by day and group.
        public let honestByDay: [SenderGroup: [Int: Int]]

        /// Unlabelled senders, which are not judged.
        public let unlabelled: Int

        /// Mails in judged windows.
        public let mails: Int
    }

    /// The scores in the order of the ablation, then the baselines.
    public let results: [ScoreResult]

    /// Lead times.
    public let leadTimes: [LeadTime]

    /// Numbers of senders.
    public let counts: Counts
}
