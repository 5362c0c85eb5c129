/// How lists write: some daily, some weekly, some monthly.
public struct ListHabits: Sendable, Hashable {
    /// Days between the posts of a kind of list.
    public let intervals: [Int]

    /// The share of all subscriptions that are to lists of the kind; they add up to 1.
    public let shares: [Double]

    /// A fifth of the subscriptions to daily lists, two fifths each to weekly and monthly ones: an assumption.
    public static let assumed = ListHabits(intervals: [1, 7, 30], shares: [0.2, 0.4, 0.4])

    /// Posts to a subscription per month of 30 days, on average.
    public var postsPerMonth: Double {
        zip(intervals, shares).reduce(0) { $0 + 30 / Double(max(1, $1.0)) * $1.1 }
    }

    /// The mean over kinds of lists, and over when their first post comes.
    func mean(_ value: (_ posts: [Int]) -> Double, days: Int) -> Double {
        zip(intervals, shares).reduce(0) { sum, kind in
            let interval = max(1, kind.0)
            let phases = (0..<interval).reduce(0) { $0 + value(Array(stride(from: $1, to: days, by: interval))) }
            return sum + kind.1 * phases / Double(interval)
        }
    }
}
