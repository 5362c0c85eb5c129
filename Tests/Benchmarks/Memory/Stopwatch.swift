import Glibc

/// The time that passes, on the wall and of all processors.
struct Stopwatch {
    /// A piece of time, in seconds.
    struct Lap {
        var wall: Double
        var processor: Double
    }

    private let begin = Self.now()
    private var last = Self.now()

    /// The time since the last lap.
    mutating func lap() -> Lap {
        let (now, before) = (Self.now(), last)
        last = now
        return Lap(wall: now.wall - before.wall, processor: now.processor - before.processor)
    }

    /// The time since the beginning.
    var whole: Lap {
        let now = Self.now()
        return Lap(wall: now.wall - begin.wall, processor: now.processor - begin.processor)
    }

    private static func now() -> Lap {
        Lap(wall: seconds(CLOCK_MONOTONIC), processor: seconds(CLOCK_PROCESS_CPUTIME_ID))
    }

    static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// The slowest of many steps, by this thread's processor time in nanoseconds.
struct Slowest {
    private(set) var total = 0.0
    private(set) var worst = 0.0
    private(set) var aboveLimit = 0

    mutating func time(_ step: () -> Void) {
        let start = Stopwatch.seconds(CLOCK_THREAD_CPUTIME_ID)
        step()
        let taken = (Stopwatch.seconds(CLOCK_THREAD_CPUTIME_ID) - start) * 1e9
        total += taken
        worst = max(worst, taken)
        if taken > 1_000_000 { aboveLimit += 1 }
    }
}
