import Spectral

/// Areas, increments and operating points of all scores, with intervals from resampling whole days: senders of one day
/// resemble each other, so days and not senders are drawn.
struct AreaBootstrap {
    private let samples: [RankingSample]
    private let weightings: [[Double]]
    /// The days that have samples, numbered in order.
    private let places: [Int: Int]

    static let rates = [0.001, 0.003, 0.01]

    init(_ samples: [RankingSample], replicates: Int, seed: UInt64) {
        self.samples = samples
        let days = Set(samples.map(\.day)).sorted()
        places = Dictionary(uniqueKeysWithValues: days.enumerated().map { ($1, $0) })
        var generator = SplitMix64(seed: seed)
        weightings = (0..<(days.count > 1 ? replicates : 0)).map { _ in
            var weights = [Double](repeating: 0, count: days.count)
            for _ in days { weights[generator.below(days.count)] += 1 }
            return weights
        }
    }

    func results() -> [EvaluationReport.ScoreResult] {
        let tests = ScoreUnderTest.allCases
        var pairs: [ScoreUnderTest: [SenderGroup: DayPairs]] = [:]
        for (place, test) in tests.enumerated() {
            for group in SenderGroup.allCases {
                pairs[test, default: [:]][group] = DayPairs(samples, score: place, group: group, places: places)
            }
        }
        return tests.enumerated().map { place, test in
            var groups: [SenderGroup: EvaluationReport.GroupResult] = [:]
            var increments: [SenderGroup: EvaluationReport.Estimate] = [:]
            for group in SenderGroup.allCases {
                guard let own = pairs[test]?[group], let area = own.area, let mean = own.meanOfWindows else { continue }
                let areas = weightings.map { own.area(weights: $0) }
                let members = samples.filter { $0.belongs(to: group) }
                let spam = members.filter(\.isSpam).map { $0.scores[place] }
                let honest = members.filter { !$0.isSpam }.map { $0.scores[place] }
                groups[group] = EvaluationReport.GroupResult(
                    area: EvaluationReport.Estimate(value: area, interval: Self.interval(areas.compactMap { $0 })),
                    meanOfWindows: mean, areaByDay: own.areaByDay,
                    points: Self.rates.compactMap { OperatingPoint(spam: spam, honest: honest, falsePositiveRate: $0) })
                guard let before = test.predecessor.flatMap({ pairs[$0]?[group] }), let base = before.area else {
                    continue
                }
                let differences = zip(areas, weightings).compactMap { area, weights in
                    before.area(weights: weights).flatMap { base in area.map { $0 - base } }
                }
                increments[group] = EvaluationReport.Estimate(
                    value: area - base, interval: Self.interval(differences))
            }
            return EvaluationReport.ScoreResult(score: test, groups: groups, increments: increments)
        }
    }

    /// The middle 95 % of the values.
    private static func interval(_ values: [Double]) -> ClosedRange<Double>? {
        guard values.count >= 40 else { return nil }
        let sorted = values.sorted()
        let cut = sorted.count / 40
        return sorted[cut]...sorted[sorted.count - 1 - cut]
    }
}
