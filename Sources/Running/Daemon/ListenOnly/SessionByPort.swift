import Milter

/// A session whose kind is known once the mail server says on which port it has taken it: one of submission is only
/// listened to.
final class SessionByPort: MilterSession {
    private let ports: Set<Int>
    private let makeListener: () -> any MilterSession
    private let makeJudge: () -> any MilterSession
    private var session: (any MilterSession)?

    /// - Parameters:
    ///   - ports: the ports on which sessions are only listened to.
    ///   - listener: makes a session that is only listened to.
    ///   - judge: makes any other.
    init(
        ports: Set<Int>, listener: @escaping () -> any MilterSession, judge: @escaping () -> any MilterSession
    ) {
        self.ports = ports
        makeListener = listener
        makeJudge = judge
    }

    func connect(_ peer: MilterPeer, _ context: borrowing MilterContext) -> MilterConnectResponse {
        let port = context.macro(.daemonPort).flatMap { Int($0) }
        let made = port.map(ports.contains) == true ? makeListener() : makeJudge()
        session = made
        return made.connect(peer, context)
    }

    func helo(_ name: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        session?.helo(name, context) ?? .continue
    }

    func mail(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        session?.mail(arguments, context) ?? .continue
    }

    func recipient(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        session?.recipient(arguments, context) ?? .continue
    }

    func data(_ context: borrowing MilterContext) { session?.data(context) }

    func unknown(_ command: Span<UInt8>, _ context: borrowing MilterContext) -> MilterUnknownResponse {
        session?.unknown(command, context) ?? .continue
    }

    func header(_ field: Span<UInt8>, nameLength: Int, _ context: borrowing MilterContext) -> MilterResponse {
        session?.header(field, nameLength: nameLength, context) ?? .continue
    }

    func endOfHeaders(_ context: borrowing MilterContext) -> MilterResponse {
        session?.endOfHeaders(context) ?? .continue
    }

    func body(_ chunk: Span<UInt8>, _ context: borrowing MilterContext) -> MilterBodyResponse {
        session?.body(chunk, context) ?? .skip
    }

    func endOfMessage(_ context: borrowing MilterMessageContext) -> MilterResponse {
        session?.endOfMessage(context) ?? .continue
    }

    func abort() { session?.abort() }

    func close() { session?.close() }
}
