public import SMTP
public import Spectral

/// The room as a running daemon uses it: events in, a piece of slow work out, a new snapshot back.
///
/// Recording is cheap and may be done under a short lock. `workload` copies what the slow side needs (copy on write: no
/// cells are copied until the next event arrives); the work itself runs anywhere, for as long as it takes.
///
/// Restart: record the stored events again, in any order, and give the stored model to `init`.
public struct SenderTracker: Sendable {
    /// Sizes and times.
    public struct Options: Hashable, Sendable {
        /// The matrix's memory.
        public var limits: MatrixLimits

        /// Senders' sizes.
        public var prefixes: SenderPrefixes

        /// How clusters are made.
        public var clustering: ClusterOptions

        /// What has passed is learned in whole periods of this many seconds.
        public var periodSeconds: Int64

        /// Options. The period defaults to a day.
        public init(
            limits: MatrixLimits = MatrixLimits(), prefixes: SenderPrefixes = SenderPrefixes(),
            clustering: ClusterOptions = ClusterOptions(), periodSeconds: Int64 = 86_400
        ) {
            self.limits = limits
            self.prefixes = prefixes
            self.clustering = clustering
            self.periodSeconds = max(periodSeconds, 1)
        }
    }

    /// The options.
    public let options: Options

    /// The counts.
    public private(set) var matrix: SenderMatrix

    /// The recipient domains.
    public private(set) var table: DomainTable

    /// What was learned.
    public private(set) var model: SenderModel

    /// A tracker that goes on from `model`. `seed` scatters hash tables and changes no result.
    public init(options: Options = Options(), model: SenderModel = SenderModel(), seed: UInt64 = 0) {
        self.options = options
        self.model = model
        table = model.table
        matrix = SenderMatrix(limits: options.limits, seed: seed)
    }

    /// Counts a mail. Amortised O(1).
    public mutating func record(_ event: SenderEvent) {
        matrix.record(
            sender: event.sender, domain: table.number(interning: event.domain), at: event.time, weight: event.weight,
            label: event.label)
    }

    /// What there is to do at `now`: learn the periods that ended since the last time, and cluster the last
    /// `window` seconds.
    public func workload(at now: UnixTime, window: Int64) -> Workload {
        Workload(tracker: self, now: now, window: window)
    }

    /// Takes the model of a finished workload.
    public mutating func adopt(_ result: Workload.Result) { model = result.model }

    /// Changes which domains may shape clusters, from the next workload on.
    public mutating func setSensors(_ sensors: SensorTrust) { model.settings.sensors = sensors }

    /// A piece of slow work.
    public struct Workload: Sendable {
        /// What came out.
        public struct Result: Sendable {
            /// The model as it is now.
            public let model: SenderModel

            /// The compiled form, with the window's rows.
            public let snapshot: ScoreSnapshot

            /// Senders in the window, labelled spam among them.
            public let senders: (all: Int, spam: Int)
        }

        private let tracker: SenderTracker
        private let now: UnixTime
        private let window: Int64

        fileprivate init(tracker: SenderTracker, now: UnixTime, window: Int64) {
            self.tracker = tracker
            self.now = now
            self.window = window
        }

        /// Does the work. Deterministic: the same events, model, time and window give the same result.
        ///
        /// - Throws: `SpectralError.cancelled` when `isCancelled` said so; the model is then as it was.
        public func run(isCancelled: @escaping @Sendable () -> Bool = { false }) throws(SpectralError) -> Result {
            var model = tracker.model
            for period in periods() {
                if isCancelled() { throw .cancelled }
                let rows = tracker.matrix.rows(from: period.start, until: period.end)
                model.learn(rows, table: tracker.table, until: period.end)
            }
            let rows = tracker.matrix.rows(from: UnixTime(seconds: now.seconds - window), until: now + 1)
            let labels = rows.labels
            let spam = rows.selecting((0..<rows.count).filter { labels[$0] == .spam })
            let clusters = try SpamClusters(
                of: spam, options: tracker.options.clustering, sensors: model.settings.sensors, isCancelled: isCancelled
            )
            // A quiet window has nothing to say: what was known stays.
            if !clusters.clusters.isEmpty { model.adopt(clusters.clusters) }
            return Result(
                model: model, snapshot: ScoreSnapshot(model, rows: rows, created: now),
                senders: (rows.count, spam.count))
        }

        /// The whole periods between the last one learned, or the oldest event held, and now.
        private func periods() -> [(start: UnixTime, end: UnixTime)] {
            let length = tracker.options.periodSeconds
            guard let oldest = tracker.matrix.oldestSlotStart?.seconds else { return [] }
            var start = max(tracker.model.learnedUntil?.seconds ?? .min, oldest - oldest.modulo(length))
            var periods: [(UnixTime, UnixTime)] = []
            while start + length <= now.seconds {
                periods.append((UnixTime(seconds: start), UnixTime(seconds: start + length)))
                start += length
            }
            return periods
        }
    }
}
