import Milter
import SMTP

/// A session that is only listened to: nothing that it is told of can be answered. There is no reply among its types.
protocol ListeningSession: AnyObject {
    /// A client has connected.
    func connect(_ peer: MilterPeer, _ context: borrowing MilterContext)

    /// MAIL; whoever has logged in has done so by now.
    func mail(_ arguments: Span<UInt8>, _ context: borrowing MilterContext)

    /// RCPT.
    func recipient(_ arguments: Span<UInt8>, _ context: borrowing MilterContext)

    /// The end of the message.
    func endOfMessage(_ context: borrowing MilterMessageContext)

    /// The transaction has ended without a message.
    func abort()
}

/// Lets the mail server go on at every step, and tells a listening session of it: the only thing between the two, and
/// without a word of its own.
final class ListenOnlySession<Listener: ListeningSession>: MilterSession {
    private let listener: Listener

    init(_ listener: Listener) {
        self.listener = listener
    }

    func connect(_ peer: MilterPeer, _ context: borrowing MilterContext) -> MilterConnectResponse {
        listener.connect(peer, context)
        return .continue
    }

    func mail(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        listener.mail(arguments, context)
        return .continue
    }

    func recipient(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        listener.recipient(arguments, context)
        return .continue
    }

    func body(_ chunk: Span<UInt8>, _ context: borrowing MilterContext) -> MilterBodyResponse { .skip }

    func endOfMessage(_ context: borrowing MilterMessageContext) -> MilterResponse {
        listener.endOfMessage(context)
        return .continue
    }

    func abort() { listener.abort() }
}
