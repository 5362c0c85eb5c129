import Dialects
import NIOCore
import NIOPosix
public import SMTP
import Synchronization

/// The sink on a socket: accepts connections within its limits, gives each a ``SessionPlan``, and hands over the
/// transcripts. It never delivers or relays anything.
public final class SinkServer: Sendable {
    /// Who asks which questions.
    public enum Questions: Sendable {
        /// Nobody; every client is answered as usual.
        case none
        /// A script a session; the session after the last begins again.
        case scripts([[ScriptedVariation]])
        /// An advisor.
        case advisor(any VariationAdvisor)
    }

    /// How a sink is set up.
    public struct Configuration: Sendable {
        /// The address to listen at.
        public var host: String
        /// The port; 0 takes a free one.
        public var port: Int
        /// What all sessions share.
        public var settings: SessionPlan.Settings
        /// Who asks what.
        public var questions: Questions
        /// For STARTTLS, which is not offered without.
        public var certificate: ServerCertificate?
        /// What the transcripts say of the clients: `label_guess`.
        public var label: String?
        /// What the transcripts say of the clients: `kind`.
        public var kind: String?
        /// What the transcripts say of where they come from.
        public var source = "argot sink"
        /// After how many sessions it ends by itself; `nil` for never.
        public var maximumSessions: Int?

        /// A sink that asks nothing.
        public init(host: String, port: Int, settings: SessionPlan.Settings, questions: Questions = .none) {
            self.host = host
            self.port = port
            self.settings = settings
            self.questions = questions
        }
    }

    private struct State {
        var listener: (any Channel)?
        var sessions: [ObjectIdentifier: any Channel] = [:]
        var opened = 0
        var finished = 0
        var refused = 0
        var isStopping = false
        var hasEnded = false
        var isShutDown = false
    }

    private let configuration: Configuration
    private let deliver: @Sendable (SessionTranscript) -> Void
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let census: ConnectionCensus
    private let history = ProbeHistory()
    private let state = Mutex(State())
    private let end: EventLoopPromise<Void>

    /// A sink that gives each finished session's transcript to `deliver`, on its own thread, one at a time.
    ///
    /// Throws when the configuration is dangerous: in the mode `learn` messages are answered 250, so it listens on
    /// loopback only.
    public init(
        _ configuration: Configuration, deliver: @escaping @Sendable (SessionTranscript) -> Void
    ) throws(SinkError) {
        if configuration.settings.mode == .learn, !Self.isLoopback(configuration.host) {
            throw SinkError(
                "mode learn answers messages with 250 and drops them, so it listens on loopback only, not on "
                    + "\(configuration.host): choose 127.0.0.1 or ::1, or mode safe")
        }
        var configuration = configuration
        if configuration.certificate == nil {
            configuration.settings.offer.extensions.removeAll { $0 == .startTLS }
        }
        self.configuration = configuration
        self.deliver = deliver
        census = ConnectionCensus(limits: configuration.settings.limits)
        end = group.any().makePromise()
    }

    /// How many sessions ended, and how many connections were refused because there were too many.
    public var counts: (finished: Int, refused: Int) { state.withLock { ($0.finished, $0.refused) } }

    /// Listens. Returns the port.
    @discardableResult
    public func start() throws(SinkError) -> Int {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.welcome(channel) }
            }
        do {
            let listener = try bootstrap.bind(host: configuration.host, port: configuration.port).wait()
            state.withLock { $0.listener = listener }
            return listener.localAddress?.port ?? configuration.port
        } catch {
            throw SinkError(
                "cannot listen at \(configuration.host):\(configuration.port) (\(error)): choose another address or port, "
                    + "or stop the program that listens there")
        }
    }

    /// Blocks until the sink has ended: after its last session, or after ``stop(grace:)``.
    public func wait() {
        try? end.futureResult.wait()
        state.withLock { $0.isShutDown = true }
        try? group.syncShutdownGracefully()
    }

    /// Accepts no more; sessions have `grace` seconds to end by themselves, then they are told 421 and closed. Who does
    /// not even take that is cut off three seconds later.
    public func stop(grace: Int = 5) {
        state.withLock { state in
            // Nothing may be scheduled on threads that have ended.
            guard !state.isStopping, !state.isShutDown else { return }
            state.isStopping = true
            state.listener?.close(promise: nil)
            group.any().scheduleTask(in: .seconds(Int64(grace))) {
                for session in self.state.withLock({ Array($0.sessions.values) }) {
                    session.pipeline.fireUserInboundEventTriggered(SessionHandler.Draining())
                }
            }
            group.any().scheduleTask(in: .seconds(Int64(grace + 3))) {
                for session in self.state.withLock({ Array($0.sessions.values) }) { session.close(promise: nil) }
            }
        }
        endIfDone()
    }

    private static func isLoopback(_ host: String) -> Bool {
        guard let address = ClientAddress(host) else { return host == "localhost" }
        return switch address.family {
        case .ipv4: address.bits >> 24 == 127
        case .ipv6: address.bits == 1
        }
    }

    // MARK: Sessions

    private func welcome(_ channel: any Channel) throws {
        let address = channel.remoteAddress?.ipAddress.flatMap { ClientAddress($0) }
        let limit = configuration.maximumSessions ?? .max
        let isLate = state.withLock { $0.opened >= limit || $0.isStopping }
        guard !isLate, census.admit(address) else {
            state.withLock { $0.refused += 1 }
            try channel.pipeline.syncOperations.addHandler(RefusalHandler())
            return
        }
        let number = state.withLock { state in
            state.opened += 1
            state.sessions[ObjectIdentifier(channel)] = channel
            return state.opened
        }
        channel.closeFuture.whenComplete { _ in self.census.leave(address) }
        let client = ProbedClient(address: address)
        let plan = SessionPlan(settings: configuration.settings, choice: choice(session: number), client: client)
        let handler = SessionHandler(
            plan: plan, certificate: configuration.certificate,
            finish: { [weak channel] plan, began in
                if let channel { self.finish(plan, number: number, began: began, channel: channel) }
            })
        try channel.pipeline.syncOperations.addHandler(handler)
        guard number == limit, let listener = state.withLock({ $0.listener }) else { return }
        // Later, since a closed listener would take this connection with it.
        channel.eventLoop.execute { listener.close(promise: nil) }
    }

    private func choice(session number: Int) -> SessionPlan.Choice {
        switch configuration.questions {
        case .none: .script([])
        case .scripts(let scripts): .script(scripts.isEmpty ? [] : scripts[(number - 1) % scripts.count])
        case .advisor(let advisor): .advisor(advisor, history)
        }
    }

    private func finish(_ plan: SessionPlan, number: Int, began: Double, channel: any Channel) {
        history.add(plan.client, played: plan.played.map(\.variation), reached: plan.reached)
        let peers = SessionPeers(
            client: plan.client.address, clientPort: channel.remoteAddress?.port.flatMap { UInt16(exactly: $0) },
            server: channel.localAddress?.ipAddress.flatMap { ClientAddress($0) },
            serverPort: channel.localAddress?.port.flatMap { UInt16(exactly: $0) },
            serverName: configuration.settings.serverName)
        let second = Int(began)
        deliver(
            plan.transcript(
                id: "sink-\(second)-\(number)", source: configuration.source, began: began, peers: peers,
                label: configuration.label, kind: configuration.kind))
        state.withLock { state in
            state.sessions[ObjectIdentifier(channel)] = nil
            state.finished += 1
        }
        endIfDone()
    }

    private func endIfDone() {
        let isDone = state.withLock { state in
            let isLast = state.finished >= configuration.maximumSessions ?? .max
            guard !state.hasEnded, isLast || (state.isStopping && state.sessions.isEmpty) else { return false }
            state.hasEnded = true
            return true
        }
        if isDone { end.succeed() }
    }
}
