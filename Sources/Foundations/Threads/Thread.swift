import Glibc

/// A detached thread.
public enum Thread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `body` on a new thread that nobody waits for, and that takes no signal: those are for whoever waits for them,
    /// whenever the thread was started.
    ///
    /// - Parameter name: what the thread is for, as an error calls it.
    /// - Throws: when the system has no thread left.
    public static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(ThreadError) {
        var thread = pthread_t()
        // unsafe: the retain is taken over by the thread's function, which runs exactly once, or given up below.
        let retained = unsafe Unmanaged.passRetained(Body(body))
        var all = sigset_t()
        var before = sigset_t()
        // unsafe: the calls read and fill variables of this frame; the new thread inherits the mask.
        unsafe _ = sigfillset(&all)
        unsafe _ = pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { unsafe _ = pthread_sigmask(SIG_SETMASK, &before, nil) }
        let status = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, retained.toOpaque())
        guard status == 0 else {
            unsafe retained.release()
            throw ThreadError(name: name, status: status)
        }
        _ = pthread_detach(thread)
    }
}

/// Why a thread cannot be had.
public struct ThreadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What the thread was to be called.
    public let name: String

    /// What pthread_create(3) returned.
    public let status: Int32

    /// What, and what to do.
    public var description: String {
        // unsafe: strerror's static text is copied at once.
        unsafe "cannot start the thread \(name): \(String(cString: strerror(status))): raise TasksMax or LimitNPROC"
    }
}
