import Glibc

/// A counting semaphore: signals that nobody waits for are kept.
///
/// Made of a mutex and a condition, because sem_timedwait(3) goes by the wall clock, which may be set.
@safe public final class Semaphore: Sendable {
    // unsafe: C structures, used through their functions only.
    @unsafe private struct Storage {
        var mutex = unsafe pthread_mutex_t()
        var condition = pthread_cond_t()
        var signals = 0
    }

    // unsafe: what pthreads works on must not move; it lives here from init to deinit. The count is changed with the
    // mutex held only.
    private nonisolated(unsafe) let storage: UnsafeMutablePointer<Storage>

    /// A semaphore without signals.
    public init() {
        unsafe storage = .allocate(capacity: 1)
        unsafe storage.initialize(to: unsafe Storage())
        var attributes = pthread_condattr_t()
        // unsafe: the calls fill what was allocated, and read the attributes; with these arguments they do not fail.
        unsafe _ = pthread_condattr_init(&attributes)
        unsafe _ = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe _ = pthread_mutex_init(&storage.pointee.mutex, nil)
        unsafe _ = pthread_cond_init(&storage.pointee.condition, &attributes)
        unsafe _ = pthread_condattr_destroy(&attributes)
    }

    deinit {
        // unsafe: nobody has a reference any more, so nobody waits.
        unsafe _ = pthread_cond_destroy(&storage.pointee.condition)
        unsafe _ = pthread_mutex_destroy(&storage.pointee.mutex)
        unsafe storage.deinitialize(count: 1)
        unsafe storage.deallocate()
    }

    /// Lets one wait end.
    public func signal() {
        // unsafe, here and below: the storage lives as long as this object.
        unsafe _ = pthread_mutex_lock(&storage.pointee.mutex)
        unsafe storage.pointee.signals += 1
        unsafe _ = pthread_cond_signal(&storage.pointee.condition)
        unsafe _ = pthread_mutex_unlock(&storage.pointee.mutex)
    }

    /// Waits for a signal; until `time` at most, if it is given.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    public func wait(until time: ContinuousClock.Instant? = nil) -> Bool {
        var limit = Self.limit(time)
        unsafe _ = pthread_mutex_lock(&storage.pointee.mutex)
        defer { unsafe _ = pthread_mutex_unlock(&storage.pointee.mutex) }
        while unsafe storage.pointee.signals == 0 {
            if time == nil {
                unsafe _ = pthread_cond_wait(&storage.pointee.condition, &storage.pointee.mutex)
            } else if unsafe pthread_cond_timedwait(&storage.pointee.condition, &storage.pointee.mutex, &limit)
                == ETIMEDOUT
            {
                guard unsafe storage.pointee.signals == 0 else { break }
                return false
            }
        }
        unsafe storage.pointee.signals -= 1
        return true
    }

    /// The time on the monotonic clock. A wait of more than a day is as long as one of a day: whoever waits looks again.
    private static func limit(_ time: ContinuousClock.Instant?) -> timespec {
        var now = timespec()
        // unsafe: the call fills the variable.
        unsafe _ = clock_gettime(CLOCK_MONOTONIC, &now)
        guard let time else { return now }
        let wait = min(max(.zero, ContinuousClock.now.duration(to: time)), .seconds(86_400)).components
        let nanoseconds = now.tv_nsec + Int(wait.attoseconds / 1_000_000_000)
        return timespec(
            tv_sec: now.tv_sec + Int(wait.seconds) + nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
    }
}
