import Glibc
import Sockets
import Synchronization

/// What one of an engine's threads shows the others: how many connections it has, and a place to leave it one.
final class ConnectionShare: Sendable {
    let queue: EventQueue
    /// The pipe's end that wakes the thread.
    let waking: Int32
    private let wake: Int32
    private let count = Atomic<Int>(0)
    private let serves = Atomic<Bool>(false)
    private let handedOver = Mutex<[Int32]>([])

    init() throws(SocketError) {
        queue = try EventQueue()
        var ends: [Int32] = [-1, -1]
        // unsafe: pipe fills the array of two.
        guard unsafe pipe(&ends) == 0 else { throw .system("cannot make a pipe", remedy: "raise LimitNOFILE") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (waking, wake) = (ends[0], ends[1])
        guard queue.add(waking) else { throw .system("cannot watch a pipe with epoll", remedy: "raise LimitNOFILE") }
    }

    deinit {
        for end in [waking, wake] { close(end) }
    }

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
        var bytes = [UInt8](repeating: 0, count: 64)
        // unsafe: read fills at most the array.
        while unsafe read(waking, &bytes, bytes.count) == bytes.count {}
        return handedOver.withLock { descriptors in
            defer { descriptors = [] }
            return descriptors
        }
    }

    /// Wakes the thread.
    func wakeUp() {
        // unsafe: writes one byte of the string. A full pipe wakes as well.
        unsafe _ = write(wake, "a", 1)
    }
}
