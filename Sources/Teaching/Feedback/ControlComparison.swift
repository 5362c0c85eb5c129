/// Recipients that were lied about against recipients that deserved it and were spared: the control group that the paper
/// lacks. Chance alone, by the site's key, has put a recipient into one group or the other, so that nothing but the lie
/// makes them differ.
///
/// What is compared is on how many of the following days somebody of the same dialect asks for the recipient. The first 24
/// hours do not count: a client that was only put off comes back by itself.
public struct ControlComparison: Sendable, Hashable {
    /// One of the two groups.
    public struct Group: Sendable, Hashable {
        /// How many recipients were watched for a day at least.
        public internal(set) var recipients = 0

        /// On how many days they were watched, in sum, and on how many of these they were asked for.
        public internal(set) var days = 0, daysAsked = 0

        /// How often they were asked for on these days.
        public internal(set) var requests = 0

        /// Sums of the recipients' shares of days, and of their squares.
        private var shares = 0.0, squares = 0.0

        mutating func add(days: Int, asked: Int, requests: Int) {
            recipients += 1
            self.days += days
            daysAsked += asked
            self.requests += requests
            let share = Double(asked) / Double(days)
            shares += share
            squares += share * share
        }

        /// The mean share of days on which a recipient was asked for, 0...1.
        public var share: Double { recipients == 0 ? 0 : shares / Double(recipients) }

        /// The variance of the mean.
        var variance: Double {
            guard recipients > 1 else { return 0 }
            let count = Double(recipients)
            return max(0, squares - shares * shares / count) / (count - 1) / count
        }
    }

    /// Those lied about, and those spared.
    public internal(set) var told = Group(), spared = Group()

    /// How many recipients belong to neither: told to one network and spared to another.
    public internal(set) var mixed = 0

    /// By how much the share of days is smaller for those lied about; `nil` while a group is empty.
    public var difference: Double? {
        told.recipients > 0 && spared.recipients > 0 ? spared.share - told.share : nil
    }

    /// The interval of 95 % around the difference, by Welch's approximation; recipients are the units, so that one that is
    /// asked for often counts once. `nil` with less than two recipients in a group.
    public var interval: ClosedRange<Double>? {
        guard let difference, told.recipients > 1, spared.recipients > 1 else { return nil }
        let (one, other) = (told.variance, spared.variance)
        let variance = one + other
        guard variance > 0 else { return difference...difference }
        let degrees =
            variance * variance
            / (one * one / Double(told.recipients - 1) + other * other / Double(spared.recipients - 1))
        let half = StudentT(degrees: degrees).bound95 * variance.squareRoot()
        return difference - half...difference + half
    }
}
