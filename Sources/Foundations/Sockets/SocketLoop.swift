import Glibc
import Synchronization

/// Serves many connections of a listening socket on one thread of its own, with poll(2).
///
/// For the small services beside the filter: conversations whose answers are at hand at once, or are made elsewhere
/// meanwhile. What they may cost is bounded, and nobody keeps the others out: a peer that does not read its answers is
/// cut off, and where there is a limit of time, so is one that does not come to the point; when all places are taken,
/// the connection that has been idle for longest gives way, of the peer that has the most.
public final class SocketLoop: Sendable {
    private let listener: SocketListener
    private let limits: SocketLimits
    private let makeConversation: @Sendable (SocketPeer) -> any SocketConversation
    /// Where answers that were made elsewhere come in; closing it ends the loop.
    private let answers: LateAnswers
    private let isStopping = Mutex(true)
    /// Until when the loop is not there, if it was told so.
    private let absence = Mutex<ContinuousClock.Instant?>(nil)
    private let open = Atomic<Int>(0)
    private let evicted = Atomic<Int>(0)

    /// A loop on `listener` that has not begun.
    public convenience init(
        listener: SocketListener, limits: SocketLimits = SocketLimits(),
        makeConversation: @escaping @Sendable () -> any SocketConversation
    ) throws(SocketError) {
        try self.init(listener: listener, limits: limits, conversationWith: { _ in makeConversation() })
    }

    /// A loop on `listener` that has not begun, whose conversations know their peers.
    public init(
        listener: SocketListener, limits: SocketLimits = SocketLimits(),
        conversationWith makeConversation: @escaping @Sendable (SocketPeer) -> any SocketConversation
    ) throws(SocketError) {
        self.listener = listener
        self.limits = limits
        self.makeConversation = makeConversation
        answers = try LateAnswers()
        guard fcntl(listener.descriptor, F_SETFL, O_NONBLOCK) == 0 else {
            throw .system("cannot set up a socket", remedy: "raise LimitNOFILE")
        }
    }

    /// How many connections are open.
    public var connectionCount: Int { open.load(ordering: .relaxed) }

    /// How many idle connections have been closed to make room since the start.
    public var evictedCount: Int { evicted.load(ordering: .relaxed) }

    /// Begins to serve.
    public func start() throws(SocketError) {
        isStopping.withLock { $0 = false }
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        // unsafe: the thread takes over the reference made for it.
        let status = unsafe pthread_create(&thread, nil, socketLoopMain, context)
        guard status == 0 else {
            unsafe Unmanaged<SocketLoop>.fromOpaque(context).release()
            throw SocketError(.system, "cannot start a thread: raise TasksMax")
        }
        pthread_detach(thread)
    }

    /// Is not there for a while: closes all connections, and clients find no socket. Zero ends an earlier pause. Where somebody
    /// else holds the socket, connections wait.
    public func pause(for duration: Duration) {
        absence.withLock { $0 = .now + max(.zero, duration) }
        // No connection has this number: it only wakes the loop.
        answers.put(SocketAnswer(), for: 0)
    }

    /// Ends the loop soon, closes its connections, and removes the socket file. Does not wait.
    public func stop() {
        let isRunning = isStopping.withLock { isStopping in
            defer { isStopping = true }
            return !isStopping
        }
        guard isRunning else { return }
        answers.close()
        if !listener.isInherited { listener.unlinkPath() }
    }

    fileprivate func run() {
        var connections: [SocketConnection] = []
        var polled = [pollfd]()
        var buffer = [UInt8](repeating: 0, count: 16 * 1_024)
        var number: UInt64 = 0
        /// Until when no connection is accepted, for lack of descriptors.
        var pause: ContinuousClock.Instant?
        var isAbsent = false
        while true {
            let absence = absence.withLock { $0.flatMap { $0 > .now ? $0 : nil } }
            if isAbsent != (absence != nil) {
                isAbsent.toggle()
                listener.hide(isAbsent)
                for connection in connections where isAbsent { Glibc.close(connection.descriptor) }
                if isAbsent { connections.removeAll() }
            }
            polled.removeAll(keepingCapacity: true)
            polled.append(pollfd(fd: answers.reading, events: Int16(POLLIN), revents: 0))
            let accepts =
                pause == nil && !isAbsent
                && (connections.count < limits.connections || connections.contains { $0.isIdle })
            polled.append(pollfd(fd: accepts ? listener.descriptor : -1, events: Int16(POLLIN), revents: 0))
            for connection in connections {
                polled.append(pollfd(fd: connection.descriptor, events: connection.events, revents: 0))
            }
            // unsafe: poll writes into the array it is given.
            let count = unsafe poll(
                &polled, nfds_t(polled.count),
                Self.milliseconds(until: connections.compactMap(\.deadline) + [pause, absence]))
            if count < 0 { continue }
            // Taken before answers are made: what comes in while one of them takes long is not late.
            let now = ContinuousClock.now
            if let end = pause, end <= now { pause = nil }
            var answered: Set<Int> = []
            if polled[0].revents != 0 {
                guard let late = answers.take() else { break }
                for (number, answer) in late {
                    if let index = connections.firstIndex(where: { $0.number == number && $0.isWaiting }) {
                        connections[index].takeUp(answer, limits)
                        answered.insert(index)
                    }
                }
            }
            var ended: [Int] = []
            for index in connections.indices {
                let revents = polled[index + 2].revents
                if revents != 0 || answered.contains(index) {
                    if !serve(&connections[index], revents, &buffer) { ended.append(index) }
                } else if let deadline = connections[index].deadline, deadline <= now {
                    ended.append(index)
                }
            }
            for index in ended.reversed() { Glibc.close(connections.remove(at: index).descriptor) }
            if polled[1].revents != 0 {
                // A few at a time, so that each is heard before it could have to give way to a later one.
                for _ in 0..<max(1, limits.connections / 4) {
                    let descriptor = Glibc.accept(listener.descriptor, nil, nil)
                    guard descriptor >= 0 else {
                        // Without descriptors the connection stays in the backlog; looking again at once would spin.
                        if errno == EMFILE || errno == ENFILE { pause = now.advanced(by: .milliseconds(100)) }
                        break
                    }
                    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
                    if connections.count >= limits.connections { makeRoom(in: &connections) }
                    number += 1
                    connections.append(
                        SocketConnection(descriptor, number: number, conversation: makeConversation, limits))
                }
            }
            open.store(connections.count, ordering: .relaxed)
        }
        for connection in connections { Glibc.close(connection.descriptor) }
        open.store(0, ordering: .relaxed)
        answers.closeReading()
    }

    /// Closes the connection that has been idle for longest, of the peer that has the most idle ones.
    private func makeRoom(in connections: inout [SocketConnection]) {
        var idle: [SocketPeer: Int] = [:]
        for connection in connections where connection.isIdle { idle[connection.peer, default: 0] += 1 }
        guard let most = idle.values.max() else { return }
        let index = connections.indices.filter { connections[$0].isIdle && idle[connections[$0].peer] == most }
            .min { connections[$0].idleSince < connections[$1].idleSince }
        guard let index else { return }
        Glibc.close(connections.remove(at: index).descriptor)
        evicted.add(1, ordering: .relaxed)
    }

    /// How long poll(2) may wait: until the first deadline, or for ever.
    private static func milliseconds(until deadlines: [ContinuousClock.Instant?]) -> Int32 {
        guard let first = deadlines.lazy.compactMap({ $0 }).min() else { return -1 }
        let (seconds, attoseconds) = ContinuousClock.now.duration(to: first).components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return Int32(clamping: min(seconds, 1_000_000) * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    /// Reads or writes once; returns whether the connection continues.
    private func serve(_ connection: inout SocketConnection, _ revents: Int16, _ buffer: inout [UInt8]) -> Bool {
        // Whoever hangs up while its answer is made elsewhere does not want it.
        if connection.isWaiting { return revents & Int16(POLLHUP | POLLERR) == 0 }
        if connection.output.isEmpty {
            // unsafe: read fills at most the buffer.
            let count = unsafe read(connection.descriptor, &buffer, buffer.count)
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            if count == 0 { return false }
            let answer = connection.conversation.received(buffer.span.extracting(0..<count))
            if let work = answer.work {
                connection.wait()
                work { [answers, number = connection.number] in answers.put($0, for: number) }
                return true
            }
            guard connection.takeUp(answer, limits) else { return false }
        }
        while !connection.output.isEmpty {
            // unsafe: the bytes are sent before the slice changes.
            let count = unsafe connection.output.withUnsafeBytes { bytes in
                unsafe send(connection.descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            connection.output = connection.output.dropFirst(count)
        }
        return !connection.closes
    }
}

/// The thread's entry. pthread_create(3) takes a function that captures nothing.
private func socketLoopMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context else { return nil }
    // unsafe: balances the reference taken in start().
    let loop = unsafe Unmanaged<SocketLoop>.fromOpaque(context).takeRetainedValue()
    loop.run()
    return nil
}
