import CEpoll
import Glibc
import Sockets
import Synchronization

/// One of an engine's threads: accepts connections, and serves those that are its own from beginning to end.
struct ConnectionLoop: Sendable {
    let core: EngineCore
    let gate: ListeningGate
    let shares: [ConnectionShare]
    /// Which of `shares` is the thread's.
    let index: Int
    /// Ends the threads once their shares are woken.
    let isStopping: StopFlag
    /// Whether connections come over the network.
    let isNetwork: Bool

    /// Runs until the engine stops.
    func run() {
        let share = shares[index]
        let replies = NativeConnection.Replies()
        /// By descriptor.
        var connections: [NativeConnection?] = []
        var ready = [argot_ready](repeating: argot_ready(), count: 128)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let interval = max(1, min(core.limits.idle, core.limits.packet) / 4)
        var swept = Self.seconds
        while !isStopping.isSet {
            let wait = share.connections == 0 ? -1 : Int32(clamping: interval) * 1_000
            let count = share.queue.wait(&ready, milliseconds: wait)
            let now = Self.seconds
            for event in 0..<count {
                let descriptor = Int32(truncatingIfNeeded: ready[event].number)
                if descriptor == gate.descriptor {
                    // Among many events a look costs more than a call that may be in vain.
                    accept(count < 8 ? 1 : 8, share, replies, &connections, now)
                } else if descriptor == share.alarm {
                    for handedOver in share.takeHandedOver() {
                        add(handedOver, share, replies, &connections, now)
                    }
                } else if let place = Int(exactly: descriptor), place < connections.count,
                    let connection = connections[place]
                {
                    let wasBlocked = connection.isBlocked
                    if !serve(connection, isBlocked: wasBlocked, &buffer, now) {
                        close(connection, share, &connections)
                    } else if connection.isBlocked != wasBlocked {
                        share.queue.change(descriptor, to: wasBlocked ? .reading : .writing)
                    }
                }
            }
            if now &- swept >= interval {
                swept = now
                for case let connection? in connections where connection.isOverdue(at: now) {
                    close(connection, share, &connections)
                }
            }
        }
        // Sessions that are given up are told nothing, as under libmilter: an end of ours is not their client's doing.
        for case let connection? in connections { close(connection, share, &connections) }
        for descriptor in share.takeHandedOver() { Glibc.close(descriptor) }
        share.ended()
    }

    private func serve(
        _ connection: NativeConnection, isBlocked: Bool, _ buffer: inout [UInt8], _ now: UInt32
    ) -> Bool {
        if isBlocked { return connection.writable(at: now) }
        switch connection.socket.receive(into: &buffer) {
        case .bytes(let count): return connection.received(buffer.span.extracting(0..<count), at: now)
        case .nothing: return true
        case .end: return connection.fail()
        }
    }

    /// Accepts some of those who wait. A few at a time: what the others have sent comes first.
    private func accept(
        _ most: Int, _ share: ConnectionShare, _ replies: NativeConnection.Replies,
        _ connections: inout [NativeConnection?], _ now: UInt32
    ) {
        for _ in 0..<most {
            guard let descriptor = gate.accept(for: share) else { return }
            if isNetwork { prepare(descriptor) }
            // Connections stay where they are: a mail server with a few that last must not have them all on one thread.
            var least = share
            for other in shares where other.isServing && other.connections < least.connections { least = other }
            if share.connections > 2 * least.connections + 2 {
                least.handOver(descriptor)
                share.connectionEnded()
            } else {
                add(descriptor, share, replies, &connections, now)
            }
        }
    }

    /// A connection over the network shows that its peer is gone, and sends replies at once.
    private func prepare(_ descriptor: Int32) {
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        // unsafe: setsockopt reads the variable.
        unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, size)
        unsafe _ = setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
    }

    private func add(
        _ descriptor: Int32, _ share: ConnectionShare, _ replies: NativeConnection.Replies,
        _ connections: inout [NativeConnection?], _ now: UInt32
    ) {
        guard let place = Int(exactly: descriptor), share.queue.add(descriptor) else {
            Glibc.close(descriptor)
            return share.connectionEnded()
        }
        while connections.count <= place { connections.append(nil) }
        connections[place] = NativeConnection(descriptor, core: core, replies: replies, at: now)
    }

    private func close(
        _ connection: NativeConnection, _ share: ConnectionShare, _ connections: inout [NativeConnection?]
    ) {
        connections[Int(connection.socket.descriptor)] = nil
        connection.socket.close()
        share.connectionEnded()
    }

    /// Seconds of a clock that nobody sets.
    private static var seconds: UInt32 {
        var time = timespec()
        // unsafe: clock_gettime fills the variable.
        unsafe _ = clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        return UInt32(truncatingIfNeeded: time.tv_sec)
    }
}

/// Whether the threads are to end.
final class StopFlag: Sendable {
    private let flag = Atomic<Bool>(false)
    var isSet: Bool { flag.load(ordering: .acquiring) }
    func set() { flag.store(true, ordering: .releasing) }
}
