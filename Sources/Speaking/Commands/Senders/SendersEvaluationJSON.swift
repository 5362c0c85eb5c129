import SenderLab
import SpamTracker

/// The JSON of `argot senders evaluate`.
///
/// `scores` and `baselines` hold one object a score: `auc` and its intervals by group of senders, recall and lift by
/// false-positive rate for all senders, and the same for the other groups.
struct SendersEvaluationJSON: Encodable {
    struct Score: Encodable {
        let auc: [String: Double]
        let aucInterval: [String: [Double]]
        let aucMeanOfWindows: [String: Double]
        let aucByDay: [String: [String: Double]]
        let recallAtFPR: [String: Double]
        let recallAtFPRByGroup: [String: [String: Double]]
        let liftAtFPR: [String: [String: Double]]
        let increment: [String: Double]?
        let incrementInterval: [String: [Double]]?
        let incrementOver: String?

        private enum CodingKeys: String, CodingKey {
            case auc
            case aucInterval = "auc_interval"
            case aucMeanOfWindows = "auc_mean_of_windows"
            case aucByDay = "auc_by_day"
            case recallAtFPR = "recall_at_fpr"
            case recallAtFPRByGroup = "recall_at_fpr_by_group"
            case liftAtFPR = "lift_at_fpr_by_group"
            case increment = "auc_increment"
            case incrementInterval = "auc_increment_interval"
            case incrementOver = "auc_increment_over"
        }
    }

    struct Lead: Encodable {
        let score: String
        let group: String
        let falsePositiveRate: Double
        let flaggedAtFirstMail: Double
        let flaggedBeforeListing: Double
        let medianLeadSeconds: Int64
        let mailsCovered: Double

        private enum CodingKeys: String, CodingKey {
            case score, group
            case falsePositiveRate = "fpr"
            case flaggedAtFirstMail = "flagged_at_first_mail"
            case flaggedBeforeListing = "flagged_before_listing"
            case medianLeadSeconds = "median_lead_seconds"
            case mailsCovered = "mails_covered"
        }
    }

    struct Counts: Encodable {
        let windows: Int
        let days: Int
        let mails: Int
        let unlabelled: Int
        let spam: [String: Int]
        let honest: [String: Int]
        let honestByDay: [String: [String: Int]]

        private enum CodingKeys: String, CodingKey {
            case windows, days, mails, unlabelled, spam, honest
            case honestByDay = "honest_by_day"
        }
    }

    let scores: [String: Score]
    let baselines: [String: Score]
    let leadTime: [Lead]
    let n: Counts

    private enum CodingKeys: String, CodingKey {
        case scores, baselines, n
        case leadTime = "lead_time"
    }

    init(_ report: EvaluationReport) {
        func select(_ isBaseline: Bool) -> [String: Score] {
            Dictionary(
                uniqueKeysWithValues: report.results.filter { $0.score.isBaseline == isBaseline }
                    .map { ($0.score.rawValue, Self.score($0)) })
        }
        scores = select(false)
        baselines = select(true)
        leadTime = report.leadTimes.map {
            Lead(
                score: $0.score.rawValue, group: $0.group.rawValue, falsePositiveRate: $0.falsePositiveRate,
                flaggedAtFirstMail: $0.flaggedAtFirstMail, flaggedBeforeListing: $0.flaggedBeforeListing,
                medianLeadSeconds: $0.medianLead, mailsCovered: $0.mailsCovered)
        }
        let counts = report.counts
        n = Counts(
            windows: counts.windows, days: counts.days, mails: counts.mails, unlabelled: counts.unlabelled,
            spam: Self.named(counts.spam), honest: Self.named(counts.honest),
            honestByDay: Self.named(counts.honestByDay.mapValues { Self.days($0) }))
    }

    private static func days<Value>(_ values: [Int: Value]) -> [String: Value] {
        Dictionary(uniqueKeysWithValues: values.map { ("\($0.key)", $0.value) })
    }

    private static func named<Value>(_ values: [SenderGroup: Value]) -> [String: Value] {
        Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) })
    }

    private static func score(_ result: EvaluationReport.ScoreResult) -> Score {
        func byRate(_ points: [OperatingPoint], _ value: (OperatingPoint) -> Double) -> [String: Double] {
            Dictionary(uniqueKeysWithValues: points.map { ("\($0.falsePositiveRate)", value($0)) })
        }
        func bounds(_ estimates: [SenderGroup: EvaluationReport.Estimate]) -> [String: [Double]] {
            named(estimates.compactMapValues { $0.interval.map { [$0.lowerBound, $0.upperBound] } })
        }
        let groups = result.groups
        return Score(
            auc: named(groups.mapValues(\.area.value)), aucInterval: bounds(groups.mapValues(\.area)),
            aucMeanOfWindows: named(groups.mapValues(\.meanOfWindows)),
            aucByDay: named(groups.mapValues { days($0.areaByDay) }),
            recallAtFPR: byRate(groups[.all]?.points ?? [], \.recall),
            recallAtFPRByGroup: named(groups.mapValues { byRate($0.points, \.recall) }),
            liftAtFPR: named(groups.mapValues { byRate($0.points, \.lift) }),
            increment: result.increments.isEmpty ? nil : named(result.increments.mapValues(\.value)),
            incrementInterval: result.increments.isEmpty ? nil : bounds(result.increments),
            incrementOver: result.increments.isEmpty ? nil : result.score.predecessor?.rawValue)
    }
}
