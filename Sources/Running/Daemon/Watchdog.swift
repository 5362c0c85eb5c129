import FoundationEssentials
import Logging
import Sockets
import Synchronization
import Threads

/// Tells the service manager that the daemon lives, but only while it proves it: the main loop turns, and the filter
/// answers a mail server's first words. A daemon that hangs keeps silent and is restarted.
final class Watchdog: Sendable {
    /// What speaks for and against the daemon at a look.
    struct Look: Sendable, Hashable {
        /// How long ago the main loop turned last, in seconds.
        var idle: Double
        /// Whether mail servers are being taken at all; out of descriptors the daemon makes them wait on purpose.
        var takesConnections: Bool
        /// Whether the filter answered; not asked for while it takes nobody.
        var answered: Bool

        /// What is wrong; `nil` when the daemon lives.
        func fault(within interval: Double) -> String? {
            // The main loop turns once a second; a reload may hold it up for a few.
            if idle > max(5, interval / 2) { return "the main loop has not turned for \(Int(idle)) seconds" }
            if takesConnections, !answered { return "the filter does not answer on its own socket" }
            return nil
        }
    }

    private struct Turn {
        var at = ContinuousClock.now
        var takesConnections = true
    }

    private let notification: ServiceNotification
    private let interval: Double
    private let logger: Logger
    private let answers: @Sendable (_ seconds: Int) -> Bool
    private let turn = Mutex(Turn())
    private let isOver = Atomic<Bool>(false)
    private let over = Semaphore()

    /// A watchdog for the manager's interval; `nil` when the manager does not watch.
    ///
    /// - Parameter answers: asks the filter, for so many seconds a step.
    init?(
        _ notification: ServiceNotification, logger: Logger, answers: @escaping @Sendable (_ seconds: Int) -> Bool
    ) {
        guard let interval = notification.watchdogSeconds else { return nil }
        self.notification = notification
        self.interval = interval
        self.logger = logger
        self.answers = answers
    }

    /// Begins to look, on a thread of its own, three times in the manager's interval.
    func start() {
        do throws(ThreadError) {
            try Thread.start("argot-watchdog") { [self] in
                while !isOver.load(ordering: .relaxed) {
                    lookAfter()
                    over.wait(until: .now.advanced(by: .seconds(min(interval, 86_400) / 3)))
                }
            }
        } catch {
            logger.error("watchdog: the service manager will restart argotd: \(error)")
        }
    }

    /// The main loop has turned.
    func turned(takesConnections: Bool) {
        turn.withLock { $0 = Turn(at: .now, takesConnections: takesConnections) }
    }

    /// Looks no more: the daemon is on its way out, which the manager times by itself.
    func stop() {
        isOver.store(true, ordering: .relaxed)
        over.signal()
    }

    private func lookAfter() {
        let takesConnections = turn.withLock { $0.takesConnections }
        let answered = takesConnections && answers(max(1, Int(interval / 4)))
        // Only now: the answer may have taken its time.
        let idle = turn.withLock { ContinuousClock.now - $0.at } / .seconds(1)
        let look = Look(idle: idle, takesConnections: takesConnections, answered: answered)
        guard let fault = look.fault(within: interval) else { return notification.send(.alive) }
        if !isOver.load(ordering: .relaxed) { logger.error("watchdog: \(fault)") }
    }
}
