import Configuration
import Milter
import MilterLib
import MilterNative
import Sockets

/// The choice of what serves mail servers: the one place in the daemon that names an engine.
extension DaemonRuntime {
    /// The engine of the configuration on a listening socket, with sessions of argotd's own.
    ///
    /// - Parameter report: is told what the engine has to say of mail servers and of itself, and must not wait.
    static func engine(
        _ configuration: Configuration, listener: SocketListener,
        report: @escaping @Sendable (_ isProblem: Bool, _ text: String) -> Void,
        negotiation: @escaping @Sendable () -> MilterNegotiation,
        makeSession: @escaping @Sendable () -> any MilterSession
    ) throws -> any MilterEngine {
        switch configuration.milterEngine {
        case .libmilter:
            LibmilterReport.handOver { report($0.isProblem, "libmilter: \($0.text)") }
            return try LibmilterEngine(
                name: "argot", listener: listener, maximumSessions: configuration.maximumSessions,
                negotiation: negotiation, makeSession: makeSession)
        case .native:
            // Sessions wait for nothing but what argot-tap tells, for milliseconds; the more threads, the fewer wait along.
            return try NativeEngine(
                listener: listener, maximumSessions: configuration.maximumSessions,
                threads: configuration.tapSocket.isEmpty ? nil : 16,
                report: { report(true, "a mail server, or something else that reaches the socket, sends \($0)") },
                negotiation: negotiation, makeSession: makeSession)
        }
    }
}
