import Glibc

/// A blocking connection to a stream socket, for short questions.
public struct SocketClient: ~Copyable {
    private let descriptor: Int32

    /// Connects; `timeout` seconds bound each step.
    public init(_ name: SocketName, timeout: Int = 10) throws(SocketError) {
        descriptor = try Self.connected(to: name, timeout: timeout)
    }

    /// Connects to the address that the listening socket `listener` is bound to; `timeout` seconds bound each step.
    public init(toListener listener: Int32, timeout: Int = 10) throws(SocketError) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // unsafe: getsockname fills the storage and says how much of it is the address, which connect reads.
        let isNamed = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(listener, $0, &length) == 0
            }
        }
        guard isNamed else { throw .system("fd:\(listener) has no address", remedy: "check the .socket unit") }
        let descriptor = try Self.socket(family: Int32(storage.ss_family), timeout: timeout)
        let isConnected = unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, length) == 0
            }
        }
        guard isConnected else {
            let error = SocketError.system("cannot connect to fd:\(listener)", remedy: "restart argotd")
            Glibc.close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { Glibc.close(descriptor) }

    /// Sends `bytes`, all of them.
    public func send(_ bytes: [UInt8]) throws(SocketError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // unsafe: the bytes are sent before the slice changes.
            let count = unsafe rest.withUnsafeBytes { buffer in
                unsafe Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw .system("cannot send", remedy: "check whether the server is running") }
            rest = rest.dropFirst(count)
        }
    }

    /// What has come, at least one byte; nothing when the other side has closed.
    public func receive() throws(SocketError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        // unsafe: read fills at most the buffer.
        let count = unsafe read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { throw .system("no answer", remedy: "check whether the server is running") }
        return Array(buffer.prefix(count))
    }

    /// Sends `bytes` and returns all that comes until the other side closes, at most `limit` bytes.
    public func exchange(_ bytes: [UInt8], limit: Int = 16 << 20) throws(SocketError) -> [UInt8] {
        try send(bytes)
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1_024)
        while received.count < limit {
            // unsafe: read fills at most the buffer.
            let count = unsafe read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw .system("no answer", remedy: "check whether argotd is running") }
            if count == 0 { break }
            received += buffer[..<count]
        }
        return received
    }

    private static func connected(to name: SocketName, timeout: Int) throws(SocketError) -> Int32 {
        if case .inet(let host, let port, _) = name {
            return try connected(host: host.isEmpty ? "127.0.0.1" : host, port: port, timeout: timeout)
        }
        guard case .unix(let path) = name else {
            throw SocketError(.socketSyntax, "\(name) is not a path: write unix:/PATH")
        }
        let descriptor = try socket(family: AF_UNIX, timeout: timeout)
        let isConnected = unsafe SocketListener.withAddress(path: path) { address, length in
            unsafe Glibc.connect(descriptor, address, length) == 0
        }
        guard isConnected else {
            let error = refusal(path)
            Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func connected(host: String, port: UInt16, timeout: Int) throws(SocketError) -> Int32 {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var results: UnsafeMutablePointer<addrinfo>?
        // unsafe: getaddrinfo allocates the list, freed below; connect reads the address in it.
        guard unsafe getaddrinfo(host, String(port), &hints, &results) == 0, let entry = unsafe results?.pointee else {
            throw SocketError(.system, "host \"\(host)\" has no address: use an address of this machine")
        }
        defer { unsafe freeaddrinfo(results) }
        let descriptor = try socket(family: unsafe entry.ai_family, timeout: timeout)
        guard unsafe Glibc.connect(descriptor, entry.ai_addr, entry.ai_addrlen) == 0 else {
            let error = SocketError.system(
                "cannot connect to port \(port) of \(host)", remedy: "check whether the server is running")
            Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func socket(family: Int32, timeout: Int) throws(SocketError) -> Int32 {
        let descriptor = try SocketListener.socket(family: family)
        var limit = timeval(tv_sec: timeout, tv_usec: 0)
        // unsafe: setsockopt reads the variable; the address lives as long as the call.
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            unsafe _ = setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        return descriptor
    }

    private static func refusal(_ path: String) -> SocketError {
        switch errno {
        case ENOENT: SocketError(.nobodyListens, "there is no socket \(path): start argotd, or name its control socket")
        case ECONNREFUSED: SocketError(.nobodyListens, "nobody listens on \(path): start argotd")
        case EACCES: SocketError(.system, "\(path) may not be used: be root or in the socket's group")
        default: .system("cannot connect to \(path)", remedy: "check whether argotd is running")
        }
    }
}
