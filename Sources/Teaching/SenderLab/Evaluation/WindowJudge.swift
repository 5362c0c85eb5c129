import Glibc
import SMTP
import SpamTracker
import Spectral

/// All scores under test, as taught by what lies before the judged window.
struct WindowJudge: Sendable {
    private let paper: PaperScore
    private let unit: PaperScore
    private let log: PaperScore
    private let multiOnly: PaperScore
    private let oneWindow: ScoreSnapshot
    private let snapshot: ScoreSnapshot
    private let popularity: [UInt32: Double]
    private let history: NetworkHistory
    private let oddsInHindsight: [UInt32: Double]

    /// - Parameters:
    ///   - model: What all earlier windows taught, with the last one's clusters.
    ///   - last: The window before.
    ///   - judged: The senders to be judged; only hindsight learns from them.
    init(model: SenderModel, last: TaughtWindow, judged: SenderRows) throws(SpectralError) {
        let spam = last.rows.spam
        let literal = SensorTrust(maximumShare: 1)
        let published = try SpamClusters(of: spam, options: .paper, sensors: literal).clusters
        paper = PaperScore(published)
        unit = PaperScore(published, form: .unit)
        var options = ClusterOptions.paper
        options.usesLogarithm = true
        log = PaperScore(try SpamClusters(of: spam, options: options, sensors: literal).clusters, form: .logUnit)
        options.multiDomainOnly = true
        multiOnly = PaperScore(try SpamClusters(of: spam, options: options, sensors: literal).clusters, form: .logUnit)
        snapshot = ScoreSnapshot(model, created: last.end)
        oneWindow = ScoreSnapshot(last.modelOfItsOwn(settings: model.settings), created: last.end)
        var popularity: [UInt32: Double] = [:]
        for domain in last.rows.domains { popularity[domain, default: 0] += 1 }
        self.popularity = popularity
        history = model.history
        oddsInHindsight = Self.odds(of: judged)
    }

    /// The log odds of spam among each domain's senders, each of whom weighs one in all, spread over its domains.
    private static func odds(of rows: SenderRows) -> [UInt32: Double] {
        var weights: [UInt32: (spam: Double, honest: Double)] = [:]
        for index in 0..<rows.count {
            let (row, label) = (rows.row(index), rows.labels[index])
            for domain in row.domains {
                let share = 1 / Double(row.domainCount)
                if label == .spam { weights[domain, default: (0, 0)].spam += share }
                if label == .honest { weights[domain, default: (0, 0)].honest += share }
            }
        }
        // So little that it only keeps the logarithm finite.
        return weights.mapValues { Glibc.log(($0.spam + 0.01) / ($0.honest + 0.01)) }
    }

    func score(_ test: ScoreUnderTest, of sender: SenderKey, row: SenderRow) -> Double {
        switch test {
        case .paper: paper.score(row)
        case .unit: unit.score(row)
        case .log: log.score(row)
        case .multiOnly: multiOnly.score(row)
        case .contrastOneWindow: oneWindow.score(of: sender, row: row).contrast
        case .contrast: snapshot.score(of: sender, row: row).contrast
        case .history: snapshot.score(of: sender, row: row).logOdds
        case .historyOnly: snapshot.score(of: sender, row: row).features.history
        case .popularity:
            row.domains.reduce(0) { $0 + (popularity[$1] ?? 0) } / Double(max(row.domainCount, 1))
        case .hindsight:
            row.domains.reduce(0) { $0 + (oddsInHindsight[$1] ?? 0) } / Double(max(row.domainCount, 1))
        case .seenBefore: history.hasSeen(sender) ? 0 : 1
        case .prefixSeenBefore: history.hasHonestNeighbour(of: sender) ? 0 : 1
        }
    }
}

/// A window that was learned: its rows and the clusters of its spam senders.
struct TaughtWindow: Sendable {
    let rows: SenderRows
    let table: DomainTable
    let end: UnixTime
    let clusters: [SpamCluster]

    init(
        _ window: SenderTrace.Window, table: DomainTable, options: ClusterOptions, settings: ModelSettings
    ) throws(SpectralError) {
        rows = window.rows()
        self.table = table
        end = window.end
        clusters = try SpamClusters(of: rows.spam, options: options, sensors: settings.sensors).clusters
    }

    /// A model that knows nothing but this window.
    func modelOfItsOwn(settings: ModelSettings) -> SenderModel {
        var model = SenderModel(settings: settings)
        model.learn(rows, table: table, until: end)
        model.adopt(clusters)
        return model
    }
}
