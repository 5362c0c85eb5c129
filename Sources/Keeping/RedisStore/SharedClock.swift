import Synchronization

/// The clock that all servers of a site go by: that of the Redis. A server whose own clock is wrong shares times that are
/// right.
final class SharedClock: Sendable {
    private let own: @Sendable () -> Double
    /// Shared time less own time, in milliseconds.
    private let difference = Atomic<Int64>(0)

    init(own: @escaping @Sendable () -> Double) { self.own = own }

    /// What has to be added to own times, in whole seconds; a difference that the way to the Redis may have made is none.
    var offset: Int64 {
        let milliseconds = difference.load(ordering: .relaxed)
        return milliseconds.magnitude < 2_000 ? 0 : milliseconds / 1_000
    }

    /// The shared time, in seconds since 1970.
    var sharedNow: Int64 { sharedMilliseconds / 1_000 }

    /// The shared time, in milliseconds since 1970.
    var sharedMilliseconds: Int64 {
        let (sum, overflow) = Self.milliseconds(own()).addingReportingOverflow(difference.load(ordering: .relaxed))
        return overflow ? 0 : sum
    }

    /// Takes the shared time as it was told between two readings of the own clock.
    func set(_ shared: Double, between before: Double, and after: Double) {
        difference.store(Self.milliseconds(shared - (before + after) / 2), ordering: .relaxed)
    }

    /// The own clock's reading.
    var ownNow: Double { own() }

    private static func milliseconds(_ seconds: Double) -> Int64 { Int64(exactly: (seconds * 1_000).rounded()) ?? 0 }
}
