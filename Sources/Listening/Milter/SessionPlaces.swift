private import Glibc
private import Synchronization

/// The sessions of an engine: how many are in progress, how many were, and whether there is a place for another.
public final class SessionPlaces: Sendable {
    /// How many sessions are filtered at once.
    public let maximum: Int

    private let active = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)
    private let begun = Atomic<Int>(0)
    private let turnedAway = Atomic<Int>(0)

    /// Places for `maximum` sessions.
    public init(maximum: Int) {
        self.maximum = maximum
    }

    /// What was counted; the engine adds what it counts itself.
    public var counts: MilterCounts {
        MilterCounts(
            active: active.load(ordering: .relaxed), begun: begun.load(ordering: .relaxed),
            turnedAway: turnedAway.load(ordering: .relaxed))
    }

    /// Takes a place if there is one; ``giveUp()`` gives it back.
    public func take() -> Bool {
        guard taken.add(1, ordering: .relaxed).newValue <= maximum else {
            giveUp()
            turnedAway.add(1, ordering: .relaxed)
            return false
        }
        return true
    }

    /// Gives a place back.
    public func giveUp() { taken.subtract(1, ordering: .relaxed) }

    /// Counts a session that begins.
    public func sessionBegan() {
        active.add(1, ordering: .relaxed)
        begun.add(1, ordering: .relaxed)
    }

    /// Counts one that has ended.
    public func sessionEnded() { active.subtract(1, ordering: .relaxed) }

    /// Waits for the sessions in progress, `seconds` at most. The engine takes no connections any more.
    ///
    /// - Parameter connections: how many connections are open, those included that are no session yet.
    public func drain(within seconds: Int, connections: () -> Int) -> MilterDrainReport {
        let underWay = counts.active
        let begin = ContinuousClock.now
        let end = begin.advanced(by: .seconds(seconds))
        // A mail server that has just been accepted is a session only when it has negotiated, in an instant. Whoever is
        // connected and says nothing is not waited for longer than that may take.
        let negotiated = begin.advanced(by: min(.seconds(2), .seconds(seconds)))
        while true {
            let now = ContinuousClock.now
            if counts.active == 0, now >= negotiated || connections() == 0 { break }
            if now >= end { break }
            usleep(5_000)
        }
        return MilterDrainReport(underWay: underWay, abandoned: counts.active)
    }
}
