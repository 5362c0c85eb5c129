import EnvelopeTraining
import Envelopes

/// What an evaluation of envelopes found; the names are the keys of its JSON.
package struct EnvelopeEvaluationReport: Encodable {
    /// How well a ranking does. Rates are keys as in the options: 0.001, 0.003, 0.01.
    package struct Ranking: Encodable {
        /// Recall of spam mails; false positives are counted in mails.
        package let recall_at_fpr: [String: Double]

        /// Recall of spam mails; false positives are counted in sending addresses.
        package let recall_at_fpr_of_addresses: [String: Double]

        /// Area under the ROC curve; every sending address counts once.
        package let auc: Double?

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
    }

    /// A ranking with a part of the questions left out.
    package struct Ablation: Encodable {
        package let without: String
        package let before_data: Ranking?
        package let after_headers: Ranking
    }

    /// How good the stated probabilities are.
    package struct Calibration: Encodable {
        /// The mean of the logarithmic loss, every sender weighing the same, both kinds alike; 0.693 says nothing.
        package let log_loss: Double

        /// Of honest senders' mails stated to be spam with at least 99 %, the share of honest senders.
        package let honest_senders_above_99: Double
    }

    /// An honest sender whose mail looks most like spam.
    package struct WorstSender: Encodable {
        package let moment: String
        package let client: String
        package let helo: String
        package let name: String
        package let probability: Double
        package let reasons: [String]
    }

    package static let rates: [(name: String, rate: Double)] = [("0.001", 0.001), ("0.003", 0.003), ("0.01", 0.01)]

    // The whole model's figures stand at the top.
    package let recall_at_fpr: [String: Double]
    package let recall_at_fpr_of_addresses: [String: Double]
    package let auc: Double?
    package let n_spam: Int
    package let n_ham: Int
    package let n_ham_addresses: Int
    package let n_train_spam: Int
    package let n_train_ham: Int
    package let before_data: Ranking
    package let after_headers: Ranking
    package let plain_helo_and_name: Ranking
    package let plain_all: Ranking
    package let calibration: [String: Calibration]
    package let unknown_organisations: [String: Ranking]
    package let ablation: [Ablation]
    package let worst_honest: [WorstSender]

    static func rounded(_ number: Double) -> Double { (number * 10_000).rounded() / 10_000 }
}
