/// A point in time by which something must have happened.
struct Deadline: Sendable {
    private let instant: ContinuousClock.Instant

    /// A deadline that far ahead.
    static func after(_ duration: Duration) -> Deadline {
        Deadline(instant: ContinuousClock.now + duration)
    }

    /// What is left, rounded up to whole milliseconds for poll(2); zero when it is over.
    var remainingMilliseconds: Int32 {
        let left = instant - ContinuousClock.now
        guard left > .zero else { return 0 }
        let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
        return Int32(clamping: milliseconds)
    }
}
