import FoundationEssentials
import NIOCore
import NIOSSL
import NIOTLS

/// Moves bytes between a connection and its ``SessionPlan``: events in, actions out, a timer for the rest.
final class SessionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The sink shuts down.
    struct Draining: Sendable {}

    /// How long the client has to close after the sink has, in seconds.
    private static let lingering: Int64 = 2

    private var plan: SessionPlan
    private let certificate: ServerCertificate?
    private let finish: (SessionPlan, Double) -> Void
    private let began = NIODeadline.now()
    /// In whole microseconds, as transcripts keep times; otherwise they would be read back rounded otherwise.
    private let beganAt = (Date().timeIntervalSince1970 * 1e6).rounded() / 1e6
    private var timer: Scheduled<Void>?
    private var timerDue: UInt64?
    private var isReading = true
    private var isInputClosed = false
    private var hasGivenUp = false
    private var isFinished = false

    init(plan: SessionPlan, certificate: ServerCertificate?, finish: @escaping (SessionPlan, Double) -> Void) {
        self.plan = plan
        self.certificate = certificate
        self.finish = finish
    }

    func channelActive(context: ChannelHandlerContext) { handle(.opened, context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        handle(.received(ArraySlice(buffer.readableBytesView)), context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            let wasOver = plan.isOver
            isInputClosed = true
            handle(.inputClosed, context)
            if wasOver { context.close(promise: nil) }
        case TLSUserEvent.handshakeCompleted:
            let tls = try? context.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
            handle(.tlsBegan(version: Self.name(tls?.tlsVersion), cipher: "unknown"), context)
        case is Draining: handle(.draining, context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Closing TLS without saying so is the habit of many a client.
        if case NIOSSLError.uncleanShutdown = error {
            handle(.inputClosed, context)
        } else {
            handle(.broken, context)
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        if !hasGivenUp { _ = plan.handle(.inputClosed, at: now) }
        end()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func end() {
        guard !isFinished else { return }
        isFinished = true
        finish(plan, beganAt)
    }

    /// Microseconds since the session began.
    private var now: UInt64 { UInt64(max(0, (NIODeadline.now() - began).nanoseconds / 1_000)) }

    private func handle(_ event: SessionPlan.Event, _ context: ChannelHandlerContext) {
        let actions = plan.handle(event, at: now)
        var received: [UInt8]?
        for action in actions {
            switch action {
            case .send(let bytes):
                context.write(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
            case .beginTLS(let bytes): received = bytes
            case .close: close(context)
            }
        }
        if !actions.isEmpty { context.flush() }
        if let received { beginTLS(received, context) }
        if plan.wantsInput != isReading {
            isReading = plan.wantsInput
            _ = context.channel.setOption(.autoRead, value: isReading)
        }
        schedule(context)
    }

    private func beginTLS(_ received: [UInt8], _ context: ChannelHandlerContext) {
        guard let certificate else { return }
        do {
            let tls = NIOSSLServerHandler(context: certificate.context)
            try context.pipeline.syncOperations.addHandler(tls, position: .before(self))
            context.pipeline.fireChannelRead(context.channel.allocator.buffer(bytes: received))
        } catch {
            handle(.broken, context)
            context.close(promise: nil)
        }
    }

    /// Closes the sink's side once all is sent, and waits a little for the client to close its own; how it does that
    /// belongs to its dialect.
    private func close(_ context: ChannelHandlerContext) {
        let channel = context.channel
        let sent = channel.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(channel.allocator.buffer(capacity: 0)), promise: sent)
        sent.futureResult.assumeIsolated().whenComplete { _ in
            channel.close(mode: self.isInputClosed ? .all : .output, promise: nil)
        }
        channel.eventLoop.assumeIsolated().scheduleTask(in: .seconds(Self.lingering)) {
            self.hasGivenUp = true
            channel.close(promise: nil)
        }
    }

    private func schedule(_ context: ChannelHandlerContext) {
        guard plan.wakeTime != timerDue else { return }
        timer?.cancel()
        timer = nil
        timerDue = plan.wakeTime
        guard let due = timerDue else { return }
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer = context.value.eventLoop.assumeIsolated().scheduleTask(
            deadline: began + .microseconds(Int64(min(due, 1 << 50)))
        ) {
            self.timer = nil
            self.timerDue = nil
            self.handle(.wake, context.value)
        }
    }

    private static func name(_ version: TLSVersion?) -> String {
        switch version {
        case .tlsv1: "TLSv1"
        case .tlsv11: "TLSv1.1"
        case .tlsv12: "TLSv1.2"
        case .tlsv13: "TLSv1.3"
        default: "unknown"
        }
    }
}
