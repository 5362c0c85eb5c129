/// How a `SenderModel` learns. The defaults are choices of principle, not fitted to any trace.
public struct ModelSettings: Hashable, Sendable {
    /// After so many seconds what was learned of a domain weighs half: campaigns change within weeks.
    public var domainHalfLife: Double

    /// After so many seconds what was learned of a sender or network weighs half: people write to each other for
    /// months.
    public var historyHalfLife: Double

    /// What an unlabelled sender weighs in the background, 0...1, beside 1 for one known as honest.
    public var unlabelledWeight: Double

    /// The share of honest senders that behaves like spammers and the other way round, 0...0.5: no single fact is worth
    /// more than log((1 - share)/share) either way.
    public var contamination: Double

    /// Which domains teach.
    public var sensors: SensorTrust

    /// Past senders kept for calibration, per class and learned period.
    public var examplesPerPeriod: Int

    /// Periods whose examples are kept.
    public var periods: Int

    /// Settings.
    public init(
        domainHalfLife: Double = 14 * 86_400, historyHalfLife: Double = 60 * 86_400, unlabelledWeight: Double = 0.1,
        contamination: Double = 0.05,
        sensors: SensorTrust = SensorTrust(), examplesPerPeriod: Int = 2_000, periods: Int = 16
    ) {
        self.domainHalfLife = domainHalfLife
        self.historyHalfLife = historyHalfLife
        self.unlabelledWeight = unlabelledWeight
        self.contamination = contamination
        self.sensors = sensors
        self.examplesPerPeriod = examplesPerPeriod
        self.periods = periods
    }
}
