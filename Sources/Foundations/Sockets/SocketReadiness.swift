import CEpoll
import Glibc

/// Which of many descriptors are ready, by epoll(7): what a wait costs depends on how many are, not on how many there are.
final class SocketReadiness: Sendable {
    /// A descriptor that is ready.
    struct Event {
        /// The number under which it was added.
        var number: UInt64
        /// Whether its peer has hung up, or the socket has failed.
        var isBroken: Bool
    }

    /// What a descriptor is watched for. That its peer hangs up is always told.
    enum Interest: Sendable {
        case nothing, reading, writing

        fileprivate var events: UInt32 {
            switch self {
            case .nothing: 0
            case .reading: EPOLLIN.rawValue
            case .writing: EPOLLOUT.rawValue
            }
        }
    }

    private let descriptor: Int32

    init() throws(SocketError) {
        descriptor = epoll_create1(Int32(O_CLOEXEC))
        guard descriptor >= 0 else {
            throw .system("cannot watch sockets with epoll", remedy: "raise LimitNOFILE")
        }
    }

    deinit { close(descriptor) }

    /// Watches a descriptor until it is closed; `false` when the kernel has no room for it. O(log n).
    func add(_ watched: Int32, number: UInt64, for interest: Interest) -> Bool {
        argot_epoll_watch(descriptor, EPOLL_CTL_ADD, watched, interest.events, number) == 0
    }

    /// Watches a descriptor that was added for something else. O(log n).
    func change(_ watched: Int32, number: UInt64, to interest: Interest) {
        _ = argot_epoll_watch(descriptor, EPOLL_CTL_MOD, watched, interest.events, number)
    }

    /// Waits for at most so many milliseconds, -1 for ever; returns some of those that are ready, the others next time.
    func wait(milliseconds: Int32) -> [Event] {
        var ready = [argot_ready](repeating: argot_ready(), count: 64)
        // unsafe: fills at most the array.
        let count = unsafe argot_epoll_wait(descriptor, &ready, Int32(clamping: ready.count), milliseconds)
        let broken = EPOLLHUP.rawValue | EPOLLERR.rawValue
        return ready.prefix(max(0, Int(count))).map { event in
            Event(number: event.number, isBroken: event.events & broken != 0)
        }
    }
}
