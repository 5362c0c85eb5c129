import Glibc
import Synchronization

/// Serves many connections of a listening socket on one thread of its own, with epoll(7).
///
/// For the small services beside the filter: conversations whose answers are at hand at once, or are made elsewhere
/// meanwhile. What they may cost is bounded, and nobody keeps the others out: a peer that does not read its answers is
/// cut off, and where there is a limit of time, so is one that does not come to the point; when all places are taken,
/// the connection that has been idle for longest gives way, of the peer that has the most. What an event costs does not
/// depend on how many connections there are.
public final class SocketLoop: Sendable {
    private let listener: SocketListener
    private let limits: SocketLimits
    private let makeConversation: @Sendable (SocketPeer) -> any SocketConversation
    /// Where answers that were made elsewhere come in; closing it ends the loop.
    private let answers: LateAnswers
    private let readiness: SocketReadiness
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
        readiness = try SocketReadiness()
        guard fcntl(listener.descriptor, F_SETFL, O_NONBLOCK) == 0,
            readiness.add(answers.reading, number: Self.answersNumber, for: .reading),
            readiness.add(listener.descriptor, number: Self.listenerNumber, for: .reading)
        else { throw .system("cannot set up a socket", remedy: "raise LimitNOFILE") }
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

    /// The numbers of the two descriptors that are no connections.
    private static let (answersNumber, listenerNumber): (UInt64, UInt64) = (0, 1)

    fileprivate func run() {
        var places = SocketPlaces(limits)
        var buffer = [UInt8](repeating: 0, count: 16 * 1_024)
        var number = Self.listenerNumber
        /// Until when no connection is accepted, for lack of descriptors.
        var pause: ContinuousClock.Instant?
        var isAbsent = false
        var accepts = true
        while true {
            let absence = absence.withLock { $0.flatMap { $0 > .now ? $0 : nil } }
            if isAbsent != (absence != nil) {
                isAbsent.toggle()
                listener.hide(isAbsent)
                if isAbsent { for connection in places.removeAll() { Glibc.close(connection.descriptor) } }
            }
            if accepts != (pause == nil && !isAbsent && places.hasRoom) {
                accepts.toggle()
                readiness.change(listener.descriptor, number: Self.listenerNumber, to: accepts ? .reading : .nothing)
            }
            let events = readiness.wait(milliseconds: Self.milliseconds(until: [places.deadline, pause, absence]))
            // Taken before answers are made: what comes in while one of them takes long is not late.
            let now = ContinuousClock.now
            if let end = pause, end <= now { pause = nil }
            var hasNewcomers = false
            for event in events {
                switch event.number {
                case Self.answersNumber:
                    guard let late = answers.take() else { return end(&places) }
                    for (number, answer) in late {
                        attend(to: number, &places) { !$0.isWaiting || $0.takeUp(answer, limits) && send(&$0) }
                    }
                case Self.listenerNumber: hasNewcomers = true
                default: attend(to: event.number, &places) { serve(&$0, isBroken: event.isBroken, &buffer) }
                }
            }
            while let overdue = places.overdue(at: now) { close(overdue, &places) }
            if hasNewcomers, accepts, !accept(&places, &number) {
                // Without descriptors the connection stays in the backlog; looking again at once would spin.
                pause = now.advanced(by: .milliseconds(100))
            }
            open.store(places.count, ordering: .relaxed)
        }
    }

    private func end(_ places: inout SocketPlaces) {
        for connection in places.removeAll() { Glibc.close(connection.descriptor) }
        open.store(0, ordering: .relaxed)
        answers.closeReading()
    }

    private func close(_ number: UInt64, _ places: inout SocketPlaces) {
        if let connection = places.remove(number) { Glibc.close(connection.descriptor) }
    }

    /// Accepts some of those who wait; returns whether there were descriptors enough.
    private func accept(_ places: inout SocketPlaces, _ number: inout UInt64) -> Bool {
        // A few at a time, so that each is heard before it could have to give way to a later one.
        for _ in 0..<max(1, limits.connections / 4) {
            guard places.hasRoom else { break }
            let descriptor = Glibc.accept(listener.descriptor, nil, nil)
            guard descriptor >= 0 else { return errno != EMFILE && errno != ENFILE }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            if let surplus = places.surplus {
                close(surplus, &places)
                evicted.add(1, ordering: .relaxed)
            }
            number += 1
            let connection = SocketConnection(descriptor, number: number, conversation: makeConversation, limits)
            guard readiness.add(descriptor, number: number, for: connection.interest) else {
                Glibc.close(descriptor)
                return false
            }
            places.add(connection)
        }
        return true
    }

    /// Does something with a connection, if it is still there, and closes it when that returns `false`.
    private func attend(to number: UInt64, _ places: inout SocketPlaces, _ body: (inout SocketConnection) -> Bool) {
        let continues = places.with(number) { connection in
            let before = connection.interest
            guard body(&connection) else { return false }
            if connection.interest != before {
                readiness.change(connection.descriptor, number: number, to: connection.interest)
            }
            return true
        }
        if continues == false { close(number, &places) }
    }

    /// How long epoll_wait(2) may wait: until the first deadline, or for ever.
    private static func milliseconds(until deadlines: [ContinuousClock.Instant?]) -> Int32 {
        guard let first = deadlines.lazy.compactMap({ $0 }).min() else { return -1 }
        let (seconds, attoseconds) = ContinuousClock.now.duration(to: first).components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return Int32(clamping: min(seconds, 1_000_000) * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    /// Reads or writes once; returns whether the connection continues.
    private func serve(_ connection: inout SocketConnection, isBroken: Bool, _ buffer: inout [UInt8]) -> Bool {
        // Whoever hangs up while its answer is made elsewhere does not want it.
        if connection.isWaiting { return !isBroken }
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
        return send(&connection)
    }

    /// Sends what there is to be sent, as far as the peer takes it; returns whether the connection continues.
    private func send(_ connection: inout SocketConnection) -> Bool {
        while !connection.output.isEmpty {
            // unsafe: the bytes are sent before the slice changes.
            let count = unsafe connection.output.withUnsafeBytes { bytes in
                unsafe Glibc.send(connection.descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
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
