/// A point in time after which waiting ends.
public struct Deadline: Sendable {
    private let instant: ContinuousClock.Instant

    /// The deadline that lies `duration` from now.
    public static func after(_ duration: Duration) -> Deadline {
        Deadline(instant: ContinuousClock.now + duration)
    }

    /// Whether the deadline has passed.
    public var hasPassed: Bool {
        ContinuousClock.now >= instant
    }

    /// What is left in whole milliseconds, rounded up, 0 when passed; fits `poll`.
    public var milliseconds: Int32 {
        let left = instant - ContinuousClock.now
        guard left > .zero else { return 0 }
        let (seconds, attoseconds) = left.components
        guard seconds < 2_000_000 else { return Int32.max }
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
