import Glibc
public import Milter
public import Sockets
import Synchronization
import Threads

/// An engine that speaks the milter protocol itself, with epoll(7), on a few threads.
///
/// To a mail server it is libmilter, reply for reply. It costs less: a connection stays on one thread, whatever has come
/// is read at once, and the replies to it are sent in one go. A session's callbacks must not wait, since those of other
/// sessions wait for them. There may be many engines in a process.
public final class NativeEngine: MilterEngine {
    /// `native`.
    public var name: String { "native" }

    let core: EngineCore
    let gate: ListeningGate
    let shares: [ConnectionShare]
    let isStopping = StopFlag()
    let stateBox = Mutex<MilterEngineState>(.idle)
    private let isNetwork: Bool

    /// An engine on a listening socket.
    ///
    /// - Parameters:
    ///   - maximumSessions: how many sessions are filtered at once; further ones are left alone (accepted at CONNECT).
    ///   - idleTimeout: seconds after which a silent mail server's connection is given up.
    ///   - packetTimeout: seconds within which a packet that has begun must be complete, and replies must be taken.
    ///   - threads: how many threads serve, 1...64; as many as there are processors, at most four, if it is `nil`.
    ///   - report: is told what mail servers do wrong, once a second at most, and must not wait.
    ///   - negotiation: asked for each connection, on the engine's threads.
    ///   - makeSession: called at each CONNECT, on the engine's threads.
    /// - Throws: a `SocketError` when the system has no descriptors left.
    public init(
        listener: SocketListener, maximumSessions: Int, idleTimeout: UInt32 = 3_600, packetTimeout: UInt32 = 60,
        threads: Int? = nil, report: @escaping @Sendable (String) -> Void = { _ in },
        negotiation: @escaping @Sendable () -> MilterNegotiation,
        makeSession: @escaping @Sendable () -> any MilterSession
    ) throws(SocketError) {
        core = EngineCore(
            maximumSessions: maximumSessions, limits: ConnectionLimits(idle: idleTimeout, packet: packetTimeout),
            report: report, negotiation: negotiation, makeSession: makeSession)
        var shares: [ConnectionShare] = []
        let count = threads ?? min(4, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        for _ in 0..<min(max(count, 1), 64) { shares.append(try ConnectionShare()) }
        self.shares = shares
        gate = ListeningGate(listener, shares)
        guard fcntl(listener.descriptor, F_SETFL, O_NONBLOCK) == 0 else {
            throw .system("cannot set up a socket", remedy: "raise LimitNOFILE")
        }
        isNetwork = Self.isNetwork(listener.descriptor)
    }

    /// How far the engine is.
    public var state: MilterEngineState { stateBox.withLock { $0 } }

    /// What the engine has counted.
    public var counts: MilterCounts { core.counts }

    /// No signal is the engine's.
    public var ownsSignals: Bool { true }

    /// Every packet is checked before anything is made of it.
    public var checksPackets: Bool { true }

    /// Starts the threads, and lets connections in.
    ///
    /// - Throws: a `ThreadError` when the system has no thread left, a `SocketError` when it has no memory for epoll.
    public func start() throws {
        for index in shares.indices {
            let loop = ConnectionLoop(
                core: core, gate: gate, shares: shares, index: index, isStopping: isStopping, isNetwork: isNetwork)
            shares[index].began()
            do throws(ThreadError) {
                try Thread.start("argot-milter-\(index)") { loop.run() }
            } catch {
                shares[index].ended()
                // Fewer threads serve as well, one does.
                guard index > 0 else { throw error }
                break
            }
        }
        guard gate.open() else { throw SocketError.system("cannot watch the socket", remedy: "raise LimitNOFILE") }
        stateBox.withLock { $0 = .running }
    }

    /// Stops taking connections while file descriptors run out, and takes them again when there are some.
    ///
    /// - Returns: whether connections are taken.
    @discardableResult
    public func guardDescriptors() -> Bool { gate.guardDescriptors() }

    /// Stops without leaving a session unanswered: takes no new connections, waits for the sessions in progress, `seconds`
    /// at most, and ends the threads.
    public func drain(within seconds: Int) -> MilterDrainReport {
        gate.close()
        let report = core.places.drain(within: seconds) { connections }
        isStopping.set()
        for share in shares { share.wakeUp() }
        // A callback in progress ends first; they are short.
        for _ in 0..<1_000 where shares.contains(where: \.isServing) { usleep(5_000) }
        stateBox.withLock { $0 = .stopped(0) }
        return report
    }

    /// Whether a mail server would be answered now: connects to the engine's own socket, opens a milter conversation and
    /// waits for the answer. No session comes of it.
    public func answers(within seconds: Int) -> Bool {
        guard let client = try? SocketClient(toListener: gate.descriptor, timeout: seconds),
            let answer = try? client.exchange(MilterGreeting.bytes, limit: 4_096)
        else { return false }
        return MilterGreeting.isAnswered(by: answer)
    }

    /// How many connections are open, those included that have not negotiated.
    var connections: Int { shares.reduce(0) { $0 + $1.connections } }

    private static func isNetwork(_ descriptor: Int32) -> Bool {
        var address = sockaddr()
        var length = socklen_t(MemoryLayout<sockaddr>.size)
        // unsafe: getsockname fills the variable, of which only the family is read.
        guard unsafe getsockname(descriptor, &address, &length) == 0 else { return false }
        return address.sa_family != sa_family_t(AF_UNIX)
    }
}
