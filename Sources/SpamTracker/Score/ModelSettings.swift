/// How a `SenderModel` learns. The defaults are choices of principle, not fitted to any trace.
public struct ModelSettings: Hashable, Sendable {
    /// After so many seconds what was learned of a domain weighs half: campaigns change within weeks.
    public var domainHalfLife: Double

    /// After so many seconds what was learned of a sender or network weighs half: people write to each other for
    /// months.
    public var historyHalfLife: Double

    /// What an unlabelled sender weighs in the background, 0...1, beside 1 for one known as honest.
    public var unlabelledWeight: Double

    /// Which domains teach.
    public var sensors: SensorTrust

    /// Past senders kept for calibration, per class and learned period.
    public var examplesPerPeriod: Int

    /// Periods whose examples are kept.
    public var periods: Int

    /// Settings.
    public init(
        domainHalfLife: Double = 14 * 86_400, historyHalfLife: Double = 60 * 86_400, unlabelledWeight: Double = 0.1,
        sensors: SensorTrust = SensorTrust(), examplesPerPeriod: Int = 2_000, periods: Int = 16
    ) {
        self.domainHalfLife = domainHalfLife
        self.historyHalfLife = historyHalfLife
        self.unlabelledWeight = unlabelledWeight
        self.sensors = sensors
        self.examplesPerPeriod = examplesPerPeriod
        self.periods = periods
    }
}
