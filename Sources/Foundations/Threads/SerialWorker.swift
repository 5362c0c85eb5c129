import Glibc
import Synchronization

/// Does tasks one after the other, on a thread of its own that is there from the beginning.
///
/// A queue of libdispatch makes its thread when it has work, and makes everybody wait where the system has no thread
/// left. Here handing over waits for nothing but a lock held for a few instructions. Without a thread tasks wait until
/// one can be made, which every hand-over tries again, or until somebody calls ``sync(_:)``, which needs none.
public final class SerialWorker: Sendable {
    private let core: Core

    /// A worker whose thread is started, if the system lets it.
    ///
    /// - Parameters:
    ///   - name: what the thread is for.
    ///   - niceness: how much the thread stands back behind others (nice(2)).
    public init(_ name: String, niceness: Int32 = 0) {
        core = Core(name: name, niceness: niceness)
        core.ensureThread()
    }

    deinit { core.finish() }

    /// Does `task` after those handed over before. O(1).
    public func async(_ task: @escaping @Sendable () -> Void) { core.append(task) }

    /// Does `task` when `delay` is over. O(number of tasks that are not due).
    public func async(after delay: Duration, _ task: @escaping @Sendable () -> Void) {
        core.append(task, at: .now.advanced(by: delay))
    }

    /// Does what was handed over before and is due, then `task`, on the calling thread; waits for a task in progress. A
    /// task must not call it.
    public func sync<Result: ~Copyable, Failure: Error>(
        _ task: () throws(Failure) -> Result
    ) throws(Failure) -> Result { try core.sync(task) }

    /// Whether the worker has its thread.
    public var hasThread: Bool { core.hasThread }
}

/// What a worker and its thread share. The thread keeps it alive, not the worker.
private final class Core: Sendable {
    private typealias Task = @Sendable () -> Void

    private struct Queue {
        var due: [Task?] = []
        var next = 0
        var later: [(at: ContinuousClock.Instant, task: Task)] = []
        var hasThread = false
        var isFinished = false

        /// How many tasks are due; those whose time has come are from now on.
        var dueCount: Int {
            mutating get {
                let now = later.isEmpty ? nil : ContinuousClock.now
                while let first = later.first, let now, first.at <= now { due.append(later.removeFirst().task) }
                return due.count - next
            }
        }

        /// Takes the oldest task that is due.
        mutating func take() -> Task? {
            _ = dueCount
            guard next < due.count else {
                due.removeAll(keepingCapacity: due.count < 1_024)
                next = 0
                return nil
            }
            // Nothing is kept of it: what a task holds may end with it, and come back here, which the lock would not let.
            defer {
                due[next] = nil
                next += 1
            }
            return due[next]
        }
    }

    private let name: String
    private let niceness: Int32
    private let queue = Mutex(Queue())
    /// Has one signal, which is taken while tasks run.
    private let turn = Semaphore()
    /// How many callers of `sync` wait for the turn; the thread lets them go first.
    private let callers = Atomic<Int>(0)
    private let wakes = Semaphore()

    init(name: String, niceness: Int32) {
        self.name = name
        self.niceness = niceness
        turn.signal()
    }

    var hasThread: Bool { queue.withLock { $0.hasThread } }

    /// Starts the thread if there is none. One that cannot be started is tried again with the next task.
    func ensureThread() {
        let isMissing = queue.withLock { queue in
            defer { queue.hasThread = true }
            return !queue.hasThread && !queue.isFinished
        }
        guard isMissing else { return }
        do throws(ThreadError) {
            try Thread.start(name) { [self] in work() }
        } catch {
            queue.withLock { $0.hasThread = false }
        }
    }

    func append(_ task: @escaping @Sendable () -> Void, at time: ContinuousClock.Instant? = nil) {
        queue.withLock { queue in
            if let time {
                let index = queue.later.lastIndex { $0.at <= time }.map { $0 + 1 } ?? 0
                queue.later.insert((time, task), at: index)
            } else {
                queue.due.append(task)
            }
        }
        ensureThread()
        wakes.signal()
    }

    func sync<Result: ~Copyable, Failure: Error>(
        _ task: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        callers.add(1, ordering: .relaxed)
        turn.wait()
        callers.subtract(1, ordering: .relaxed)
        defer { turn.signal() }
        for _ in 0..<queue.withLock({ $0.dueCount }) {
            let earlier = queue.withLock { $0.take() }
            earlier?()
        }
        return try task()
    }

    func finish() {
        queue.withLock { $0.isFinished = true }
        wakes.signal()
    }

    /// The thread's life: to its last due task.
    private func work() {
        // Linux counts niceness by thread (setpriority(2)).
        if niceness > 0 { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
        while true {
            turn.wait()
            let task = queue.withLock { $0.take() }
            task?()
            turn.signal()
            // A semaphore is nobody's in particular: without a pause the next turn would be the thread's again.
            if callers.load(ordering: .relaxed) > 0 { usleep(100) }
            if task != nil { continue }
            let (isFinished, time) = queue.withLock { ($0.isFinished && $0.next >= $0.due.count, $0.later.first?.at) }
            if isFinished { return }
            wakes.wait(until: time)
        }
    }
}
