import Foundation

/// Waits for a file to grow, by inotify(7).
struct FileWatch: ~Copyable {
    private let descriptor: Int32

    /// Watches a file from now on; it must exist.
    init(_ path: String) throws(FakeMTAError) {
        descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard descriptor >= 0 else { throw .system(call: "inotify_init1", errno: errno) }
        guard inotify_add_watch(descriptor, path, UInt32(IN_MODIFY)) >= 0 else {
            throw .system(call: "inotify_add_watch", errno: errno)
        }
    }

    deinit { close(descriptor) }

    /// Returns when the condition holds, which is tried at once and after each change.
    func wait(until deadline: Deadline, for purpose: String, _ condition: () -> Bool) throws(FakeMTAError) {
        var events = [UInt8](repeating: 0, count: 4096)
        while !condition() {
            var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let polled = poll(&state, 1, deadline.remainingMilliseconds)
            guard polled != 0 else { throw .timedOut(awaiting: purpose) }
            if polled > 0 { _ = read(descriptor, &events, events.count) }
        }
    }
}
