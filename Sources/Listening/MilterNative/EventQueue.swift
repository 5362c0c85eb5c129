import CEpoll
import Glibc
import Sockets

/// Which of a thread's descriptors are ready, by epoll(7): a wait costs what is ready, not what there is.
final class EventQueue: Sendable {
    /// What a descriptor is watched for. That its peer hangs up is always told.
    enum Interest {
        case reading, writing

        fileprivate var events: UInt32 { self == .reading ? EPOLLIN.rawValue : EPOLLOUT.rawValue }
    }

    private let descriptor: Int32

    init() throws(SocketError) {
        descriptor = epoll_create1(Int32(O_CLOEXEC))
        guard descriptor >= 0 else {
            throw .system("cannot watch sockets with epoll", remedy: "raise LimitNOFILE")
        }
    }

    deinit { close(descriptor) }

    /// Watches a descriptor for being readable until it is closed; `false` when the kernel has no room for it.
    func add(_ watched: Int32) -> Bool { watch(watched, EPOLL_CTL_ADD, EPOLLIN.rawValue) }

    /// Watches a listening descriptor that other queues watch too: a connection wakes one of them.
    func addShared(_ watched: Int32) -> Bool {
        watch(watched, EPOLL_CTL_ADD, EPOLLIN.rawValue | EPOLLEXCLUSIVE.rawValue)
    }

    /// Watches a descriptor that was added for something else.
    func change(_ watched: Int32, to interest: Interest) { _ = watch(watched, EPOLL_CTL_MOD, interest.events) }

    /// Watches a descriptor no longer.
    func remove(_ watched: Int32) { _ = watch(watched, EPOLL_CTL_DEL, 0) }

    /// Waits until a descriptor is ready, for at most so many milliseconds, -1 for ever; returns how many of `ready` are
    /// filled in.
    func wait(_ ready: inout [argot_ready], milliseconds: Int32) -> Int {
        // unsafe: fills at most the array.
        max(0, Int(unsafe argot_epoll_wait(descriptor, &ready, Int32(clamping: ready.count), milliseconds)))
    }

    private func watch(_ watched: Int32, _ operation: Int32, _ events: UInt32) -> Bool {
        argot_epoll_watch(descriptor, operation, watched, events, UInt64(UInt32(bitPattern: watched))) == 0
    }
}
