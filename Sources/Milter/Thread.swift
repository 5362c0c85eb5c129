import Glibc

/// A detached thread.
enum Thread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `body` on a new thread. A system without threads left cannot run the filter at all, so that traps.
    static func start(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        // unsafe: the retain is taken over by the thread's function, which runs exactly once.
        let argument = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
        let status = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument)
        precondition(status == 0, "no thread could be started: \(status)")
        _ = pthread_detach(thread)
    }
}
