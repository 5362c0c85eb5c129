import NIOCore
import NIOHTTP1
import NIOPosix

/// One connection: requests in, one after the other, answers out. On its event loop only.
final class HTTPConversationHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// The most bytes of a form.
    static let longestForm = 16 * 1_024

    /// How long a request may take to come, how long a connection is kept for the next one, and how long an answer may
    /// take to be made and taken.
    private static let requestTime = TimeAmount.seconds(20)
    private static let keepTime = TimeAmount.seconds(60)
    private static let answerTime = TimeAmount.seconds(120)

    /// How often a live page is told.
    private static let liveInterval = TimeAmount.seconds(2)

    private let server: HTTPFrontEnd
    private var head: HTTPRequestHead?
    private var form: [UInt8] = []
    private var isTooLong = false
    private var timer: Scheduled<Void>?
    private var isLive = false

    init(_ server: HTTPFrontEnd) { self.server = server }

    func channelActive(context: ChannelHandlerContext) { wait(Self.requestTime, context) }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        if isLive { server.counts.leave(.live) }
        isLive = false
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            form = []
            isTooLong = false
            wait(Self.requestTime, context)
        case .body(let bytes):
            if form.count + bytes.readableBytes > Self.longestForm { isTooLong = true }
            if !isTooLong { form += bytes.readableBytesView }
        case .end:
            guard let head else { return }
            self.head = nil
            wait(Self.answerTime, context)
            answer(head, context)
        }
    }

    /// Ends the connection when nothing has come of it for so long.
    private func wait(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        timer?.cancel()
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }

    // MARK: Answers

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let peer = context.remoteAddress?.ipAddress.map { WebRequest.Peer.address($0) } ?? .unix
        let request: WebRequest
        switch Self.request(head, form, isTooLong: isTooLong, from: peer) {
        case .failure(let refusal): return write(refusal.answer, to: head, context)
        case .success(let taken): request = taken
        }
        guard server.counts.take(.request) else {
            return write(.text(503, "too many requests at a time").with("Retry-After", "2"), to: head, context)
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        server.threads.runIfActive(eventLoop: context.eventLoop) { [site = server.site] in site.answer(to: request) }
            .whenComplete { [counts = server.counts] result in
                counts.leave(.request)
                let (handler, context) = bound.value
                guard context.channel.isActive else { return }
                let answer = (try? result.get()) ?? .text(503, "argot-web is ending")
                if case .live = answer.body {
                    handler.begin(answer, request, context)
                } else {
                    handler.write(answer, to: head, context)
                }
            }
    }

    private func write(_ answer: WebAnswer, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard case .bytes(let bytes) = answer.body else { return context.close(promise: nil) }
        var fields = Self.fields(answer)
        fields.add(name: "Content-Length", value: String(bytes.count))
        let isKept = head.isKeepAlive && answer.status < 500 && !isTooLong
        if !isKept { fields.add(name: "Connection", value: "close") }
        let status = HTTPResponseStatus(statusCode: answer.status)
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: status, headers: fields))),
            promise: nil)
        if head.method != .HEAD, !bytes.isEmpty {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: bytes)))), promise: nil)
        }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let done = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        if isKept { wait(Self.keepTime, context) } else { done.whenComplete { _ in bound.value.close(promise: nil) } }
    }

    private static func fields(_ answer: WebAnswer) -> HTTPHeaders {
        HTTPHeaders((WebAnswer.guards + answer.fields).map { ($0.name, $0.value) })
    }

    // MARK: Live

    /// The figures, again and again, while the login holds and the browser takes them.
    private func begin(_ answer: WebAnswer, _ request: WebRequest, _ context: ChannelHandlerContext) {
        guard !isLive, server.counts.take(.live) else { return context.close(promise: nil) }
        isLive = true
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: Self.fields(answer))
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        tell("retry: 5000\n\n", context)
        tell(request, context)
    }

    private func tell(_ request: WebRequest, _ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        server.threads.runIfActive(eventLoop: context.eventLoop) { [site = server.site] in
            site.isWelcome(request) ? Self.event(of: site) : nil
        }
        .whenComplete { result in
            let (handler, context) = bound.value
            guard context.channel.isActive, let event = try? result.get(), context.channel.isWritable else {
                return context.close(promise: nil)
            }
            handler.wait(Self.answerTime, context)
            handler.tell(event, context)
            context.eventLoop.scheduleTask(in: Self.liveInterval) {
                let (handler, context) = bound.value
                handler.tell(request, context)
            }
        }
    }

    private func tell(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(
            wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(string: text)))), promise: nil)
    }

    /// One event; without argotd, a line that says so.
    private static func event(of site: WebSite) -> String {
        guard let (html, time) = try? site.figures() else { return ": argotd does not answer\n\n" }
        let lines = html.split(separator: "\n").map { "data: \($0)\n" }
        return "event: figures\nid: \(time)\n" + lines.joined() + "\n"
    }

    // MARK: Requests

    private struct Refusal: Error {
        let answer: WebAnswer
    }

    /// The request out of HTTP, or what is wrong with it.
    private static func request(
        _ head: HTTPRequestHead, _ form: [UInt8], isTooLong: Bool, from peer: WebRequest.Peer
    ) -> Result<WebRequest, Refusal> {
        func refuse(_ status: Int, _ text: String) -> Result<WebRequest, Refusal> {
            .failure(Refusal(answer: .text(status, text)))
        }
        var request = WebRequest()
        request.method = head.method == .HEAD ? "GET" : head.method.rawValue
        request.peer = peer
        for (name, value) in head.headers {
            let name = name.lowercased()
            let joint = name == "cookie" ? "; " : ", "
            request.fields[name] = request.fields[name].map { $0 + joint + value } ?? value
        }
        request.host = request.fields["host"] ?? ""
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard head.uri.hasPrefix("/"), head.uri.utf8.count <= 4_096, let first = parts.first,
            let path = WebRequest.decoded(first, plusIsBlank: false),
            let query = WebRequest.fields(of: parts.count > 1 ? parts[1] : "")
        else { return refuse(400, "the address is malformed") }
        (request.path, request.query) = (path, query)
        guard !isTooLong else { return refuse(413, "the form is longer than \(longestForm) bytes") }
        guard head.method == .POST else { return .success(request) }
        guard request.fields["content-type"]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true else {
            return refuse(415, "forms only")
        }
        guard let fields = WebRequest.fields(of: String(decoding: form, as: UTF8.self)[...]) else {
            return refuse(400, "the form is malformed")
        }
        request.form = fields
        return .success(request)
    }
}
