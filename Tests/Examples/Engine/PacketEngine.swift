import Glibc
import Milter
import Sockets
import Synchronization

/// Speaks the milter protocol itself, on one thread: the example of "Adding an engine".
///
/// It makes no changes of messages and has no limit of sessions; all else that a session sees is as under any engine.
package final class PacketEngine: MilterEngine {
    /// What all connections share.
    final class Shared: Sendable {
        let negotiation: @Sendable () -> MilterNegotiation
        let makeSession: @Sendable () -> any MilterSession
        let counts = Mutex(MilterCounts())
        let isDraining = Atomic<Bool>(false)

        init(
            negotiation: @escaping @Sendable () -> MilterNegotiation,
            makeSession: @escaping @Sendable () -> any MilterSession
        ) {
            self.negotiation = negotiation
            self.makeSession = makeSession
        }

        func sessionBegan() {
            counts.withLock {
                $0.active += 1
                $0.begun += 1
            }
        }

        func sessionEnded() { counts.withLock { $0.active -= 1 } }
    }

    package let name: String
    private let socket: SocketName
    private let shared: Shared
    private let loop: SocketLoop
    private let stateBox = Mutex(MilterEngineState.idle)

    /// An engine on a listening socket.
    package init(
        name: String, listener: SocketListener, negotiation: @escaping @Sendable () -> MilterNegotiation,
        makeSession: @escaping @Sendable () -> any MilterSession
    ) throws(SocketError) {
        self.name = name
        socket = listener.socket
        let shared = Shared(negotiation: negotiation, makeSession: makeSession)
        self.shared = shared
        loop = try SocketLoop(listener: listener) { PacketConversation(PacketConnection(shared)) }
    }

    package var state: MilterEngineState { stateBox.withLock { $0 } }
    package var counts: MilterCounts { shared.counts.withLock { $0 } }
    package var ownsSignals: Bool { true }
    package var checksPackets: Bool { true }

    package func start() throws {
        try loop.start()
        stateBox.withLock { $0 = .running }
    }

    package func drain(within seconds: Int) -> MilterDrainReport {
        shared.isDraining.store(true, ordering: .relaxed)
        let underWay = counts.active
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        while counts.active > 0, ContinuousClock.now < end { usleep(1_000) }
        loop.stop()
        stateBox.withLock { $0 = .stopped(0) }
        return MilterDrainReport(underWay: underWay, abandoned: counts.active)
    }

    package func guardDescriptors() -> Bool { true }

    package func answers(within seconds: Int) -> Bool {
        let offer = Packet.bytes("O", [6, 0, 0].flatMap { Packet.bytes(of: $0) }) + Packet.bytes("Q")
        guard let client = try? SocketClient(socket, timeout: seconds), let answer = try? client.exchange(offer) else {
            return false
        }
        return answer.count > 4 && answer[4] == UInt8(ascii: "O")
    }
}
