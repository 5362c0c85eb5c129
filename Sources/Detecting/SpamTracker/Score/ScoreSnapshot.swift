import Glibc
public import SMTP

/// A model compiled for scoring, with the senders' rows of the current window: immutable, so that any number of threads
/// score with it without a lock. Published whole; a session keeps the one it began with.
///
/// Cost of a score: O(entries of the row's domains in clusters) plus a few look-ups, no matter how many senders the
/// model knows.
public struct ScoreSnapshot: Sendable {
    /// When it was made, from which its age follows.
    public let created: UnixTime

    /// The hash of what the model learned.
    public let inputHash: UInt64

    /// The recipient domains' numbers.
    public let table: DomainTable

    /// The clusters the model had, largest first.
    public let clusters: [SpamCluster]

    /// log1p(1): most counts are 1.
    private static let logOfTwo = 0.693_147_180_559_945_3

    /// What a domain says, worked out.
    private struct Target: Sendable {
        let weight: Double
        let discount: Double
        /// The weight of a single mail in the row's average, and its logarithm.
        let weightOfOneMail: Double
        let logOfOneMail: Double
        let isKnown: Bool

        init(_ domains: DomainEvidence, _ number: UInt32) {
            weight = domains.weight(of: number)
            discount = domains.discount(of: number)
            weightOfOneMail = discount * logOfTwo
            logOfOneMail = log(weightOfOneMail)
            isKnown = Int(number) < domains.senders.count && domains.senders[Int(number)] > 0
        }
    }

    private let targets: [Target]
    private let unknown: Target
    private let contrast: ClusterContrast
    /// Shared with the model, not compiled: at a million senders that would take 30 MB for 100 ns a score.
    private let history: NetworkHistory
    private let contrastModel: LogisticModel
    private let combinedModel: LogisticModel
    private let rows: SenderRows

    /// Compiles `model`. O(domains + rows).
    ///
    /// - Parameters:
    ///   - model: What was learned.
    ///   - rows: The rows of the current window: a sender found there is judged by its row and the recipients at hand.
    ///   - created: Now.
    public init(_ model: SenderModel, rows: SenderRows = SenderRows(), created: UnixTime) {
        self.created = created
        inputHash = model.inputHash
        table = model.table
        clusters = model.clusters
        contrast = model.contrast
        contrastModel = model.contrastModel
        combinedModel = model.combinedModel
        self.rows = rows
        let count = UInt32(model.domains.spam.count)
        targets = (0..<count).map { Target(model.domains, $0) }
        unknown = Target(model.domains, count)
        history = model.history
    }

    /// The age at `now`, in seconds.
    public func age(at now: UnixTime) -> Int64 { created.age(at: now) }

    /// The score of a sender by its row in the current window, or by history alone when it has none there. O(domains of the row):
    /// scores are worked out when they are asked for, since to keep a million takes longer and 130 MB.
    public func score(of sender: SenderKey) -> SenderScore {
        score(of: sender, row: rows.index(of: sender).map { rows.row($0) } ?? .empty)
    }

    /// The score of a sender that now writes to `recipients` (domains, one a mail), in addition to what its row in the
    /// current window holds.
    public func score(of sender: SenderKey, recipients: [String]) -> SenderScore {
        // A domain that has no number is unknown; any number past the tail stands for that.
        let unknown = UInt32(table.capacity + table.tailBuckets)
        let numbers = recipients.enumerated().map { table.number(of: $1) ?? unknown + UInt32($0) }
        return score(of: sender, domains: numbers)
    }

    /// The same by the domains' numbers.
    public func score(of sender: SenderKey, domains: [UInt32]) -> SenderScore {
        let known = rows.index(of: sender).map { rows.row($0) } ?? .empty
        return score(of: sender, cells: known.cells(adding: domains))
    }

    /// The score of a row.
    public func score(of sender: SenderKey, row: SenderRow) -> SenderScore { score(of: sender, cells: row.cells) }

    private func score(of sender: SenderKey, cells: [UInt64]) -> SenderScore {
        var features = ScoreFeatures()
        features.history = history.weight(of: sender)
        var cluster: Int?
        var knownCount = 0
        var effective = 0.0
        if !cells.isEmpty {
            var (sum, total, knownTotal, entropySum) = (0.0, 0.0, 0.0, 0.0)
            var mails: UInt64 = 0
            for cell in cells {
                let (number, count) = (Int(cell >> 32), cell & 0xffff_ffff)
                mails += count
                let target = number < targets.count ? targets[number] : unknown
                let weight = count == 1 ? target.weightOfOneMail : log1p(Double(count)) * target.discount
                sum += weight * target.weight
                total += weight
                guard target.isKnown else { continue }
                knownCount += 1
                knownTotal += weight
                entropySum += weight * (count == 1 ? target.logOfOneMail : log(weight))
            }
            features.targets = sum / total
            let domainCount = UInt64(cells.count)
            features.repeats = mails == domainCount ? 0 : min(log2(Double(mails) / Double(domainCount)), 3)
            features.breadth = domainCount == 1 ? 0 : log(Double(domainCount))
            let together = contrast.value(of: cells)
            features.together = together.value
            cluster = together.cluster
            if knownTotal > 0 { effective = exp(log(knownTotal) - entropySum / knownTotal) }
        }
        let logOdds = combinedModel.logOdds(features)
        return SenderScore(
            probability: LogisticModel.probability(logOdds), logOdds: logOdds,
            contrast: contrastModel.logOdds(features), features: features, weights: combinedModel.weights,
            evidence: knownCount == 0 ? .none : knownCount == 1 ? .little : knownCount < 4 ? .some : .ample,
            confidence: effective / (effective + 2), domainCount: cells.count, cluster: cluster)
    }
}
