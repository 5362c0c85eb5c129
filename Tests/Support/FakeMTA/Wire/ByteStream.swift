import Foundation

/// A connected socket, each of whose operations is bounded by a deadline.
final class ByteStream {
    private var descriptor: Int32
    /// The bound on each wait.
    var timeout: Duration

    /// Connects to a listening socket.
    init(connectingTo address: SocketAddress, timeout: Duration = .seconds(10)) throws(FakeMTAError) {
        self.timeout = timeout
        switch address {
        case .unix(let path): descriptor = try ByteStream.connectUnix(path)
        case .inet(let port, let host): descriptor = try ByteStream.connectInet(port, host)
        }
    }

    /// Takes over a connected socket.
    init(adopting descriptor: Int32, timeout: Duration) {
        self.timeout = timeout
        self.descriptor = descriptor
    }

    deinit { close() }

    /// Whether `close()` has not been called yet.
    var isOpen: Bool { descriptor >= 0 }

    /// Closes the socket; further calls do nothing.
    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Makes the next `close()` send a reset instead of an orderly end (TCP only).
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Tells the peer that nothing more will be sent, while still reading.
    func finishWriting() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Writes all of the bytes.
    func write(_ bytes: ArraySlice<UInt8>, for purpose: String) throws(FakeMTAError) {
        let deadline = Deadline.after(timeout)
        var rest = bytes
        while !rest.isEmpty {
            try wait(for: Int16(POLLOUT), until: deadline, awaiting: "room to send \(purpose)")
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE || errno == ECONNRESET {
                throw .closed(awaiting: "room to send \(purpose)")
            } else if errno != EINTR && errno != EAGAIN {
                throw .system(call: "send", errno: errno)
            }
        }
    }

    /// Reads what there is, waiting for at least a byte; empty at the end of the stream.
    func read(awaiting purpose: String, until deadline: Deadline? = nil) throws(FakeMTAError) -> [UInt8] {
        let deadline = deadline ?? .after(timeout)
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            try wait(for: Int16(POLLIN), until: deadline, awaiting: purpose)
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count >= 0 { return Array(buffer[..<count]) }
            if errno == ECONNRESET { return [] }
            guard errno == EINTR || errno == EAGAIN else { throw .system(call: "recv", errno: errno) }
        }
    }

    private func wait(for events: Int16, until deadline: Deadline, awaiting purpose: String) throws(FakeMTAError) {
        guard descriptor >= 0 else { throw .closed(awaiting: purpose) }
        var state = pollfd(fd: descriptor, events: events, revents: 0)
        while true {
            switch poll(&state, 1, deadline.remainingMilliseconds) {
            case 0: throw .timedOut(awaiting: purpose)
            case 1...: return
            default: guard errno == EINTR else { throw .system(call: "poll", errno: errno) }
            }
        }
    }

    private static func connectUnix(_ path: String) throws(FakeMTAError) -> Int32 {
        var address = sockaddr_un()
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .badSocket(path) }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return try connect(AF_UNIX, &address)
    }

    private static func connectInet(_ port: UInt16, _ host: String) throws(FakeMTAError) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { throw .badSocket(host) }
        let descriptor = try connect(AF_INET, &address)
        var option: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &option, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
    }

    private static func connect<Address>(_ family: Int32, _ address: inout Address) throws(FakeMTAError) -> Int32 {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system(call: "socket", errno: errno) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else {
            let number = errno
            Glibc.close(descriptor)
            throw .system(call: "connect", errno: number)
        }
        return descriptor
    }
}
