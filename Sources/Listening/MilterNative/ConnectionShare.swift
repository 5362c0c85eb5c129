import CEpoll
import Glibc
import Sockets
import Synchronization

/// What one of an engine's threads shows the others: how many connections it has, and a place to leave it one.
final class ConnectionShare: Sendable {
    let queue: EventQueue
    /// What wakes the thread. With the queue these are the only descriptors that a thread needs.
    let alarm: Int32
    private let count = Atomic<Int>(0)
    private let serves = Atomic<Bool>(false)
    private let handedOver = Mutex<[Int32]>([])

    init() throws(SocketError) {
        queue = try EventQueue()
        alarm = argot_alarm()
        guard alarm >= 0, queue.add(alarm) else {
            throw .system("cannot make an eventfd", remedy: "raise LimitNOFILE")
        }
    }

    deinit { close(alarm) }

    /// How many connections the thread has.
    var connections: Int { count.load(ordering: .relaxed) }

    /// Whether the thread runs.
    var isServing: Bool { serves.load(ordering: .acquiring) }

    func began() { serves.store(true, ordering: .releasing) }
    func ended() { serves.store(false, ordering: .releasing) }
    func connectionBegan() { count.add(1, ordering: .relaxed) }
    func connectionEnded() { count.subtract(1, ordering: .relaxed) }

    /// Leaves a connection for the thread.
    func handOver(_ descriptor: Int32) {
        connectionBegan()
        handedOver.withLock { $0.append(descriptor) }
        wakeUp()
    }

    /// Takes what was left, and is ready to be woken again.
    func takeHandedOver() -> [Int32] {
        var count: UInt64 = 0
        // unsafe: read fills the variable, whose value does not matter.
        unsafe _ = read(alarm, &count, MemoryLayout<UInt64>.size)
        return handedOver.withLock { descriptors in
            defer { descriptors = [] }
            return descriptors
        }
    }

    /// Wakes the thread.
    func wakeUp() {
        var one: UInt64 = 1
        // unsafe: writes the variable. A count that cannot grow wakes as well.
        unsafe _ = write(alarm, &one, MemoryLayout<UInt64>.size)
    }
}
