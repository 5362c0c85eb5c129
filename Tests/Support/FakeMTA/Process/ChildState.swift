import Foundation

/// How a process ended.
public enum Termination: Hashable, Sendable {
    /// It exited with a status.
    case exited(Int32)
    /// A signal killed it.
    case signalled(Int32)

    /// From waitpid(2).
    init(status: Int32) {
        let signal = status & 0x7F
        self = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
    }
}

/// A child process until it is reaped. A thread waits for it, so that nobody has to look again and again, and no signal
/// is sent to an identifier that may already belong to somebody else.
final class ChildState: @unchecked Sendable {  // `ended` is only touched with the condition locked
    private let identifier: pid_t
    private let condition = NSCondition()
    private var ended: Termination?

    init(_ identifier: pid_t) {
        self.identifier = identifier
        Thread.detachNewThread { [self] in reap() }
    }

    var termination: Termination? {
        condition.withLock { ended }
    }

    func signal(_ number: Int32) {
        condition.withLock {
            if ended == nil { kill(identifier, number) }
        }
    }

    func wait(for duration: Duration) -> Termination? {
        let limit = Date(timeIntervalSinceNow: duration / .seconds(1))
        return condition.withLock {
            while ended == nil && condition.wait(until: limit) {}
            return ended
        }
    }

    private func reap() {
        var information = siginfo_t()
        while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
        condition.withLock {
            var status: Int32 = 0
            waitpid(identifier, &status, 0)
            ended = Termination(status: status)
            condition.broadcast()
        }
    }
}
