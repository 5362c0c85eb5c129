/// The answer to `GET /status`: everything about the daemon, as JSON with stable names.
///
/// Times are seconds, latencies microseconds; counts are since the daemon's start.
public struct StatusDocument: Codable, Sendable, Hashable {
    /// Sessions.
    public struct Sessions: Codable, Sendable, Hashable {
        public var open: Int
        public var begun: UInt64

        /// A value of its parts.
        public init(open: Int, begun: UInt64) {
            self.open = open
            self.begun = begun
        }
    }

    /// The model in force.
    public struct Model: Codable, Sendable, Hashable {
        public var source: String
        public var dialects: Int
        public var age_seconds: Int64

        /// A value of its parts.
        public init(source: String, dialects: Int, age_seconds: Int64) {
            self.source = source
            self.dialects = dialects
            self.age_seconds = age_seconds
        }
    }

    /// The breaker and its window.
    public struct Breaker: Codable, Sendable, Hashable {
        public var tripped: Bool
        public var known: Int
        public var refused: Int
        public var trips: UInt64

        /// A value of its parts.
        public init(tripped: Bool, known: Int, refused: Int, trips: UInt64) {
            self.tripped = tripped
            self.known = known
            self.refused = refused
            self.trips = trips
        }
    }

    /// Whether changes reach the disk.
    public struct StoreState: Codable, Sendable, Hashable {
        public var ok: Bool
        public var problem: String?
        public var pending: Int
        public var written: Int
        public var dropped: Int

        /// A value of its parts.
        public init(ok: Bool, problem: String?, pending: Int, written: Int, dropped: Int) {
            self.ok = ok
            self.problem = problem
            self.pending = pending
            self.written = written
            self.dropped = dropped
        }
    }

    /// The slow side.
    public struct Journal: Codable, Sendable, Hashable {
        public var waiting: Int
        public var dropped: UInt64

        /// A value of its parts.
        public init(waiting: Int, dropped: UInt64) {
            self.waiting = waiting
            self.dropped = dropped
        }
    }

    /// What is remembered.
    public struct Memory: Codable, Sendable, Hashable {
        public var attempts: Int
        public var clients: Int

        /// A value of its parts.
        public init(attempts: Int, clients: Int) {
            self.attempts = attempts
            self.clients = clients
        }
    }

    /// How long one callback takes; quantiles are the bounds of their buckets.
    public struct Latency: Codable, Sendable, Hashable {
        public var callback: String
        public var count: UInt64
        public var p50_us: UInt64
        public var p99_us: UInt64

        /// A value of its parts.
        public init(callback: String, count: UInt64, p50_us: UInt64, p99_us: UInt64) {
            self.callback = callback
            self.count = count
            self.p50_us = p50_us
            self.p99_us = p99_us
        }
    }

    /// A count of something named.
    public struct Count: Codable, Sendable, Hashable {
        public var name: String
        public var count: UInt64

        /// A value of its parts.
        public init(name: String, count: UInt64) {
            self.name = name
            self.count = count
        }
    }

    /// Verdicts of one kind.
    public struct VerdictCount: Codable, Sendable, Hashable {
        public var action: String
        public var applied: String
        public var count: UInt64

        /// A value of its parts.
        public init(action: String, applied: String, count: UInt64) {
            self.action = action
            self.applied = applied
            self.count = count
        }
    }

    /// Reloads, and what was wrong at the last one.
    public struct Reload: Codable, Sendable, Hashable {
        public var done: UInt64
        public var failed: UInt64
        public var errors: [String]

        /// A value of its parts.
        public init(done: UInt64, failed: UInt64, errors: [String]) {
            self.done = done
            self.failed = failed
            self.errors = errors
        }
    }

    public var version: String
    public var pid: Int32
    public var mode: String
    public var uptime_seconds: Int64
    public var sessions: Sessions
    public var model: Model
    public var breaker: Breaker
    public var store: StoreState
    public var journal: Journal
    public var memory: Memory
    public var reload: Reload
    public var lies: UInt64
    public var verdicts: [VerdictCount]
    public var reasons: [Count]
    public var dialects: [Count]
    public var latency: [Latency]

    /// A document of its parts.
    public init(
        version: String, pid: Int32, mode: String, uptime_seconds: Int64, sessions: Sessions, model: Model,
        breaker: Breaker, store: StoreState, journal: Journal, memory: Memory, reload: Reload, lies: UInt64,
        verdicts: [VerdictCount], reasons: [Count], dialects: [Count], latency: [Latency]
    ) {
        self.version = version
        self.pid = pid
        self.mode = mode
        self.uptime_seconds = uptime_seconds
        self.sessions = sessions
        self.model = model
        self.breaker = breaker
        self.store = store
        self.journal = journal
        self.memory = memory
        self.reload = reload
        self.lies = lies
        self.verdicts = verdicts
        self.reasons = reasons
        self.dialects = dialects
        self.latency = latency
    }
}
