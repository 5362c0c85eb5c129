import ClientLab
import Foundation
import Glibc
import Sockets

/// A network between one mail server and its Redis: connections to it go on to another place, until that is changed or the
/// network is cut.
public final class RedisRelay: @unchecked Sendable {
    /// Where the network leads.
    public enum Route: Sendable, Equatable {
        /// To the unix socket of a Redis.
        case to(String)
        /// Nowhere: what was connected hears nothing any more, and what connects gets no answer.
        case nowhere
    }

    /// The configuration's word for it.
    public let address: String

    /// A connection, and its way on.
    private struct Link {
        var client: Int32
        var server: Int32
        var ended = 0
    }

    private let listener: SocketListener
    private let lock = NSLock()
    private var route: Route
    private var links: [Int: Link] = [:]
    private var next = 0
    /// Clients whose network was cut.
    private var lost: [Int32] = []

    /// A network at a socket in a directory.
    public init(in directory: String, to socket: String) throws {
        listener = try SocketListener(SocketName("unix:\(directory)/relay.sock"))
        address = "redis:unix:\(directory)/relay.sock"
        route = .to(socket)
        Thread.detachNewThread { [weak self, descriptor = listener.descriptor] in
            while true {
                var one = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&one, 1, 200) >= 0 else { return }
                guard let relay = self else { return }
                let client = accept(descriptor, nil, nil)
                if client >= 0 { relay.take(client) }
            }
        }
    }

    /// Leads elsewhere; what is connected is closed, or hears nothing any more where there is no way.
    public func lead(_ new: Route) {
        lock.withLock {
            route = new
            for link in links.values {
                shutdown(link.server, Int32(SHUT_RDWR))
                if new != .nowhere { shutdown(link.client, Int32(SHUT_RDWR)) }
            }
            guard new != .nowhere else { return }
            for descriptor in lost { close(descriptor) }
            lost = []
        }
    }

    private func take(_ client: Int32) {
        let route = lock.withLock { self.route }
        guard case .to(let path) = route, let stream = SocketStream(toPath: path) else {
            return drop(client)
        }
        let server = dup(stream.descriptor)
        // The stream's descriptor does not wait, and its copy is the same file.
        _ = fcntl(server, F_SETFL, fcntl(server, F_GETFL) & ~O_NONBLOCK)
        let number = lock.withLock { () -> Int in
            next += 1
            links[next] = Link(client: client, server: server)
            return next
        }
        for (from, to) in [(client, server), (server, client)] {
            Thread.detachNewThread { [self] in
                Self.pump(from, to)
                end(number)
            }
        }
    }

    /// A client that is led nowhere hears nothing; one that cannot be led on is closed.
    private func drop(_ client: Int32) {
        lock.lock()
        defer { lock.unlock() }
        if route == .nowhere { lost.append(client) } else { close(client) }
    }

    /// One direction of a link has ended.
    private func end(_ number: Int) {
        lock.withLock {
            guard var link = links[number] else { return }
            link.ended += 1
            links[number] = link.ended == 2 ? nil : link
            if route != .nowhere {
                shutdown(link.client, Int32(SHUT_RDWR))
                shutdown(link.server, Int32(SHUT_RDWR))
            }
            guard link.ended == 2 else { return }
            close(link.server)
            if route == .nowhere { lost.append(link.client) } else { close(link.client) }
        }
    }

    private static func pump(_ from: Int32, _ to: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(from, &buffer, buffer.count)
            guard count > 0 else { return }
            var sent = 0
            while sent < count {
                // unsafe: within what was read.
                let more = unsafe buffer.withUnsafeBytes {
                    unsafe send(to, $0.baseAddress! + sent, count - sent, Int32(MSG_NOSIGNAL))
                }
                guard more > 0 else { return }
                sent += more
            }
        }
    }
}
