import NIOCore

/// Tells a connection beyond the limits so, and closes it.
final class RefusalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        let text = channel.allocator.buffer(string: "421 4.7.0 Too many connections\r\n")
        let sent = channel.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(text), promise: sent)
        sent.futureResult.whenComplete { _ in channel.close(promise: nil) }
        channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
