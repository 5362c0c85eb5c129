private import Glibc

/// Fits `slope * score + offset` to judged mails (Platt 1999), by Newton's method with every sender weighing the same.
enum PlattScaling {
    static func fit(scores: [Double], records: [EnvelopeRecord]) -> (slope: Double, offset: Double) {
        fit(
            scores: scores, targets: records.map { $0.isSpam ? 1 : 0 },
            weights: SenderWeights.balanced(records, total: 1))
    }

    /// The same with how likely each is spam, 0 to 1, and what each weighs.
    static func fit(scores: [Double], targets: [Double], weights: [Double]) -> (slope: Double, offset: Double) {
        // A weak pull towards 1 and 0 keeps perfectly separated scores from an infinite slope.
        let pull = 0.01
        var slope = 1.0
        var offset = 0.0
        for _ in 0..<50 {
            var gradient = (slope: pull * (slope - 1), offset: pull * offset)
            var curvature = (slopes: pull, mixed: 0.0, offsets: pull)
            for index in scores.indices {
                let probability = 1 / (1 + exp(-(slope * scores[index] + offset)))
                let error = weights[index] * (probability - targets[index])
                let bend = weights[index] * probability * (1 - probability)
                gradient.slope += error * scores[index]
                gradient.offset += error
                curvature.slopes += bend * scores[index] * scores[index]
                curvature.mixed += bend * scores[index]
                curvature.offsets += bend
            }
            let determinant = curvature.slopes * curvature.offsets - curvature.mixed * curvature.mixed
            guard determinant > 1e-12 else { break }
            let slopeStep = (curvature.offsets * gradient.slope - curvature.mixed * gradient.offset) / determinant
            let offsetStep = (curvature.slopes * gradient.offset - curvature.mixed * gradient.slope) / determinant
            // Steps are limited: far from the optimum Newton's may overshoot.
            slope -= min(max(slopeStep, -0.5), 0.5)
            offset -= min(max(offsetStep, -0.5), 0.5)
            slope = min(max(slope, 0.2), 2)
            if abs(slopeStep) + abs(offsetStep) < 1e-10 { break }
        }
        return (EnvelopeTrainer.rounded(slope), EnvelopeTrainer.rounded(min(max(offset, -5), 5)))
    }
}
