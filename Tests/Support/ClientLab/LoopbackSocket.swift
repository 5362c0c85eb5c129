import Glibc

/// A blocking TCP connection to 127.0.0.1 whose every operation has a deadline.
///
/// One thread at a time may read and one may write; closing is for the owner, after both are done.
public final class LoopbackSocket: Sendable {
    private let descriptor: Int32

    /// Connects to `port`.
    public init(port: UInt16, within limit: Duration = .seconds(60)) throws(LabError) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = LoopbackPort.loopback(port: port)
        Self.prepare(descriptor, limit)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            let reason = errnoText()
            close(descriptor)
            throw LabError(.connectionFailed, "cannot connect (\(reason))", at: "127.0.0.1:\(port)")
        }
    }

    /// Takes over an accepted descriptor.
    init(adopting descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        Self.prepare(descriptor, .seconds(30))
    }

    deinit {
        close(descriptor)
    }

    /// Another descriptor of the same connection, which the caller closes.
    public func duplicate() -> Int32 {
        fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    }

    /// The port of this end.
    public var localPort: UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Writes all of `bytes`.
    public func write(_ bytes: [UInt8]) throws(LabError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw LabError(.connectionClosed, "cannot write (\(errnoText()))")
            }
            sent += count
        }
    }

    /// What has arrived, at least one byte; empty when the other side has closed.
    public func read(until deadline: Deadline) throws(LabError) -> [UInt8] {
        guard isReadable(until: deadline) else {
            throw LabError(.timedOut, "nothing arrived in time")
        }
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno != ECONNRESET {
                throw LabError(.connectionClosed, "cannot read (\(errnoText()))")
            }
            return Array(buffer.prefix(max(0, count)))
        }
    }

    /// Whether bytes, or the end of the stream, arrive before the deadline.
    public func isReadable(until deadline: Deadline) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let count = poll(&request, 1, deadline.milliseconds)
            if count < 0 && errno == EINTR { continue }
            return count > 0
        }
    }

    /// Which of two sockets have input, or have ended, as soon as one has or the deadline passes.
    static func readable(
        _ first: LoopbackSocket, _ second: LoopbackSocket, until deadline: Deadline
    ) -> (first: Bool, second: Bool) {
        var requests = [first, second].map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        while poll(&requests, 2, deadline.milliseconds) < 0 && errno == EINTR {}
        return (requests[0].revents != 0, requests[1].revents != 0)
    }

    /// Says that nothing more will be written.
    public func finishWriting() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Ends both directions; a blocked reader of this end returns.
    public func abort() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private static func prepare(_ descriptor: Int32, _ limit: Duration) {
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        var interval = timeval(tv_sec: max(1, Int(limit.components.seconds)), tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &interval, socklen_t(MemoryLayout<timeval>.size))
    }
}
