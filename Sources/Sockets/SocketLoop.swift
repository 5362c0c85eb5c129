import Glibc
import Synchronization

/// Serves many connections of a listening socket on one thread of its own, with poll(2).
///
/// For the small services beside the filter: conversations whose answers are at hand at once. What they may cost is
/// bounded: connections beyond the limit wait in the backlog, a peer that does not read its answers is cut off, and where
/// there is a limit of time, so is one that does not come to the point: nobody keeps the others out.
public final class SocketLoop: Sendable {
    private let listener: SocketListener
    private let maximumConnections: Int
    private let patience: Duration?
    private let makeConversation: @Sendable () -> any SocketConversation
    /// A pipe whose closing end ends the loop.
    private let wake: (reading: Int32, writing: Int32)
    private let isStopping = Mutex(true)
    private let open = Atomic<Int>(0)

    /// The most bytes that may wait to be sent to one peer.
    public static let maximumPendingBytes = 1 << 20

    /// A loop on `listener` that has not begun.
    ///
    /// - Parameter patience: how long a peer may take to be answered for the first time, and again to take each answer;
    ///   `nil` for ever.
    public init(
        listener: SocketListener, maximumConnections: Int = 1_000, patience: Duration? = nil,
        makeConversation: @escaping @Sendable () -> any SocketConversation
    ) throws(SocketError) {
        self.listener = listener
        self.maximumConnections = maximumConnections
        self.patience = patience
        self.makeConversation = makeConversation
        var ends: [Int32] = [-1, -1]
        // unsafe: pipe fills the array of two.
        guard unsafe pipe(&ends) == 0, fcntl(listener.descriptor, F_SETFL, O_NONBLOCK) == 0 else {
            throw .system("cannot set up a socket", remedy: "raise LimitNOFILE")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        wake = (ends[0], ends[1])
    }

    /// How many connections are open.
    public var connectionCount: Int { open.load(ordering: .relaxed) }

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

    /// Ends the loop soon, closes its connections, and removes the socket file. Does not wait.
    public func stop() {
        let isRunning = isStopping.withLock { isStopping in
            defer { isStopping = true }
            return !isStopping
        }
        guard isRunning else { return }
        close(wake.writing)
        if !listener.isInherited { listener.unlinkPath() }
    }

    private struct Connection {
        let descriptor: Int32
        var conversation: any SocketConversation
        var output: ArraySlice<UInt8> = []
        var closes = false
        /// When patience ends; `nil` for never.
        var deadline: ContinuousClock.Instant?
    }

    fileprivate func run() {
        var connections: [Connection] = []
        var polled = [pollfd]()
        var buffer = [UInt8](repeating: 0, count: 16 * 1_024)
        while true {
            polled.removeAll(keepingCapacity: true)
            polled.append(pollfd(fd: wake.reading, events: Int16(POLLIN), revents: 0))
            let accepts = connections.count < maximumConnections
            polled.append(pollfd(fd: accepts ? listener.descriptor : -1, events: Int16(POLLIN), revents: 0))
            for connection in connections {
                let events = connection.output.isEmpty ? POLLIN : POLLOUT
                polled.append(pollfd(fd: connection.descriptor, events: Int16(events), revents: 0))
            }
            // unsafe: poll writes into the array it is given.
            let count = unsafe poll(&polled, nfds_t(polled.count), Self.milliseconds(until: connections))
            if count < 0 { continue }
            if polled[0].revents != 0 { break }
            // Taken before answers are made: what comes in while one of them takes long is not late.
            let now = ContinuousClock.now
            var ended: [Int] = []
            for index in connections.indices {
                if polled[index + 2].revents != 0 {
                    if !serve(&connections[index], &buffer) { ended.append(index) }
                } else if let deadline = connections[index].deadline, deadline <= now {
                    ended.append(index)
                }
            }
            for index in ended.reversed() { close(connections.remove(at: index).descriptor) }
            if polled[1].revents != 0 { accept(into: &connections) }
            open.store(connections.count, ordering: .relaxed)
        }
        for connection in connections { close(connection.descriptor) }
        open.store(0, ordering: .relaxed)
        close(wake.reading)
    }

    /// How long poll(2) may wait: until the first deadline, or for ever.
    private static func milliseconds(until connections: [Connection]) -> Int32 {
        guard let first = connections.lazy.compactMap(\.deadline).min() else { return -1 }
        let (seconds, attoseconds) = ContinuousClock.now.duration(to: first).components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return Int32(clamping: min(seconds, 1_000_000) * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    private var deadline: ContinuousClock.Instant? { patience.map { ContinuousClock.now.advanced(by: $0) } }

    private func accept(into connections: inout [Connection]) {
        while connections.count < maximumConnections {
            let descriptor = Glibc.accept(listener.descriptor, nil, nil)
            guard descriptor >= 0 else {
                // Without descriptors the connection stays in the backlog; looking again at once would spin.
                if errno == EMFILE || errno == ENFILE { usleep(100_000) }
                return
            }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            connections.append(
                Connection(descriptor: descriptor, conversation: makeConversation(), deadline: deadline))
        }
    }

    /// Reads or writes once; returns whether the connection goes on.
    private func serve(_ connection: inout Connection, _ buffer: inout [UInt8]) -> Bool {
        if connection.output.isEmpty {
            // unsafe: read fills at most the buffer.
            let count = unsafe read(connection.descriptor, &buffer, buffer.count)
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            if count == 0 { return false }
            let answer = connection.conversation.received(buffer.span.extracting(0..<count))
            connection.output = answer.bytes[...]
            connection.closes = answer.closes
            guard connection.output.count <= Self.maximumPendingBytes else { return false }
            if !connection.output.isEmpty { connection.deadline = deadline }
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
