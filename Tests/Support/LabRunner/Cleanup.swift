import Foundation
import Glibc
import Synchronization

/// What must be undone before the program ends, on every way out.
final class Cleanup: Sendable {
    private struct State {
        var steps: [@Sendable () -> Void] = []
        var hasRun = false
    }

    private let state = Mutex(State())

    /// Does `body` and remembers how to undo it; a signal waits until both are done.
    func adopt<Value: Sendable>(
        undo: @escaping @Sendable (Value) -> Void, _ body: () throws -> Value
    ) throws -> Value {
        try state.withLock { state in
            let value = try body()
            state.steps.append { undo(value) }
            return value
        }
    }

    /// Undoes everything, the latest first; a second call does nothing.
    func run() {
        state.withLock { state in
            if state.hasRun { return }
            state.hasRun = true
            for step in state.steps.reversed() { step() }
        }
    }

    /// From now on SIGINT and SIGTERM undo everything and end the program.
    ///
    /// To be called before any other thread exists: a thread of its own waits for the signals, blocked in all others.
    func runOnSignals() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        signal(SIGPIPE, SIG_IGN)
        Thread.detachNewThread { [self] in
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGINT)
            sigaddset(&signals, SIGTERM)
            var received: Int32 = 0
            sigwait(&signals, &received)
            run()
            Console.complain("stopped, nothing is left behind")
            _exit(128 + received)
        }
    }
}
