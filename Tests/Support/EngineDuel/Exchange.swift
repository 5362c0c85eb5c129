import Glibc

/// One connection of a mail server that sends all it has and reads all that comes.
enum Exchange {
    static func replies(to pieces: [[UInt8]], at path: String) -> [UInt8] {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isConnected else { fatalError("no connection to \(path): \(errno)") }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var replies: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var rest = pieces[...]
        var sent = 0
        while true {
            if rest.isEmpty, sent >= 0 {
                shutdown(descriptor, Int32(SHUT_WR))
                sent = -1
            }
            var state = pollfd(fd: descriptor, events: Int16(sent >= 0 ? POLLIN | POLLOUT : POLLIN), revents: 0)
            let ready = poll(&state, 1, 20_000)
            // The fuzzer looks at the time with a signal.
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { fatalError("time is over at \(path)") }
            if sent >= 0, let piece = rest.first {
                let count = piece.withUnsafeBytes {
                    send(descriptor, $0.baseAddress! + sent, piece.count - sent, Int32(MSG_NOSIGNAL))
                }
                if count > 0 { sent += count }
                if count < 0, errno != EAGAIN { (rest, sent) = ([], -1) }
                if sent == piece.count { (rest, sent) = (rest.dropFirst(), 0) }
            }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 { replies += buffer[..<count] }
            if count == 0 || count < 0 && errno != EAGAIN { return replies }
        }
    }
}
