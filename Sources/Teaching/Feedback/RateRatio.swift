/// How many times as often something happens since a moment as it did before, with an interval of 95 %.
///
/// Of all events, those since are a binomial share whose probability says what the ratio is (Przyborowski and Wilenski 1940);
/// the interval of the share is that of Clopper and Pearson, so it is never too narrow.
public struct RateRatio: Sendable, Hashable {
    /// The ratio; 1 where nothing has changed.
    public let value: Double

    /// Its interval; the upper end is infinite where nothing happened before.
    public let interval: ClosedRange<Double>

    /// A ratio from counts of `before` and `since`.
    ///
    /// - Parameter exposure: how many events there would be since for one before, had nothing changed; above 0.
    public init(before: Int, since: Int, exposure: Double) {
        let (before, since) = (max(0, before), max(0, since))
        func ratio(_ share: Double) -> Double { share >= 1 ? .infinity : share / (1 - share) / exposure }
        value = before == 0 ? (since == 0 ? 1 : .infinity) : Double(since) / (Double(before) * exposure)
        let lower =
            since == 0 ? 0 : ratio(Beta(Double(since), Double(before) + 1).quantile(0.025))
        let upper = before == 0 ? .infinity : ratio(Beta(Double(since) + 1, Double(before)).quantile(0.975))
        interval = min(lower, upper)...max(lower, upper)
    }
}
