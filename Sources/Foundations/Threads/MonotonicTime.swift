import Glibc

/// A moment by a clock that never goes back, which stands still while the machine sleeps: for how long things take. One look
/// at it is a few nanoseconds, without a system call.
public struct MonotonicTime: Sendable, Hashable {
    private let nanoseconds: UInt64

    /// Now.
    public static var now: MonotonicTime {
        var time = timespec()
        // unsafe: the call fills `time`; with this clock it does not fail.
        unsafe _ = clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(
            nanoseconds: UInt64(bitPattern: Int64(time.tv_sec)) &* 1_000_000_000
                &+ UInt64(bitPattern: Int64(time.tv_nsec)))
    }

    /// The whole microseconds since another moment; 0 when that is later.
    public func microseconds(since other: MonotonicTime) -> UInt64 {
        nanoseconds > other.nanoseconds ? (nanoseconds - other.nanoseconds) / 1_000 : 0
    }
}
