import CEpoll
import Glibc
import Sockets
import Synchronization

/// The listening socket between the threads that accept: it can be shut for a while, and for good.
final class ListeningGate: Sendable {
    private enum State {
        case idle, open, shut, closed
    }

    private let listener: SocketListener
    private let shares: [ConnectionShare]
    private let state = Mutex(State.idle)

    init(_ listener: SocketListener, _ shares: [ConnectionShare]) {
        self.listener = listener
        self.shares = shares
    }

    var descriptor: Int32 { listener.descriptor }

    /// Lets connections in.
    ///
    /// - Returns: whether it is open.
    @discardableResult
    func open() -> Bool {
        state.withLock { state in
            if state == .idle || state == .shut {
                guard shares.allSatisfy({ $0.queue.addShared(listener.descriptor) }) else {
                    for share in shares { share.queue.remove(listener.descriptor) }
                    return false
                }
                state = .open
            }
            return state == .open
        }
    }

    /// Accepts a connection for the thread of `share`, which counts it; `nil` when there is none, or none is to be taken.
    ///
    /// Once ``close()`` has returned, every connection that was accepted is counted.
    func accept(for share: ConnectionShare) -> Int32? {
        let (descriptor, error) = state.withLock { state -> (Int32, Int32) in
            guard state == .open else { return (-1, 0) }
            let descriptor = argot_accept(listener.descriptor)
            guard descriptor >= 0 else { return (-1, errno) }
            share.connectionBegan()
            return (descriptor, 0)
        }
        // Without descriptors connections stay in the backlog; looking again at once would spin.
        if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error) { shut() }
        return descriptor < 0 ? nil : descriptor
    }

    /// Leaves connections in the backlog for a while.
    func shut() {
        state.withLock { state in
            guard state == .open else { return }
            for share in shares { share.queue.remove(listener.descriptor) }
            state = .shut
        }
    }

    /// Takes no more connections, for good. A socket that nobody else holds disappears, so that mail servers turn to their
    /// default action at once instead of waiting.
    func close() {
        state.withLock { state in
            guard state != .closed else { return }
            for share in shares { share.queue.remove(listener.descriptor) }
            state = .closed
            if !listener.isInherited { listener.unlinkPath() }
            // The descriptor is the listener's, and stays one until the listener goes; the socket behind it does not.
            if let other = try? SocketListener.socket(family: AF_UNIX) {
                _ = dup2(other, listener.descriptor)
                Glibc.close(other)
            }
        }
    }

    /// Shuts when few descriptors are left, and opens when there are some again.
    ///
    /// - Returns: whether it is open.
    func guardDescriptors() -> Bool {
        switch DescriptorReserve.now {
        case .scarce: shut()
        case .some: break
        case .plenty: return open()
        }
        return state.withLock { $0 == .open }
    }
}
