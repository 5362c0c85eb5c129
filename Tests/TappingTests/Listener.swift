import ClientLab
import Foundation
import Glibc
import Tap

/// argotd's side of the socket: one connection, read to its end.
final class Listener {
    let path: String
    private let listening: Int32
    private var connected: Int32 = -1
    private var reader = TapReader()

    init(_ path: String) throws {
        self.path = path
        let listening = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.listening = listening
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listening, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0, listen(listening, 4) == 0 else {
            throw LabError(.connectionFailed, "cannot listen", at: path)
        }
    }

    deinit {
        close(listening)
        if connected >= 0 { close(connected) }
    }

    /// What comes next, at least one message; empty at the end.
    func next(within deadline: Deadline) throws -> [TapMessage] {
        if connected < 0 {
            try wait(for: listening, deadline)
            connected = accept(listening, nil, nil)
        }
        while true {
            try wait(for: connected, deadline)
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(connected, &buffer, buffer.count, 0)
            guard count > 0 else { return [] }
            let messages = try reader.read(buffer.prefix(count))
            if !messages.isEmpty { return messages }
        }
    }

    /// Everything up to the end.
    func messages(within deadline: Deadline) throws -> [TapMessage] {
        var all: [TapMessage] = []
        while true {
            let more = try next(within: deadline)
            if more.isEmpty { return all }
            all += more
        }
    }

    private func wait(for descriptor: Int32, _ deadline: Deadline) throws {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, deadline.milliseconds) == 1 else {
            throw LabError(.timedOut, "nothing came", at: path)
        }
    }
}

/// A server that says what a test has it say.
final class TalkingServer {
    let port: UInt16
    private let listening: Int32

    init() throws {
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.listening = listening
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listening, $0, length) == 0 && listen(listening, 4) == 0 ? getsockname(listening, $0, &length) : -1
            }
        }
        guard status == 0 else { throw LabError(.connectionFailed, "cannot listen") }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(listening) }

    /// The client that has connected.
    func accept() throws -> AcceptedClient {
        let descriptor = Glibc.accept(listening, nil, nil)
        guard descriptor >= 0 else { throw LabError(.connectionFailed, "nobody connects") }
        return AcceptedClient(descriptor)
    }
}

/// The server's end of a connection.
final class AcceptedClient {
    private let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) throws {
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw LabError(.connectionClosed, "cannot write")
        }
    }

    func read(until deadline: Deadline) throws -> [UInt8] {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, deadline.milliseconds) == 1 else { throw LabError(.timedOut, "nothing came") }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        return Array(buffer.prefix(max(0, recv(descriptor, &buffer, buffer.count, 0))))
    }
}
