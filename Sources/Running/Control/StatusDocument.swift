/// The answer to `GET /status`: everything about the daemon, as JSON with stable names.
///
/// Times are seconds, latencies microseconds; counts are since the daemon's start.
package struct StatusDocument: Codable, Sendable, Hashable {
    /// Sessions.
    package struct Sessions: Codable, Sendable, Hashable {
        package var open: Int
        package var begun: UInt64

        /// A value from its parts.
        package init(open: Int, begun: UInt64) {
            self.open = open
            self.begun = begun
        }
    }

    /// The model in force.
    package struct Model: Codable, Sendable, Hashable {
        package var source: String
        package var dialects: Int
        /// When the reading of it and of the configuration began, in seconds since 1970.
        package var read_at: Int64
        package var age_seconds: Int64

        /// A value from its parts.
        package init(source: String, dialects: Int, read_at: Int64, age_seconds: Int64) {
            self.source = source
            self.dialects = dialects
            self.read_at = read_at
            self.age_seconds = age_seconds
        }
    }

    /// Something else that decides and was learned: the envelope model, the dialects of the site.
    package struct Taught: Codable, Sendable, Hashable {
        package var kind: String
        package var source: String
        package var age_seconds: Int64

        /// A value from its parts.
        package init(kind: String, source: String, age_seconds: Int64) {
            self.kind = kind
            self.source = source
            self.age_seconds = age_seconds
        }
    }

    /// The breaker and its window.
    package struct Breaker: Codable, Sendable, Hashable {
        package var tripped: Bool
        package var known: Int
        package var refused: Int
        package var trips: UInt64
        /// The dialects and detectors that are left out.
        package var suspended: [String]

        /// A value from its parts.
        package init(tripped: Bool, known: Int, refused: Int, trips: UInt64, suspended: [String] = []) {
            self.suspended = suspended
            self.tripped = tripped
            self.known = known
            self.refused = refused
            self.trips = trips
        }
    }

    /// Whether changes reach the disk.
    package struct StoreState: Codable, Sendable, Hashable {
        package var ok: Bool
        package var problem: String?
        package var pending: Int
        package var written: Int
        package var dropped: Int

        /// A value from its parts.
        package init(ok: Bool, problem: String?, pending: Int, written: Int, dropped: Int) {
            self.ok = ok
            self.problem = problem
            self.pending = pending
            self.written = written
            self.dropped = dropped
        }
    }

    /// The slow side.
    package struct Journal: Codable, Sendable, Hashable {
        package var waiting: Int
        package var dropped: UInt64

        /// A value from its parts.
        package init(waiting: Int, dropped: UInt64) {
            self.waiting = waiting
            self.dropped = dropped
        }
    }

    /// The log: bytes that wait for its reader, and lines that were dropped because nobody read.
    package struct Log: Codable, Sendable, Hashable {
        package var waiting_bytes: Int
        package var dropped: UInt64

        /// A value from its parts.
        package init(waiting_bytes: Int, dropped: UInt64) {
            self.waiting_bytes = waiting_bytes
            self.dropped = dropped
        }
    }

    /// What is remembered.
    package struct Memory: Codable, Sendable, Hashable {
        package var attempts: Int
        package var clients: Int

        /// A value from its parts.
        package init(attempts: Int, clients: Int) {
            self.attempts = attempts
            self.clients = clients
        }
    }

    /// How long one callback takes; quantiles are the bounds of their buckets.
    package struct Latency: Codable, Sendable, Hashable {
        package var callback: String
        package var count: UInt64
        package var p50_us: UInt64
        package var p99_us: UInt64

        /// A value from its parts.
        package init(callback: String, count: UInt64, p50_us: UInt64, p99_us: UInt64) {
            self.callback = callback
            self.count = count
            self.p50_us = p50_us
            self.p99_us = p99_us
        }
    }

    /// A count of something named.
    package struct Count: Codable, Sendable, Hashable {
        package var name: String
        package var count: UInt64

        /// A value from its parts.
        package init(name: String, count: UInt64) {
            self.name = name
            self.count = count
        }
    }

    /// Verdicts of one kind.
    package struct VerdictCount: Codable, Sendable, Hashable {
        package var action: String
        package var applied: String
        package var count: UInt64

        /// A value from its parts.
        package init(action: String, applied: String, count: UInt64) {
            self.action = action
            self.applied = applied
            self.count = count
        }
    }

    /// Reloads, and what was wrong at the last one.
    package struct Reload: Codable, Sendable, Hashable {
        package var done: UInt64
        package var failed: UInt64
        package var errors: [String]

        /// A value from its parts.
        package init(done: UInt64, failed: UInt64, errors: [String]) {
            self.done = done
            self.failed = failed
            self.errors = errors
        }
    }

    /// Fake rejections, where the configuration has them.
    package struct FakeRejections: Codable, Sendable, Hashable {
        /// Whether none are given because clients cannot be told apart: something stands before the mail server.
        package var stands_down: Bool
        /// The share of the mail that the client brings which brings most, if it is more than half; 0 otherwise.
        package var carrier_share: Double
        /// New ones since the hour began.
        package var this_hour: Int
        /// The share of recipients that do not exist, of those that other clients ask for, and from how many requests it was
        /// learned.
        package var genuine_share: Double
        package var requests: Int
        /// The same for clients that fake rejections are due to, these included; absent before there are any today.
        package var seen_share: Double?

        /// A value from its parts.
        package init(
            stands_down: Bool, carrier_share: Double, this_hour: Int, genuine_share: Double, requests: Int,
            seen_share: Double?
        ) {
            self.stands_down = stands_down
            self.carrier_share = carrier_share
            self.this_hour = this_hour
            self.genuine_share = genuine_share
            self.requests = requests
            self.seen_share = seen_share
        }
    }

    /// Where the daemon listens, as the sockets are bound: systemd may have handed them over.
    package struct Sockets: Codable, Sendable, Hashable {
        package var filter: String
        package var policy: String?
        /// What serves mail servers: `libmilter` or `native`; absent from a daemon that knows no other than libmilter.
        package var engine: String?

        /// A value from its parts.
        package init(filter: String, policy: String?, engine: String? = nil) {
            self.filter = filter
            self.policy = policy
            self.engine = engine
        }
    }

    package var version: String
    package var pid: Int32
    package var mode: String
    package var uptime_seconds: Int64
    package var sessions: Sessions
    package var model: Model
    package var breaker: Breaker
    package var store: StoreState
    package var journal: Journal
    package var memory: Memory
    package var reload: Reload
    package var lies: UInt64
    package var verdicts: [VerdictCount]
    package var reasons: [Count]
    package var dialects: [Count]
    package var latency: [Latency]
    package var sockets: Sockets
    package var log: Log
    package var senders: Senders?
    package var learning: Learning?
    /// What was learned and decides, with the age of its file.
    package var taught: [Taught]?
    package var wire: Wire?
    /// How several servers share what they remember.
    package var sharing: Sharing?
    package var tap: Tap?
    /// Absent where no fake rejections are given.
    package var fake_rejections: FakeRejections?

    /// A document from its parts.
    package init(
        version: String, pid: Int32, mode: String, uptime_seconds: Int64, sessions: Sessions, model: Model,
        breaker: Breaker, store: StoreState, journal: Journal, memory: Memory, reload: Reload, lies: UInt64,
        verdicts: [VerdictCount], reasons: [Count], dialects: [Count], latency: [Latency], sockets: Sockets,
        log: Log, senders: Senders? = nil, learning: Learning? = nil, taught: [Taught]? = nil,
        wire: Wire? = nil, tap: Tap? = nil,
        sharing: Sharing? = nil, fake_rejections: FakeRejections? = nil
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
        self.sockets = sockets
        self.log = log
        self.senders = senders
        self.learning = learning
        self.taught = taught
        self.wire = wire
        self.sharing = sharing
        self.tap = tap
        self.fake_rejections = fake_rejections
    }
}
