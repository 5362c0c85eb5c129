/// A finished session: who, what, when, how it ended. Immutable.
public struct SessionTranscript: Sendable, Hashable {
    /// How a session ended, as far as the vantage shows it. QUIT and a dropped connection look alike to a milter.
    public enum Ending: String, Sendable, Hashable, CaseIterable {
        /// No MAIL came.
        case withoutMail = "without-mail"

        /// The last transaction ended with a message.
        case afterMessage = "after-message"

        /// The last transaction was given up before the connection ended.
        case afterReset = "after-reset"

        /// A transaction was under way.
        case inTransaction = "in-transaction"

        /// The observer was not told.
        case unknown
    }

    /// How one side ended a TCP connection; wire vantage only.
    public struct Closing: Sendable, Hashable {
        /// What ended it.
        public enum Manner: String, Sendable, Hashable, CaseIterable {
            /// The side said that it has no more to send.
            case fin = "FIN"
            /// The side broke the connection off.
            case rst = "RST"
            /// The side was silent until the other one, or the observer, gave up.
            case timeout
        }

        /// Microseconds since the session began.
        public var time: UInt64
        /// Whether the client did it.
        public var isByClient: Bool
        /// What ended it.
        public var manner: Manner

        /// A closing of its parts.
        public init(time: UInt64, isByClient: Bool, manner: Manner) {
            self.time = time
            self.isByClient = isByClient
            self.manner = manner
        }
    }

    /// What the session is called in logs and in the journal.
    public var id: String

    /// Where the transcript comes from: `argotd`, a capture file's name, a lab run.
    public var source: String

    /// When the session began, in seconds since 1970 with fraction; `nil` when unknown.
    public var began: Double?

    /// What could be seen.
    public var vantage: Vantage

    /// Who talked to whom.
    public var peers: SessionPeers

    /// What happened, in order.
    public var events: EventLog

    /// How it ended.
    public var ending: Ending

    /// Who closed the connection and how, in order; empty where that is not shown.
    public var closings: [Closing]

    /// Events that were not recorded because a limit was reached, or bytes missing from a capture.
    public var gaps: Int

    /// What the source says the client is, if it says anything: `legit`, `bot`, ….
    public var labelGuess: String?

    /// A finer word for the kind of client, if the source has one.
    public var kind: String?

    /// Whether the transcript comes from a milter session, a capture or a quoted log.
    public var origin: String

    /// A remark of the source.
    public var note: String?

    /// A transcript of its parts.
    public init(
        id: String, source: String, began: Double?, vantage: Vantage, peers: SessionPeers, events: EventLog,
        ending: Ending, closings: [Closing] = [], gaps: Int = 0, labelGuess: String? = nil, kind: String? = nil,
        origin: String = "milter",
        note: String? = nil
    ) {
        self.id = id
        self.source = source
        self.began = began
        self.vantage = vantage
        self.peers = peers
        self.events = events
        self.ending = ending
        self.closings = closings
        self.gaps = gaps
        self.labelGuess = labelGuess
        self.kind = kind
        self.origin = origin
        self.note = note
    }
}
