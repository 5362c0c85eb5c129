import Control
import Configuration
import Logging
import PolicyService
import Sockets
import WireHook

/// The small services beside the filter: the policy service, the control socket, the metrics port. Each has a thread
/// only if it is switched on.
struct DaemonServices {
    private let loops: [(name: String, loop: SocketLoop)]

    /// A request is sent in one go; long lists make long answers.
    private static let limits = SocketLimits(connections: 64, patience: .seconds(10), answerBytes: 16 << 20)

    /// The users that may be a tap: argot-tap's, the daemon's own, and root.
    private static func tapUsers() -> Set<UInt32> {
        var users: Set<UInt32> = [0, SocketPeer.ownUser]
        if let user = SocketPeer.user(named: "argot-tap") { users.insert(user) }
        return users
    }

    /// Opens what systemd passed or the configuration names.
    init(
        _ configuration: Configuration, sockets: ServiceSockets, state: DaemonState, control: ControlService,
        judgements: JudgementService, logger: Logger
    ) throws {
        var loops: [(name: String, loop: SocketLoop)] = []
        func listener(_ passed: SocketName?, _ name: String, group: String) throws -> SocketListener {
            try SocketListener(
                passed ?? SocketName(name), mode: UInt32(configuration.socketMode), group: group.isEmpty ? nil : group)
        }
        if sockets.hasPolicyService(configuration) {
            let socket = try listener(sockets.policy, configuration.policySocket, group: configuration.socketGroup)
            let loop = try SocketLoop(listener: socket) { PolicyConversation { state.greetings?.note($0) } }
            loops.append(("policy service", loop))
        }
        if let desk = state.lines {
            let group = configuration.socketGroup
            let socket = try SocketListener(
                SocketName(configuration.wireSocket), mode: 0o660, group: group.isEmpty ? nil : group)
            // One or two for each server process, which keeps them; Postfix has 100 unless told otherwise.
            let loop = try SocketLoop(
                listener: socket, limits: SocketLimits(connections: 2_000, countsProcesses: true),
                conversationWith: { peer in MemcacheConversation(peer: peer) { desk.take($0) } })
            desk.pauses { [weak loop] in loop?.pause(for: $0) }
            loops.append(("wire socket", loop))
        }
        if let desk = state.tap {
            // Who may connect shows in the peer's user, which no mode of a file tells apart as well.
            let socket = try SocketListener(SocketName(configuration.tapSocket), mode: 0o666)
            let allowed = Self.tapUsers()
            let loop = try SocketLoop(
                listener: socket, limits: SocketLimits(connections: 8),
                conversationWith: { peer in
                    TapConversation(desk, isAllowed: peer.user.map(allowed.contains) ?? false)
                })
            loops.append(("tap socket", loop))
        }
        if sockets.control != nil || !configuration.controlSocket.isEmpty {
            // Whatever the filter's socket allows: who may steer the daemon is its own user and one group.
            let group = configuration.controlGroup
            let name = try sockets.control ?? SocketName(configuration.controlSocket)
            let socket = try SocketListener(name, mode: 0o660, group: group.isEmpty ? nil : group)
            let loop = try SocketLoop(listener: socket, limits: Self.limits) {
                HTTPConversation(handling: { control.handling(of: $0) })
            }
            loops.append(("control socket", loop))
        }
        if sockets.judgements != nil || !configuration.judgementSocket.isEmpty {
            // Mail goes on without what is said of it later.
            do {
                let group = configuration.judgementGroup
                let name = try sockets.judgements ?? SocketName(configuration.judgementSocket)
                let socket = try SocketListener(name, mode: 0o660, group: group.isEmpty ? nil : group)
                let loop = try SocketLoop(
                    listener: socket, limits: SocketLimits(connections: 64, patience: .seconds(10))
                ) {
                    HTTPConversation(handling: { judgements.handling(of: $0) })
                }
                loops.append(("judgement socket", loop))
            } catch {
                logger.error("judgement socket: \(error)")
            }
        }
        if sockets.metrics != nil || !configuration.metricsSocket.isEmpty {
            let socket = try listener(sockets.metrics, configuration.metricsSocket, group: configuration.controlGroup)
            let loop = try SocketLoop(listener: socket, limits: Self.limits) {
                HTTPConversation(respond: { control.readOnlyResponse(to: $0) })
            }
            loops.append(("metrics", loop))
        }
        self.loops = loops
    }

    /// Starts them. One that cannot be started is reported and missing; the filter works without it.
    func start(_ logger: Logger) {
        for (name, loop) in loops {
            do {
                try loop.start()
            } catch {
                logger.error("\(name): \(error)")
            }
        }
    }

    /// Ends them soon.
    func stop() {
        for (_, loop) in loops { loop.stop() }
    }
}
