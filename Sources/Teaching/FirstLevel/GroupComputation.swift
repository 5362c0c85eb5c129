public import SMTP
public import SenderExchange
internal import SpamTracker
public import Spectral

/// What a first-level server computes: a snapshot, of what sites have submitted. The same submissions, roster and options give
/// the same snapshot bit for bit, in whatever order they came, on whatever machine, with any number of threads: no clock is
/// asked, and nothing is kept from one computation to the next.
public struct GroupComputation: Sendable {
    /// What came out.
    public struct Outcome: Sendable {
        /// The snapshot.
        public let snapshot: SenderSnapshot

        /// Senders in the window, and how many of them are known to send spam.
        public let senders: (all: Int, spam: Int)

        /// How many senders of the window were not learned from, because one site had too many that nobody else knows.
        public let leftOut: Int

        /// Trusted sites whose labels contradict those of most others and were not used, by the bits of their keys' names.
        public let unheard: [UInt64]

        /// How many periods were learned.
        public let periods: Int
    }

    /// Grows when the same input gives another snapshot than before.
    static let release = 2

    private let sites: [GroupSite]
    private let options: GroupOptions
    private let group: UInt64

    /// A computation over what sites have submitted, in any order of the sites.
    public init(_ sites: [GroupSite], group: UInt64, options: GroupOptions) {
        self.sites = sites.sorted { $0.id < $1.id }
        self.group = group
        self.options = options
    }

    /// The time that the snapshot is of: the last multiple of the interval up to which a trusted site has told; `nil` before
    /// any has.
    public var time: UnixTime? {
        let until = sites.lazy.filter(\.isTrusted).map(\.until).max() ?? .min
        guard until > 0 else { return nil }
        return UnixTime(seconds: until - until % max(1, options.interval))
    }

    /// Computes. O(cells log cells) for each period, and the clusterings.
    ///
    /// - Throws: `SpectralError.cancelled` when `isCancelled` said so.
    public func run(isCancelled: @escaping @Sendable () -> Bool = { false }) throws(SpectralError) -> Outcome? {
        guard let time else { return nil }
        let period = max(1, options.period)
        let (end, horizon) = (time.seconds, time.seconds - options.retention)
        // Whole periods only, from the first in which anything was counted: what lies before is as if it had never been, so
        // that it does not matter whether a server still has it.
        let first = (horizon + period - 1) / period * period
        let oldest = sites.lazy.filter(\.isTrusted).compactMap { $0.firstSlot(from: first, until: end) }.min() ?? end
        let begin = oldest - oldest % period
        let columns = GroupColumns(sites, from: min(begin, end - options.window), until: end, period: period)
        var settings = ModelSettings()
        settings.sensors = SensorTrust(maximumShare: options.share)
        settings.sensors.sites = columns.sites
        var model = SenderModel(settings: settings)
        var before = SenderRows()
        var periods = 0
        for start in stride(from: begin, through: end - period, by: Int(period)) {
            if isCancelled() { throw .cancelled }
            let clusters = try clusters(of: before, settings.sensors, isCancelled)
            if !clusters.isEmpty { model.adopt(clusters) }
            let rows = rows(columns, from: start, until: start + period, trustedOnly: true)
            before = LearnableRows(rows, votes: SiteVotes(sites, from: start), trust: settings.sensors).rows
            model.learn(before, table: columns.table, until: UnixTime(seconds: start + period))
            periods += 1
        }
        let start = end - options.window
        let trusted = rows(columns, from: start, until: end, trustedOnly: true)
        let votes = SiteVotes(sites, from: start)
        let learnable = LearnableRows(trusted, votes: votes, trust: settings.sensors)
        let clusters = try clusters(of: learnable.rows, settings.sensors, isCancelled)
        if !clusters.isEmpty { model.adopt(clusters) }
        let all = rows(columns, from: start, until: end, trustedOnly: false)
        let witnesses = witnesses(of: model.history, from: min(begin, start), until: end)
        let published = model.published(anonymity: options.anonymity) { _, bits in
            (witnesses[bits] ?? 0).nonzeroBitCount >= options.anonymity
        }
        let snapshot = SenderSnapshot(
            group: group, until: time, window: options.window,
            sites: (sites.count { $0.isTrusted }, sites.count { !$0.isTrusted }), senderCount: all.count,
            anonymity: options.anonymity, input: model.inputHash ^ all.contentHash ^ options.fingerprint,
            listed: listed(all, by: model, columns), model: published)
        return Outcome(
            snapshot: snapshot,
            senders: (learnable.rows.count, learnable.rows.labels.count { $0 == .spam }),
            leftOut: learnable.leftOut, unheard: votes.unheard.sorted().map { sites[$0].id }, periods: periods)
    }

    /// Whoever looks like a spammer by the whole model; where it cannot judge yet, nobody.
    private func listed(_ rows: SenderRows, by model: SenderModel, _ columns: GroupColumns) -> ListedSenders {
        guard model.canJudge else { return ListedSenders() }
        let scores = ScoreSnapshot(model, created: model.learnedUntil ?? UnixTime(seconds: 0))
        var lines: [ListedSender] = []
        for index in 0..<rows.count {
            let score = scores.score(of: rows.senders[index], row: rows.row(index))
            guard score.probability >= options.listedFrom else { continue }
            let seen = Set(rows.row(index).domains.map { columns.sites[$0] ?? -1 }).count
            lines.append(ListedSender(score, of: rows.senders[index], sites: seen))
        }
        if lines.count > SenderSnapshot.mostListed {
            lines.sort { ($1.probability, $0.sender.bits) < ($0.probability, $1.sender.bits) }
            lines.removeSubrange(SenderSnapshot.mostListed...)
        }
        return ListedSenders(lines)
    }

    private func rows(
        _ columns: GroupColumns, from start: Int64, until end: Int64, trustedOnly: Bool
    ) -> SenderRows {
        var mails: [(sender: SenderKey, domain: UInt32, count: UInt32)] = []
        for (number, site) in sites.enumerated() where site.isTrusted || !trustedOnly {
            site.cells(from: start, until: end) { submission, cell in
                guard let column = columns.number(site: number, submission: submission, column: cell.column) else {
                    return
                }
                mails.append((SenderKey(bits: cell.sender), column, cell.mails))
            }
        }
        return SenderRows(of: mails)
    }

    private func clusters(
        of rows: SenderRows, _ sensors: SensorTrust, _ isCancelled: @escaping @Sendable () -> Bool
    ) throws(SpectralError) -> [SpamCluster] {
        let spam = rows.selecting((0..<rows.count).filter { rows.labels[$0] == .spam })
        return try SpamClusters(of: spam, options: options.clustering, sensors: sensors, isCancelled: isCancelled)
            .clusters
    }

    /// Which trusted sites have seen each sender and each network that the history knows: a bit a site. More than 64 share
    /// bits, which hides more, never less. O(cells); memory as the history's.
    private func witnesses(of history: NetworkHistory, from start: Int64, until end: Int64) -> [UInt64: UInt64] {
        var witnesses: [UInt64: UInt64] = [:]
        for (number, site) in sites.enumerated() where site.isTrusted {
            let bit: UInt64 = 1 << UInt64(number % 64)
            site.cells(from: start, until: end) { _, cell in
                let sender = SenderKey(bits: cell.sender)
                let networks = sender.networks
                for (level, key) in [
                    (NetworkHistory.Level.sender, sender), (.narrow, networks.narrow), (.wide, networks.wide),
                    (.region, networks.region),
                ] where history.knows(level, key.bits) {
                    witnesses[key.bits, default: 0] |= bit
                }
            }
        }
        return witnesses
    }
}
