import FakeMTA
import Foundation
import Milter
import MilterNative
import SMTP
import Sockets

/// A native engine in the test's own process, with sessions that do as they are told.
final class EngineLab: Sendable {
    /// What sessions do.
    struct Behaviour: Sendable {
        /// Called at MAIL, on the engine's thread.
        var atMail: @Sendable () -> Void = {}
        /// Called at the end of the session.
        var atClose: @Sendable () -> Void = {}
        /// What replaces a body.
        var body: [UInt8]?
        /// What is answered to RCPT.
        var recipient: MilterResponse = .continue
    }

    let directory: TemporaryDirectory
    let socket: String
    let engine: NativeEngine

    init(
        _ behaviour: Behaviour = Behaviour(), threads: Int = 2, idleTimeout: UInt32 = 3_600, packetTimeout: UInt32 = 60,
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        directory = try TemporaryDirectory()
        let path = directory.file("socket")
        socket = "unix:" + path
        engine = try NativeEngine(
            listener: SocketListener(.unix(path: path)), maximumSessions: 100_000, idleTimeout: idleTimeout,
            packetTimeout: packetTimeout, threads: threads, report: report,
            negotiation: { MilterNegotiation(actions: .all, unanswered: [.header]) },
            makeSession: { Session(behaviour) })
        try engine.start()
    }

    deinit { _ = engine.drain(within: 0) }

    private final class Session: MilterSession {
        private let behaviour: Behaviour
        init(_ behaviour: Behaviour) { self.behaviour = behaviour }

        func mail(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
            behaviour.atMail()
            return .continue
        }

        func close() { behaviour.atClose() }

        func recipient(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
            behaviour.recipient
        }

        func endOfMessage(_ context: borrowing MilterMessageContext) -> MilterResponse {
            if let body = behaviour.body { try? context.replaceBody(with: body) }
            return .continue
        }
    }

    static let peer = ClientPeer(name: "host.example", ip: "192.0.2.1", port: 4242)

    /// How many descriptors this process has open.
    static var descriptors: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1 }

    /// How many bytes of this process are resident.
    static var resident: Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
            * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Waits until something is so.
    static func eventually(_ condition: () -> Bool) -> Bool {
        let limit = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < limit {
            if condition() { return true }
            usleep(2_000)
        }
        return condition()
    }
}
