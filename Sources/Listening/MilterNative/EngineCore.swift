import Milter
import Synchronization

/// What all connections of an engine share: what sessions are made of, and what is counted.
final class EngineCore: Sendable {
    let places: SessionPlaces
    let limits: ConnectionLimits
    let negotiation: @Sendable () -> MilterNegotiation
    let makeSession: @Sendable () -> any MilterSession
    private let report: @Sendable (String) -> Void

    private let repaired = Atomic<Int>(0)
    /// The second in which something was reported last.
    private let reported = Atomic<UInt32>(0)

    init(
        maximumSessions: Int, limits: ConnectionLimits, report: @escaping @Sendable (String) -> Void,
        negotiation: @escaping @Sendable () -> MilterNegotiation,
        makeSession: @escaping @Sendable () -> any MilterSession
    ) {
        places = SessionPlaces(maximum: maximumSessions)
        self.limits = limits
        self.report = report
        self.negotiation = negotiation
        self.makeSession = makeSession
    }

    /// What was counted.
    var counts: MilterCounts {
        var counts = places.counts
        counts.repairedPackets = repaired.load(ordering: .relaxed)
        return counts
    }

    func packetRepaired() { repaired.add(1, ordering: .relaxed) }

    /// Reports what a mail server did wrong: once a second at most, since whoever reaches the socket could do it for ever.
    func note(_ problem: String, at now: UInt32) {
        if reported.exchange(now, ordering: .relaxed) != now { report(problem) }
    }
}

/// How patient an engine is, in seconds.
struct ConnectionLimits: Sendable {
    /// A mail server that sends nothing is given up.
    var idle: UInt32
    /// A packet that has begun must have come as a whole; and what is sent must be taken. Mail servers write packets in one
    /// go, and read what they wait for.
    var packet: UInt32
}
