import Glibc
public import SMTP

/// A model compiled for scoring, with the senders' rows of the current window: immutable, so that any number of threads
/// score with it without a lock. Published whole; a session keeps the one it began with.
///
/// Cost of a score: O(entries of the row's domains in clusters) plus a few look-ups, no matter how many senders the
/// model knows.
public struct ScoreSnapshot: Sendable {
    /// When it was made; tell its age from this.
    public let created: UnixTime

    /// The hash of what the model learned.
    public let inputHash: UInt64

    /// The recipient domains' numbers.
    public let table: DomainTable

    /// The clusters the model had, largest first.
    public let clusters: [SpamCluster]

    /// log1p(1): most counts are 1.
    private static let logOfTwo = 0.693_147_180_559_945_3

    private let weights: [Double]
    private let discounts: [Double]
    /// The logarithm of a single mail's weight, by domain.
    private let logsOfOneMail: [Double]
    private let unknownWeight: Double
    private let unknownDiscount: Double
    private let knownDomains: [Bool]
    private let contrast: ClusterContrast
    private let history: [[UInt64: Float]]
    private let contrastModel: LogisticModel
    private let combinedModel: LogisticModel
    private let rows: SenderRows
    private var cached: [SenderScore] = []

    /// Compiles `model`. O(domains + history + rows).
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
        weights = (0..<count).map { model.domains.weight(of: $0) }
        discounts = (0..<count).map { model.domains.discount(of: $0) }
        logsOfOneMail = discounts.map { log($0 * Self.logOfTwo) }
        unknownWeight = model.domains.weight(of: count)
        unknownDiscount = model.domains.discount(of: count)
        knownDomains = (0..<Int(count)).map { model.domains.senders[$0] > 0 }
        history = model.history.compiled()
        cached = (0..<rows.count).map { score(of: rows.senders[$0], row: rows.row($0)) }
    }

    /// The age at `now`, in seconds.
    public func age(at now: UnixTime) -> Int64 { now - created }

    /// The score of a sender by its row in the current window, or by history alone when it has none there. One look-up.
    public func score(of sender: SenderKey) -> SenderScore {
        if let index = rows.index(of: sender) { return cached[index] }
        return score(of: sender, row: .empty)
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
        return score(of: sender, row: known.adding(recipients: domains))
    }

    /// The score of a row.
    public func score(of sender: SenderKey, row: SenderRow) -> SenderScore {
        var features = ScoreFeatures()
        features.history = historyWeight(of: sender)
        var cluster: Int?
        var knownCount = 0
        var effective = 0.0
        if row.domainCount > 0 {
            var (sum, total, knownTotal, entropySum) = (0.0, 0.0, 0.0, 0.0)
            var mails: UInt64 = 0
            for (domain, count) in zip(row.domains, row.counts) {
                mails += UInt64(count)
                let number = Int(domain)
                let isListed = number < weights.count
                let mailWeight = count == 1 ? Self.logOfTwo : log1p(Double(count))
                let weight = mailWeight * (isListed ? discounts[number] : unknownDiscount)
                sum += weight * (isListed ? weights[number] : unknownWeight)
                total += weight
                guard isListed, knownDomains[number] else { continue }
                knownCount += 1
                knownTotal += weight
                entropySum += weight * (count == 1 ? logsOfOneMail[number] : log(weight))
            }
            features.targets = sum / total
            features.repeats = min(log2(Double(mails) / Double(row.domainCount)), 3)
            features.breadth = log(Double(row.domainCount))
            let together = contrast.value(of: row.domains)
            features.together = together.value
            cluster = together.cluster
            if knownTotal > 0 { effective = exp(log(knownTotal) - entropySum / knownTotal) }
        }
        let logOdds = combinedModel.logOdds(features)
        return SenderScore(
            probability: LogisticModel.probability(logOdds), logOdds: logOdds,
            contrast: contrastModel.logOdds(features), features: features, weights: combinedModel.weights,
            evidence: knownCount == 0 ? .none : knownCount == 1 ? .little : knownCount < 4 ? .some : .ample,
            confidence: effective / (effective + 2), domainCount: row.domainCount, cluster: cluster)
    }

    private func historyWeight(of sender: SenderKey) -> Double {
        let networks = sender.networks
        if let weight = history[NetworkHistory.Level.sender.rawValue][sender.bits] { return Double(weight) }
        if let weight = history[NetworkHistory.Level.narrow.rawValue][networks.narrow.bits] { return Double(weight) }
        return Double(history[NetworkHistory.Level.wide.rawValue][networks.wide.bits] ?? 0)
    }
}

extension NetworkHistory {
    /// The weight of every known key by level, so that scoring needs one look-up a level.
    func compiled() -> [[UInt64: Float]] {
        guard total.spam > 0, total.honest > 0 else { return Array(repeating: [:], count: counts.count) }
        let base = total.spam / (total.spam + total.honest)
        let offset = Self.logOdds(base)
        func share(_ count: Count, _ parent: Double) -> Double {
            Self.blend(spam: count.spam, honest: count.honest, parent: parent)
        }
        let wide = counts[0].mapValues { share($0, base) }
        func networkShare(_ sender: SenderKey) -> Double { wide[sender.networks.wide.bits] ?? base }
        var narrow: [UInt64: Double] = [:]
        narrow.reserveCapacity(counts[1].count)
        for (key, count) in counts[1] { narrow[key] = share(count, networkShare(SenderKey(bits: key))) }
        var senders: [UInt64: Double] = [:]
        senders.reserveCapacity(counts[2].count)
        for (key, count) in counts[2] {
            let sender = SenderKey(bits: key)
            senders[key] = share(count, narrow[sender.networks.narrow.bits] ?? networkShare(sender))
        }
        return [wide, narrow, senders].map { level in
            level.mapValues { Float(Contamination.bounded(Self.logOdds($0) - offset, epsilon: contamination)) }
        }
    }
}
