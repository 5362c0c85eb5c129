/// How many subscriptions honest lists lose in a month, at a precision of the verdict that lies are told on.
public struct MonthlyHarm: Sendable, Hashable {
    /// The share of what is judged certain that is spam; `nil` where only ``falsePositiveRate`` is known.
    public let precision: Double?

    /// The share of honest messages that are judged so.
    public let falsePositiveRate: Double

    /// Subscriptions lost, by the list's software, in the order of ``BounceRule/compared``; if all recipients were lied
    /// about. The larger of what each way of judging falsely costs.
    public let lost: [Double]

    /// The same if the list server is let in and its lies are undone after a day, a week and a month.
    public let lostIfUndone: [[Double]]

    /// After how many days of ``lostIfUndone``.
    public static let undoneAfter = [1, 7, 30]

    /// What a month costs at a precision.
    public init(precision: Double, options: HarmOptions) {
        self.init(precision: precision, rate: options.falsePositiveRate(precision: precision), options: options)
    }

    /// What a month costs if this share of honest messages is judged certain.
    public init(falsePositiveRate rate: Double, options: HarmOptions) {
        self.init(precision: nil, rate: rate, options: options)
    }

    private init(precision: Double?, rate: Double, options: HarmOptions) {
        self.precision = precision
        falsePositiveRate = rate
        func lost(_ rule: BounceRule, _ way: Misjudgement, undoneAfter: Int? = nil) -> Double {
            options.subscriptions
                * ListHarm.lossProbability(
                    rule, by: way, probability: rate, days: 30, undoneAfter: undoneAfter, habits: options.habits)
        }
        self.lost = BounceRule.compared.map { rule in
            Misjudgement.allCases.map { lost(rule, $0) }.max() ?? 0
        }
        lostIfUndone = BounceRule.compared.map { rule in
            Self.undoneAfter.map { lost(rule, .server, undoneAfter: $0) }
        }
    }

    /// The worst of them, if a share of all recipients is lied about.
    public func worst(fraction: Double) -> Double { fraction * (lost.max() ?? 0) }

    /// The precisions that are compared.
    public static let precisions = [0.99, 0.999, 0.9999, 0.99999]

    /// What recorded mail supports: of 6,999 honest messages of 2007 `argot replay --envelopes` judges none certain, so
    /// that the true share is at most three in as many, with 95 % confidence.
    public static let measuredAtMost = 3.0 / 6_999
}
