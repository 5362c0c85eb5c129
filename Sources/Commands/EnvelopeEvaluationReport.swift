import EnvelopeTraining
import Envelopes

/// What `argot dialects evaluate --envelopes` finds.
struct EnvelopeEvaluationReport: Encodable {
    /// How well a ranking does. Rates are keys as in the options: 0.001, 0.003, 0.01.
    struct Ranking: Encodable {
        /// Recall of spam mails; false positives are counted in mails.
        let recall_at_fpr: [String: Double]

        /// Recall of spam mails; false positives are counted in sending addresses.
        let recall_at_fpr_of_addresses: [String: Double]

        /// Area under the ROC curve; every sending address counts once.
        let auc: Double?

        init(_ evaluation: RankingEvaluation) {
            func recalls(_ recall: (Double) -> Double) -> [String: Double] {
                Dictionary(
                    uniqueKeysWithValues: EnvelopeEvaluationReport.rates.map {
                        ($0.name, EnvelopeEvaluationReport.rounded(recall($0.rate)))
                    })
            }
            recall_at_fpr = recalls { evaluation.recall(atMailRate: $0) }
            recall_at_fpr_of_addresses = recalls { evaluation.recall(atSenderRate: $0) }
            auc = evaluation.areaPerSender.map(EnvelopeEvaluationReport.rounded)
        }

        /// The numbers as cells of a table.
        var cells: [String] {
            [auc.map(EnvelopeEvaluationReport.text) ?? "-"]
                + EnvelopeEvaluationReport.rates.map { EnvelopeEvaluationReport.text(recall_at_fpr[$0.name] ?? 0) }
                + EnvelopeEvaluationReport.rates.map {
                    EnvelopeEvaluationReport.text(recall_at_fpr_of_addresses[$0.name] ?? 0)
                }
        }
    }

    /// A ranking with a part of the questions left out.
    struct Ablation: Encodable {
        let without: String
        let before_data: Ranking?
        let after_headers: Ranking
    }

    /// How good the stated probabilities are.
    struct Calibration: Encodable {
        /// The mean of the logarithmic loss, every sender weighing the same, both kinds alike; 0.693 says nothing.
        let log_loss: Double

        /// Of honest senders' mails stated to be spam with at least 99 %, the share of honest senders.
        let honest_senders_above_99: Double
    }

    /// An honest sender whose mail looks most like spam.
    struct WorstSender: Encodable {
        let moment: String
        let client: String
        let helo: String
        let name: String
        let probability: Double
        let reasons: [String]
    }

    static let rates: [(name: String, rate: Double)] = [("0.001", 0.001), ("0.003", 0.003), ("0.01", 0.01)]

    // The whole model's figures stand at the top.
    let recall_at_fpr: [String: Double]
    let recall_at_fpr_of_addresses: [String: Double]
    let auc: Double?
    let n_spam: Int
    let n_ham: Int
    let n_ham_addresses: Int
    let n_train_spam: Int
    let n_train_ham: Int
    let before_data: Ranking
    let after_headers: Ranking
    let plain_helo_and_name: Ranking
    let plain_all: Ranking
    let calibration: [String: Calibration]
    let unknown_organisations: [String: Ranking]
    let ablation: [Ablation]
    let worst_honest: [WorstSender]

    static func rounded(_ number: Double) -> Double { (number * 10_000).rounded() / 10_000 }

    static func text(_ number: Double) -> String {
        let digits = String(Int((number * 10_000).rounded()))
        let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        return padded.dropLast(4) + "." + padded.suffix(4)
    }
}
