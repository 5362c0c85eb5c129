import Glibc
public import SMTP

/// Everything learned: who writes to which domain, the spam clusters, the history of senders and networks, and the
/// calibration. A value; `ScoreSnapshot` is its compiled form.
///
/// It learns period by period, in order of time. Each period's senders are first judged by what was known before it,
/// which gives the examples for calibration, and only then added. Labels come from outside (`LabelPolicy`); the model
/// never sees its own verdicts.
public struct SenderModel: Sendable {
    /// How it learns.
    public var settings: ModelSettings {
        didSet { applySettings() }
    }

    /// The end of the last period learned.
    public internal(set) var learnedUntil: UnixTime?

    /// A hash of all rows learned, in order: replicas that learned the same agree on it.
    public internal(set) var inputHash: UInt64 = 0

    /// The recipient domains, by number.
    public internal(set) var table = DomainTable()

    /// Who writes to each domain.
    public internal(set) var domains = DomainEvidence()

    /// Senders and networks.
    public internal(set) var history = NetworkHistory()

    /// The spam clusters in use, largest first.
    public internal(set) var clusters: [SpamCluster] = []

    /// The calibration from targets alone.
    public internal(set) var contrastModel = LogisticModel.naive(usingHistory: false)

    /// The calibration from targets and history.
    public internal(set) var combinedModel = LogisticModel.naive(usingHistory: true)

    struct Example: Hashable, Sendable {
        var time: UnixTime
        var isSpam: Bool
        var weight: Double
        var features: ScoreFeatures
    }

    var examples: [Example] = []
    var contrast = ClusterContrast([])

    /// A model that knows nothing.
    public init(settings: ModelSettings = ModelSettings()) {
        self.settings = settings
        applySettings()
    }

    private mutating func applySettings() {
        domains.contamination = settings.contamination
        history.contamination = settings.contamination
    }

    /// Whether the model has seen spam as well as other senders.
    public var canJudge: Bool { domains.spamTotal > 0 && domains.backgroundTotal > 0 }

    /// Learns the rows of one period, which must not overlap the last one's.
    ///
    /// - Parameters:
    ///   - rows: The period's senders with their labels.
    ///   - table: The domains' numbers in these rows; a later table of the same numbering.
    ///   - end: The period's end.
    public mutating func learn(_ rows: SenderRows, table: DomainTable, until end: UnixTime) {
        self.table = table
        keepExamples(of: rows, at: end)
        if let last = learnedUntil {
            let elapsed = Double(max(end - last, 0))
            domains.decay(by: exp2(-elapsed / settings.domainHalfLife))
            history.decay(by: exp2(-elapsed / settings.historyHalfLife))
        }
        add(rows)
        // The first period has no past: its senders are judged by each other, each without itself.
        if learnedUntil == nil { keepExamples(of: rows, at: end, withoutThemselves: true) }
        learnedUntil = end
        inputHash = (inputHash ^ rows.contentHash) &* 0x9e37_79b9_7f4a_7c15
        calibrate()
    }

    /// Takes new clusters into use.
    public mutating func adopt(_ clusters: [SpamCluster]) {
        self.clusters = clusters
        contrast = ClusterContrast(clusters)
    }

    /// The features of a row. `own` is what the row itself contributed (spam and background weight) and is taken out.
    func features(
        of row: SenderRow, sender: SenderKey, without own: (spam: Double, background: Double) = (0, 0)
    ) -> ScoreFeatures {
        var features = ScoreFeatures()
        let logs = row.counts.map { log1p(Double($0)) }
        let logSum = logs.reduce(0, +)
        guard logSum > 0 else {
            features.history = history.weight(of: sender)
            return features
        }
        var sum = 0.0
        var total = 0.0
        for (domain, value) in zip(row.domains, logs) {
            let share = value / logSum
            let weight = value * domains.discount(of: domain)
            sum += weight * domains.weight(of: domain, without: (own.spam * share, own.background * share))
            total += weight
        }
        features.targets = sum / total
        features.together = contrast.value(of: row.cells).value
        features.repeats = min(log2(Double(row.mailCount) / Double(row.domainCount)), 3)
        features.breadth = log(Double(row.domainCount))
        features.history = history.weight(
            of: sender, without: NetworkHistory.Count(spam: own.spam, honest: own.background))
        return features
    }

    private func weights(of label: SenderLabel?) -> (spam: Double, background: Double) {
        switch label {
        case .spam: (1, 0)
        case .honest: (0, 1)
        case nil: (0, settings.unlabelledWeight)
        }
    }

    private mutating func add(_ rows: SenderRows) {
        for index in 0..<rows.count {
            let weights = weights(of: rows.labels[index])
            guard weights.spam + weights.background > 0 else { continue }
            domains.add(
                rows.row(index), isSpam: weights.spam > 0, backgroundWeight: weights.background,
                sensors: settings.sensors)
            history.add(rows.senders[index], spam: weights.spam, honest: weights.background)
        }
        history.trim()
        domains.fitPrior()
    }

    private mutating func keepExamples(of rows: SenderRows, at time: UnixTime, withoutThemselves: Bool = false) {
        guard canJudge else { return }
        for isSpam in [false, true] {
            var chosen = (0..<rows.count).filter { (rows.labels[$0] == .spam) == isSpam }
            var factor = 1.0
            if chosen.count > settings.examplesPerPeriod {
                // A sample that depends on the senders only; the rest's weight is spread over it.
                factor = Double(chosen.count) / Double(settings.examplesPerPeriod)
                let scattered = chosen.map { (rows.senders[$0].bits &* 0x9e37_79b9_7f4a_7c15, $0) }.sorted(by: <)
                chosen = scattered.prefix(settings.examplesPerPeriod).map(\.1).sorted()
            }
            for index in chosen {
                let weights = weights(of: rows.labels[index])
                guard weights.spam + weights.background > 0 else { continue }
                let own = withoutThemselves ? weights : (spam: 0, background: 0)
                examples.append(
                    Example(
                        time: time, isSpam: isSpam, weight: factor * (weights.spam + weights.background),
                        features: features(of: rows.row(index), sender: rows.senders[index], without: own)))
            }
        }
        let times = Set(examples.map(\.time.seconds)).sorted()
        if times.count > settings.periods {
            let oldest = times[times.count - settings.periods]
            examples.removeAll { $0.time.seconds < oldest }
        }
    }

    private mutating func calibrate() {
        guard let now = learnedUntil else { return }
        let faded = examples.map {
            LogisticModel.Example(
                features: $0.features, isSpam: $0.isSpam,
                weight: $0.weight * exp2(-Double($0.time.age(at: now)) / settings.domainHalfLife))
        }
        contrastModel = LogisticModel.fitted(to: faded, usingHistory: false)
        combinedModel = LogisticModel.fitted(to: faded, usingHistory: true)
    }
}
