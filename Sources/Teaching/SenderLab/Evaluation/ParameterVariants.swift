import SpamTracker
package import Spectral

/// How the areas of an evaluation change with its parameters, one at a time.
package struct ParameterVariants {
    private var variants: [(name: String, options: EvaluationOptions)]

    /// How many evaluations there are, the one without a change included.
    package var count: Int { variants.count }

    /// The variants of some options.
    package init(of base: EvaluationOptions) {
        var base = base
        base.replicates = 0
        variants = [("as above", base)]
        func vary(_ name: String, _ change: (inout EvaluationOptions) -> Void) {
            var options = base
            change(&options)
            variants.append((name, options))
        }
        vary("half-life of domains / 4") { $0.settings.domainHalfLife /= 4 }
        vary("half-life of domains × 4") { $0.settings.domainHalfLife *= 4 }
        vary("half-life of history / 4") { $0.settings.historyHalfLife /= 4 }
        vary("half-life of history × 4") { $0.settings.historyHalfLife *= 4 }
        vary("contamination 0") { $0.settings.contamination = 0 }
        vary("contamination 0.15") { $0.settings.contamination = 0.15 }
        vary("16 leaves") { $0.clustering.maximumLeaves = 16 }
        vary("256 leaves") { $0.clustering.maximumLeaves = 256 }
        vary("alpha 0.1") { ($0.clustering.alpha, $0.clustering.beta) = (0.1, 0.9) }
        vary("alpha 0.4") { ($0.clustering.alpha, $0.clustering.beta) = (0.4, 0.6) }
        vary("8 clusters by k-means") { $0.clustering.merging = .kMeans(8) }
        vary("single-domain senders cluster too") { $0.clustering.multiDomainOnly = false }
        vary("no clusters") { $0.clustering.minimumSenders = .max }
        vary("sensors capped at 5 %") { $0.settings.sensors.maximumShare = 0.05 }
        vary("sensors not capped") { $0.settings.sensors.maximumShare = 1 }
        vary("200 examples per window") { $0.settings.examplesPerPeriod = 200 }
        vary("windows half as long") { $0.windowSeconds = max($0.windowSeconds / 2, 1) }
        vary("windows twice as long") { $0.windowSeconds *= 2 }
    }

    /// Evaluates them all, without intervals; `progress` is called after each with the number done.
    package func reports(
        on judged: SenderTrace, after earlier: SenderTrace?, progress: (Int) -> Void
    ) throws(SpectralError) -> [(name: String, report: EvaluationReport)] {
        var reports: [(name: String, report: EvaluationReport)] = []
        for (name, options) in variants {
            reports.append((name, try SenderEvaluation.report(on: judged, after: earlier, options: options)))
            progress(reports.count)
        }
        return reports
    }
}
