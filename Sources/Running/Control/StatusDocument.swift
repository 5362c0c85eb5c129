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

    /// Command lines that the mail server tells beside its filter; absent where nobody listens.
    package struct Wire: Codable, Sendable, Hashable {
        /// Sessions that are open and that have begun with their lines, and those of them that lost a line and went on without.
        package var open: Int
        package var sessions: UInt64
        package var lost: UInt64
        /// Lines that found their session, and what was told of no session.
        package var lines: UInt64
        package var strays: UInt64
        /// Connections that were closed because of what they told.
        package var refused: UInt64

        /// A value from its parts.
        package init(open: Int, sessions: UInt64, lost: UInt64, lines: UInt64, strays: UInt64, refused: UInt64) {
            self.open = open
            self.sessions = sessions
            self.lost = lost
            self.lines = lines
            self.strays = strays
            self.refused = refused
        }
    }

    /// How several servers share what they remember; absent where they do not.
    package struct Sharing: Codable, Sendable, Hashable {
        /// One of the servers.
        package struct Node: Codable, Sendable, Hashable {
            package var server: String
            package var name: String
            package var version: String
            /// How long ago it has told this, for how long it has been running, and by how much its clock is wrong.
            package var told_seconds: Int64
            package var uptime_seconds: Int64
            package var clock_seconds: Int64
            package var mode: String
            package var sessions_open: Int
            package var sessions_begun: Int
            package var waiting: Int
            package var lag_milliseconds: Int
            package var models: [String: Int64]

            /// A value from its parts.
            package init(
                server: String, name: String, version: String, told_seconds: Int64, uptime_seconds: Int64,
                clock_seconds: Int64, mode: String, sessions_open: Int, sessions_begun: Int, waiting: Int,
                lag_milliseconds: Int, models: [String: Int64]
            ) {
                self.server = server
                self.name = name
                self.version = version
                self.told_seconds = told_seconds
                self.uptime_seconds = uptime_seconds
                self.clock_seconds = clock_seconds
                self.mode = mode
                self.sessions_open = sessions_open
                self.sessions_begun = sessions_begun
                self.waiting = waiting
                self.lag_milliseconds = lag_milliseconds
                self.models = models
            }
        }

        package var server: String
        package var store: String
        package var connected: Bool
        package var problem: String?
        /// Facts that wait to be published, that were published and taken in, and that were left out for what is wrong.
        package var waiting: Int
        package var published: Int
        package var received: Int
        package var refused: Int
        /// Changes that found no room to wait, after which all was published again; and how often all was read again.
        package var overflowed: Int
        package var reread: Int
        package var bytes_published: Int
        package var lag_milliseconds: Int
        package var clock_seconds: Int64
        package var nodes: [Node]

        /// A value from its parts.
        package init(
            server: String, store: String, connected: Bool, problem: String?, waiting: Int, published: Int,
            received: Int, refused: Int, overflowed: Int, reread: Int, bytes_published: Int, lag_milliseconds: Int,
            clock_seconds: Int64, nodes: [Node]
        ) {
            self.server = server
            self.store = store
            self.connected = connected
            self.problem = problem
            self.waiting = waiting
            self.published = published
            self.received = received
            self.refused = refused
            self.overflowed = overflowed
            self.reread = reread
            self.bytes_published = bytes_published
            self.lag_milliseconds = lag_milliseconds
            self.clock_seconds = clock_seconds
            self.nodes = nodes
        }
    }

    /// What a tap of the network tells beside the filter; absent where nobody listens for one.
    package struct Tap: Codable, Sendable, Hashable {
        /// Whether a tap is connected.
        package var connected: Bool
        /// Sessions that began while it was, those whose lines came too late, those whose lines did not fit or were not whole,
        /// and those whose lines ended with TLS; all but the first went on without lines.
        package var sessions: UInt64
        package var late: UInt64
        package var lost: UInt64
        package var encrypted: UInt64
        /// Sessions whose client's SYN was told, and whose TLS hello.
        package var syns: UInt64
        package var hellos: UInt64
        /// Whether clients of many networks come by ways of their own, so that SYN and hello count: `direct`; all by one:
        /// `front`; `unknown` before enough have come.
        package var ways: String
        /// Findings that found their connection, and others.
        package var records: UInt64
        package var strays: UInt64
        /// Connections that were closed because of who made them, or of what they told.
        package var refused: UInt64
        /// What the tap itself has counted: packets, those that the kernel had no room for, connections, those it could not
        /// follow to their end, and findings that argotd did not take in time.
        package var packets: UInt64
        package var dropped: UInt64
        package var connections: UInt64
        package var unfollowed: UInt64
        package var unsent: UInt64

        /// A value from its parts.
        package init(
            connected: Bool, sessions: UInt64, late: UInt64, lost: UInt64, encrypted: UInt64, syns: UInt64,
            hellos: UInt64, ways: String, records: UInt64, strays: UInt64, refused: UInt64, packets: UInt64,
            dropped: UInt64, connections: UInt64,
            unfollowed: UInt64, unsent: UInt64
        ) {
            self.connected = connected
            self.sessions = sessions
            self.late = late
            self.lost = lost
            self.encrypted = encrypted
            self.syns = syns
            self.hellos = hellos
            self.ways = ways
            self.records = records
            self.strays = strays
            self.refused = refused
            self.packets = packets
            self.dropped = dropped
            self.connections = connections
            self.unfollowed = unfollowed
            self.unsent = unsent
        }
    }

    /// The senders' scores; absent where senders are not watched.
    package struct Senders: Codable, Sendable, Hashable {
        /// Recipients counted since the start, and those that were not.
        package var events: UInt64
        package var dropped: UInt64
        /// Senders in the window that was clustered, and those of them that are known to send spam.
        package var senders: Int
        package var spam: Int
        package var clusters: Int
        /// How far back senders are clustered, and how old the scores in force are; no age without scores.
        package var window_seconds: Int64
        package var age_seconds: Int64?
        /// What a group of sites says; absent where none is listened to.
        package var group: Group?

        /// A group's snapshot.
        package struct Group: Codable, Sendable, Hashable {
            /// Its number and age; neither without one in force.
            package var sequence: UInt64?
            package var age_seconds: Int64?
            /// Senders that it lists, clusters, sites that it was learned from, and this site's domains in it.
            package var listed: Int
            package var clusters: Int
            package var sites: Int
            package var domains: Int
            /// What is wrong with the file now.
            package var problem: String?
            /// Files that were not taken into use, by reason.
            package var refused: [Count]

            /// A value from its parts.
            package init(
                sequence: UInt64?, age_seconds: Int64?, listed: Int, clusters: Int, sites: Int, domains: Int,
                problem: String?, refused: [Count]
            ) {
                self.sequence = sequence
                self.age_seconds = age_seconds
                self.listed = listed
                self.clusters = clusters
                self.sites = sites
                self.domains = domains
                self.problem = problem
                self.refused = refused
            }
        }

        /// A value from its parts.
        package init(
            events: UInt64, dropped: UInt64, senders: Int, spam: Int, clusters: Int, window_seconds: Int64,
            age_seconds: Int64?, group: Group? = nil
        ) {
            self.events = events
            self.dropped = dropped
            self.senders = senders
            self.spam = spam
            self.clusters = clusters
            self.window_seconds = window_seconds
            self.age_seconds = age_seconds
            self.group = group
        }
    }

    /// What was kept to learn from, and what others said of it; absent where nothing is learned.
    package struct Learning: Codable, Sendable, Hashable {
        /// Messages and refused sessions.
        package var sightings: UInt64
        package var judgements: [JudgementCount]

        /// A value from its parts.
        package init(sightings: UInt64, judgements: [JudgementCount]) {
            self.sightings = sightings
            self.judgements = judgements
        }
    }

    /// Judgements of one source and kind.
    package struct JudgementCount: Codable, Sendable, Hashable {
        package var source: String
        package var verdict: String
        package var count: UInt64

        /// A value from its parts.
        package init(source: String, verdict: String, count: UInt64) {
            self.source = source
            self.verdict = verdict
            self.count = count
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

    /// A document from its parts.
    package init(
        version: String, pid: Int32, mode: String, uptime_seconds: Int64, sessions: Sessions, model: Model,
        breaker: Breaker, store: StoreState, journal: Journal, memory: Memory, reload: Reload, lies: UInt64,
        verdicts: [VerdictCount], reasons: [Count], dialects: [Count], latency: [Latency], sockets: Sockets,
        log: Log, senders: Senders? = nil, learning: Learning? = nil, taught: [Taught]? = nil,
        wire: Wire? = nil, tap: Tap? = nil,
        sharing: Sharing? = nil
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
    }
}
