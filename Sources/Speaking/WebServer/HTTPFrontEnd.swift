import NIOCore
import NIOHTTP1
import NIOPosix
import Sockets
import Synchronization

/// HTTP around the page: SwiftNIO takes requests, bounded in number, size and time, and threads that may wait make the
/// answers.
final class HTTPFrontEnd: Sendable {
    /// The most connections, requests that wait for a thread, and live pages at a time.
    static let connections = 256
    static let waiting = 128
    static let livePages = 32

    /// The most bytes of a header field's value, of all fields, and their number.
    static let longestField = 8 * 1_024
    static let longestHead = 16 * 1_024
    static let fields = 64

    let site: WebSite
    let threads = NIOThreadPool(numberOfThreads: 4)
    let counts = Counts()
    private let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// How much is under way.
    final class Counts: Sendable {
        private let connections = Atomic<Int>(0)
        private let waiting = Atomic<Int>(0)
        private let live = Atomic<Int>(0)

        /// What is counted.
        enum Kind { case connection, request, live }

        /// Takes a place; `false` when there is none left.
        func take(_ kind: Kind) -> Bool {
            let most =
                switch kind {
                case .connection: HTTPFrontEnd.connections
                case .request: HTTPFrontEnd.waiting
                case .live: HTTPFrontEnd.livePages
                }
            guard add(1, kind) <= most else {
                leave(kind)
                return false
            }
            return true
        }

        /// Leaves a place.
        func leave(_ kind: Kind) { _ = add(-1, kind) }

        private func add(_ number: Int, _ kind: Kind) -> Int {
            switch kind {
            case .connection: connections.add(number, ordering: .relaxed).newValue
            case .request: waiting.add(number, ordering: .relaxed).newValue
            case .live: live.add(number, ordering: .relaxed).newValue
            }
        }
    }

    /// Will serve `site`.
    init(_ site: WebSite) { self.site = site }

    /// Listens, and serves from now on.
    func start(at socket: SocketName) throws -> any Channel {
        threads.start()
        let bootstrap = ServerBootstrap(group: loops)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [self] channel in
                guard counts.take(.connection) else { return channel.close() }
                channel.closeFuture.whenComplete { [counts] _ in counts.leave(.connection) }
                return channel.eventLoop.makeCompletedFuture {
                    var limits = NIOHTTPDecoderLimitConfiguration()
                    limits.maxHeaderFieldSize = Self.longestField
                    limits.maxHeaderListSize = Self.longestHead
                    limits.maxHeaderFieldCount = Self.fields
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(
                        withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
                    try pipeline.addHandler(HTTPConversationHandler(self))
                }
            }
        switch socket {
        case .unix(let path): return try bootstrap.bind(unixDomainSocketPath: path).wait()
        case .inet(let host, let port, _): return try bootstrap.bind(host: host, port: Int(port)).wait()
        case .descriptor:
            throw WebFault("\(socket) cannot be listened at", remedy: "write unix:PATH or inet:PORT@127.0.0.1")
        }
    }

    /// Ends all connections.
    func stop() {
        try? loops.syncShutdownGracefully()
        try? threads.syncShutdownGracefully()
    }
}
