/// Serves mail servers: speaks the milter protocol with them, and calls the methods of a ``MilterSession`` for each client.
///
/// What a session sees of an engine is ``MilterContext``; what the daemon sees of it is this.
public protocol MilterEngine: AnyObject, Sendable {
    /// What it is called in logs.
    var name: String { get }

    /// How far it is.
    var state: MilterEngineState { get }

    /// What it has counted.
    var counts: MilterCounts { get }

    /// Whether HUP, TERM and INT reach the daemon, and not the engine.
    var ownsSignals: Bool { get }

    /// Whether packets that no mail server sends do no harm, whoever sends them. Known once one was read,
    /// ``answers(within:)``'s at the latest.
    var checksPackets: Bool { get }

    /// Begins to serve. Block HUP, TERM and INT in the calling thread first; threads inherit the mask.
    ///
    /// - Throws: when the system has no thread left, or what the engine itself cannot do.
    func start() throws

    /// Stops without leaving a session unanswered: takes no new connections, and waits for the sessions in progress,
    /// `seconds` at most.
    func drain(within seconds: Int) -> MilterDrainReport

    /// Stops taking connections while file descriptors run out, and takes them again when there are some. Called about
    /// once a second.
    ///
    /// - Returns: whether connections are taken.
    @discardableResult
    func guardDescriptors() -> Bool

    /// Whether a mail server would be answered now, by a connection like a mail server's. `seconds` is how long each step
    /// may take.
    func answers(within seconds: Int) -> Bool
}

/// How far an engine is.
public enum MilterEngineState: Sendable, Hashable {
    /// It was not started.
    case idle
    /// It serves.
    case running
    /// It has stopped by itself, or at the end, with this status; 0 is a clean stop.
    case stopped(Int32)
}

/// What an engine counts.
public struct MilterCounts: Sendable, Hashable {
    /// Sessions in progress.
    public var active: Int
    /// Sessions begun since the start.
    public var begun: Int
    /// Sessions left alone because too many were in progress.
    public var turnedAway: Int
    /// Replies that could not be handed over; the session went on.
    public var failedReplies: Int
    /// Packets of mail servers whose macros had no value, and were left out.
    public var repairedPackets: Int

    /// Counts from their parts.
    public init(
        active: Int = 0, begun: Int = 0, turnedAway: Int = 0, failedReplies: Int = 0, repairedPackets: Int = 0
    ) {
        self.active = active
        self.begun = begun
        self.turnedAway = turnedAway
        self.failedReplies = failedReplies
        self.repairedPackets = repairedPackets
    }
}

/// How a drain ended.
public struct MilterDrainReport: Sendable, Hashable {
    /// Sessions that were in progress when it began.
    public var underWay: Int
    /// Sessions that were still in progress when the time was over; their mail servers take the default action.
    public var abandoned: Int

    /// A report from its parts.
    public init(underWay: Int, abandoned: Int) {
        self.underWay = underWay
        self.abandoned = abandoned
    }
}
