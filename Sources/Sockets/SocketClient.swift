import Glibc

/// A blocking connection to a stream socket, for short questions.
public struct SocketClient: ~Copyable {
    private let descriptor: Int32

    /// Connects; `timeout` seconds bound each step.
    public init(_ name: SocketName, timeout: Int = 10) throws(SocketError) {
        descriptor = try Self.connected(to: name, timeout: timeout)
    }

    deinit { Glibc.close(descriptor) }

    /// Sends `bytes` and returns all that comes until the other side closes, at most `limit` bytes.
    public func exchange(_ bytes: [UInt8], limit: Int = 16 << 20) throws(SocketError) -> [UInt8] {
        var rest = bytes[...]
        while !rest.isEmpty {
            // unsafe: the bytes are sent before the slice changes.
            let count = unsafe rest.withUnsafeBytes { buffer in
                unsafe send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw .system("cannot send", remedy: "see whether argotd runs") }
            rest = rest.dropFirst(count)
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1_024)
        while received.count < limit {
            // unsafe: read fills at most the buffer.
            let count = unsafe read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw .system("no answer", remedy: "see whether argotd runs") }
            if count == 0 { break }
            received += buffer[..<count]
        }
        return received
    }

    private static func connected(to name: SocketName, timeout: Int) throws(SocketError) -> Int32 {
        guard case .unix(let path) = name else {
            throw SocketError(.socketSyntax, "\(name) is not a path: write unix:/PATH")
        }
        let descriptor = try SocketListener.socket(family: AF_UNIX)
        var limit = timeval(tv_sec: timeout, tv_usec: 0)
        // unsafe: setsockopt reads the variable; the address lives as long as the call.
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            unsafe _ = setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
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

    private static func refusal(_ path: String) -> SocketError {
        switch errno {
        case ENOENT: SocketError(.system, "there is no socket \(path): start argotd, or name its control socket")
        case ECONNREFUSED: SocketError(.system, "nobody listens on \(path): start argotd")
        case EACCES: SocketError(.system, "\(path) may not be used: be root or in the socket's group")
        default: .system("cannot connect to \(path)", remedy: "see whether argotd runs")
        }
    }
}
