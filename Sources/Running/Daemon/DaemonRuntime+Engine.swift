import Configuration
import Milter
import MilterLib
import Sockets

/// The choice of what serves mail servers: the one place in the daemon that names an engine.
extension DaemonRuntime {
    /// An engine on a listening socket, with sessions of argotd's own.
    static func engine(
        _ configuration: Configuration, listener: SocketListener,
        negotiation: @escaping @Sendable () -> MilterNegotiation,
        makeSession: @escaping @Sendable () -> any MilterSession
    ) throws -> any MilterEngine {
        try LibmilterEngine(
            name: "argot", listener: listener, maximumSessions: configuration.maximumSessions, negotiation: negotiation,
            makeSession: makeSession)
    }

    /// Hands what the engine's library has to report to `body`, which must not wait.
    static func handOverReports(to body: @escaping @Sendable (_ isProblem: Bool, _ text: String) -> Void) {
        LibmilterReport.handOver { body($0.isProblem, $0.text) }
    }
}
