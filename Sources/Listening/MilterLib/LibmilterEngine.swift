import CMilter
import Glibc
import Synchronization
public import Milter
public import Sockets
public import Threads

/// The filter of this process: libmilter's main loop on a thread of its own, and the number of sessions in progress.
///
/// libmilter allows one filter per process and one run per filter. Beyond a number of sessions, further ones are left alone
/// (accepted at CONNECT), because libmilter starts a thread for every callback that blocks, without bound.
public final class LibmilterEngine: MilterEngine {
    /// `libmilter`.
    public var name: String { "libmilter" }

    let places: SessionPlaces
    let negotiation: @Sendable () -> MilterNegotiation
    let makeSession: @Sendable () -> any MilterSession
    let gate: AcceptGate

    private let failedReplies = Atomic<Int>(0)
    private let stateBox = Mutex<MilterEngineState>(.idle)
    /// Calls smfi_stop(), which may block. Its thread is there from the beginning: at the end there may be none left.
    let stopper = SerialWorker("argot-stop")

    private static let current = AtomicLazyReference<LibmilterEngine>()

    /// The server that callbacks belong to.
    static var registered: LibmilterEngine? { current.load() }

    /// A server on a listening socket.
    ///
    /// - Parameters:
    ///   - actions: the changes that sessions may ever ask for; libmilter wants them in advance.
    ///   - maximumSessions: how many sessions are filtered at once; further ones are left alone.
    ///   - negotiation: asked for each connection, on libmilter's threads.
    ///   - idleTimeout: seconds after which a silent mail server's connection is given up.
    ///   - makeSession: called at each CONNECT, on libmilter's threads.
    /// - Throws: ``Milter/MilterError/Code/alreadyRegistered`` for a second server in the process,
    ///   ``Milter/MilterError/Code/refusedByEngine`` or a `SocketError` when it cannot be set up.
    public init(
        name: String, listener: SocketListener, actions: MilterNegotiation.Actions = [], maximumSessions: Int,
        idleTimeout: Int32 = 3_600, negotiation: @escaping @Sendable () -> MilterNegotiation,
        makeSession: @escaping @Sendable () -> any MilterSession
    ) throws {
        self.negotiation = negotiation
        places = SessionPlaces(maximum: maximumSessions)
        self.makeSession = makeSession
        gate = try AcceptGate(listener: listener)
        guard Self.current.storeIfNil(self) === self else {
            throw MilterError(.alreadyRegistered, "libmilter allows one filter per process")
        }
        // unsafe: libmilter copies the table and the strings (smfi_register, smfi_setconn).
        var callbacks = CallbackTable.make()
        guard unsafe argot_milter_register(name, UInt(actions.rawValue | MilterNegotiation.setMacros), &callbacks) == 0,
            unsafe argot_milter_set_connection("fd:\(listener.descriptor)") == 0,
            argot_milter_set_timeout(idleTimeout) == 0
        else { throw MilterError(.refusedByEngine, "libmilter did not accept the filter \(name)") }
    }

    /// How far the main loop is.
    public var state: MilterEngineState { stateBox.withLock { $0 } }

    /// What the server has counted.
    public var counts: MilterCounts {
        var counts = places.counts
        counts.failedReplies = failedReplies.load(ordering: .relaxed)
        counts.repairedPackets = Int(clamping: argot_milter_repaired_packets())
        return counts
    }

    /// Whether signals reach the daemon: libmilter's signal thread was caught by our `sigwait`.
    public var ownsSignals: Bool { argot_milter_signals_are_ours() != 0 }

    /// Whether packets are checked before libmilter sees them; known once one was read, ``answers(within:)``'s at the
    /// latest. libmilter itself crashes on some that no mail server sends, but anybody who can connect.
    public var checksPackets: Bool { argot_milter_packets_are_ours() != 0 }

    /// Starts libmilter's main loop and waits, two seconds at most, until its signal thread has shown up.
    ///
    /// Block HUP, TERM and INT in the calling thread first; threads inherit the mask.
    ///
    /// - Throws: when the system has no thread left.
    public func start() throws(ThreadError) {
        stateBox.withLock { $0 = .running }
        do throws(ThreadError) {
            try Thread.start("argot-milter") { [self] in
                let status = argot_milter_main()
                stateBox.withLock { $0 = .stopped(status) }
            }
        } catch {
            stateBox.withLock { $0 = .idle }
            throw error
        }
        for _ in 0..<2_000 where !ownsSignals && state == .running { usleep(1_000) }
    }

    func replyFailed() { failedReplies.add(1, ordering: .relaxed) }
}
