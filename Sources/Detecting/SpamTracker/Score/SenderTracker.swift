public import SMTP
public import Spectral

/// The room as a running daemon uses it: events in, a piece of slow work out, a new snapshot back.
///
/// Recording is cheap and may be done under a short lock. `workload` copies what the slow side needs (copy on write: no
/// cells are copied until the next event arrives); the work itself runs anywhere, for as long as it takes.
///
/// Restart: record the stored events again, in any order, and give the stored models to `init`.
///
/// Labels may come late: a blocklist lists a sender days after its mails, a trap is hit at last. So two models are
/// kept: `model` is what is known, `base` what was learned of the periods that the matrix is about to forget. `relearn`
/// has the next workload learn all that the matrix still holds once more, on top of the base, with the labels of that
/// day.
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

        /// How many seconds the matrix reaches back.
        public var lifetime: Int64 { limits.slotSeconds * Int64(limits.slotCount) }

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

    /// What was learned of the periods that are not learned again.
    public private(set) var base: SenderModel

    /// Whether the next workload learns again what the matrix holds.
    public private(set) var isRelearning = false

    /// Steers the window, if it is adaptive.
    public private(set) var steering: WindowSteering?

    private var slotsGivenUpBefore = 0

    /// A tracker that continues from `model`. `seed` scatters hash tables and changes no result. Without a `base`, what
    /// `model` knows is never learned again.
    public init(
        options: Options = Options(), model: SenderModel = SenderModel(), base: SenderModel? = nil,
        steering: WindowSteering? = nil, seed: UInt64 = 0
    ) {
        self.options = options
        self.model = model
        self.base = base ?? model
        self.steering = steering
        table = model.table
        matrix = SenderMatrix(limits: options.limits, seed: seed)
    }

    /// Has the next workload learn again what the matrix holds: labels have changed, or old mails were imported.
    public mutating func relearn() { isRelearning = true }

    /// Begins, or with `nil` ends, to steer the window.
    public mutating func steer(_ steering: WindowSteering?) { self.steering = steering }

    /// Counts a mail. Amortised O(1).
    public mutating func record(_ event: SenderEvent) {
        matrix.record(
            sender: event.sender, domain: table.number(interning: event.domain), at: event.time, weight: event.weight,
            label: event.label)
    }

    /// What there is to do at `now`: learn the periods that ended since the last time, and cluster the last
    /// `window` seconds, or as many as an adaptive window has.
    public func workload(
        at now: UnixTime, window: Int64, labels: any SenderLabelSource = VotedLabels()
    ) -> Workload {
        Workload(tracker: self, now: now, window: steering?.window.length ?? window, labels: labels)
    }

    /// Takes the models of a finished workload.
    public mutating func adopt(_ result: Workload.Result) {
        model = result.model
        base = result.base
        steering = result.steering
        slotsGivenUpBefore = result.slotsGivenUp
        isRelearning = false
    }

    /// Changes which domains may shape clusters, from the next workload on.
    public mutating func setSensors(_ sensors: SensorTrust) {
        model.settings.sensors = sensors
        base.settings.sensors = sensors
    }

    /// Whether what lies between `base` and now is all in the matrix.
    fileprivate var canRelearn: Bool {
        guard matrix.slotsGivenUp == slotsGivenUpBefore, let oldest = matrix.oldestSlotStart else { return false }
        // A model without examples has hardly learned anything.
        guard let needed = base.learnedUntil ?? model.examples.first?.time else { return true }
        return oldest - needed <= options.periodSeconds
    }

    /// The start of the newest slot that holds mails; `nil` before the first.
    public var newestSlotStart: UnixTime? { matrix.newestSlotStart }

    fileprivate var slotsGivenUp: Int { matrix.slotsGivenUp }
}

extension SenderTracker {
    /// A piece of slow work.
    public struct Workload: Sendable {
        /// What came out.
        public struct Result: Sendable {
            /// The model as it is now.
            public let model: SenderModel

            /// What is not learned again.
            public let base: SenderModel

            /// Whether labels that came late were learned.
            public let hasRelearned: Bool

            /// The compiled form, with the window's rows.
            public let snapshot: ScoreSnapshot

            /// Senders in the window, labelled spam among them.
            public let senders: (all: Int, spam: Int)

            /// The window that was clustered, in seconds.
            public let window: Int64

            /// How the window is steered from now on.
            public let steering: WindowSteering?

            fileprivate let slotsGivenUp: Int
        }

        private let tracker: SenderTracker
        private let now: UnixTime
        private let window: Int64
        private let labels: any SenderLabelSource

        fileprivate init(tracker: SenderTracker, now: UnixTime, window: Int64, labels: any SenderLabelSource) {
            self.tracker = tracker
            self.now = now
            self.window = window
            self.labels = labels
        }

        /// Does the work. Deterministic: the same events, models, time, window and labels give the same result.
        ///
        /// - Throws: `SpectralError.cancelled` when `isCancelled` said so; the models are then as they were.
        public func run(isCancelled: @escaping @Sendable () -> Bool = { false }) throws(SpectralError) -> Result {
            // What the matrix no longer holds whole cannot be learned again: it stays as it was learned.
            let canRelearn = tracker.canRelearn
            var base = canRelearn ? tracker.base : tracker.model
            let end = now + -now.seconds.modulo(tracker.options.periodSeconds)
            base.goOn(from: end)
            let horizon = now + (2 * tracker.options.periodSeconds - tracker.options.lifetime)
            for period in periods(after: base) where period.end <= horizon {
                try learn(period, into: &base, isCancelled)
            }
            let isRelearning = tracker.isRelearning && canRelearn
            var model = tracker.model
            if isRelearning {
                model = base
                model.adopt(tracker.model.clusters)
            }
            model.goOn(from: end)
            for period in periods(after: model) { try learn(period, into: &model, isCancelled) }
            let rows = rows(from: now + -window, until: now + 1)
            let clusters = try clusters(of: rows, model, isCancelled)
            // A quiet window has nothing to say: what was known stays.
            if !clusters.isEmpty { model.adopt(clusters) }
            var steering = tracker.steering
            steering?.step(at: now, clusters: model.clusters) { self.rows(from: $0, until: $1) }
            return Result(
                model: model, base: base, hasRelearned: isRelearning,
                snapshot: ScoreSnapshot(model, rows: rows, created: now),
                senders: (rows.count, rows.labels.count { $0 == .spam }), window: window, steering: steering,
                slotsGivenUp: tracker.slotsGivenUp)
        }

        /// Learns a period as it would have been judged when it ended: by the clusters of the one before.
        private func learn(
            _ period: (start: UnixTime, end: UnixTime), into model: inout SenderModel,
            _ isCancelled: @escaping @Sendable () -> Bool
        ) throws(SpectralError) {
            if isCancelled() { throw .cancelled }
            let length = tracker.options.periodSeconds
            let before = rows(from: period.start + -length, until: period.start)
            let clusters = try clusters(of: before, model, isCancelled)
            if !clusters.isEmpty { model.adopt(clusters) }
            model.learn(
                rows(from: period.start, until: period.end), table: tracker.table, until: period.end)
        }

        private func rows(from start: UnixTime, until end: UnixTime) -> SenderRows {
            tracker.matrix.rows(from: start, until: end).labelled(by: labels, from: start, until: end)
        }

        private func clusters(
            of rows: SenderRows, _ model: SenderModel, _ isCancelled: @escaping @Sendable () -> Bool
        ) throws(SpectralError) -> [SpamCluster] {
            let labels = rows.labels
            let spam = rows.selecting((0..<rows.count).filter { labels[$0] == .spam })
            return try SpamClusters(
                of: spam, options: tracker.options.clustering, sensors: model.settings.sensors, isCancelled: isCancelled
            ).clusters
        }

        /// The whole periods between the last one that `model` learned, or the oldest event held, and now.
        private func periods(after model: SenderModel) -> [(start: UnixTime, end: UnixTime)] {
            let length = tracker.options.periodSeconds
            guard let oldest = tracker.matrix.oldestSlotStart?.seconds else { return [] }
            let newest = (now + -now.seconds.modulo(length)).seconds
            let learned = model.learnedUntil?.seconds ?? .min
            // After a clock that jumps forward only what is held can be learned.
            let reach = (UnixTime(seconds: newest) + -tracker.options.lifetime).seconds
            let start = max(learned, oldest - oldest.modulo(length), reach - reach.modulo(length))
            return stride(from: start, through: (now + -length).seconds, by: Int(length)).map {
                (UnixTime(seconds: $0), UnixTime(seconds: $0) + length)
            }
        }
    }
}

extension SenderModel {
    /// A clock that was ahead has learned what had not come yet: it continues from the period that begins now.
    fileprivate mutating func goOn(from time: UnixTime) { learnedUntil = learnedUntil.map { min($0, time) } }
}
