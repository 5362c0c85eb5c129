import Dispatch
import Foundation
import Glibc
import Synchronization

/// A network in which a server runs by itself and every address is an address of this host, so that clients can have
/// any. Nothing but loopback exists in it.
public final class NetworkNamespace: Sendable {
    private let descriptor: Int32

    private final class Answer: Sendable {
        let result = Mutex<Result<Int32, LabError>?>(nil)
        let isThere = DispatchSemaphore(value: 0)
    }

    /// The commands that make every address an address of a fresh namespace's host.
    static let preparation = """
        ip link set lo up
        ip route add local 0.0.0.0/0 dev lo
        ip -6 route add local ::/0 dev lo
        echo 1 >/proc/sys/net/ipv6/ip_nonlocal_bind
        """

    /// The namespace that `process` is in.
    init(of process: pid_t) throws(LabError) {
        let path = "/proc/\(process)/ns/net"
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LabError(.connectionFailed, "no such namespace (\(errnoText()))", at: path) }
    }

    deinit {
        close(descriptor)
    }

    /// Whether `process` has left the namespace in which this program runs.
    static func isLeft(by process: pid_t) -> Bool {
        let theirs = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/ns/net")
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
        return theirs != nil && theirs != own
    }

    /// Whether somebody listens on a port in the namespace of `process`.
    static func hasListener(on port: UInt16, in process: pid_t, isIPv6: Bool = false) -> Bool {
        let path = "/proc/\(process)/net/tcp\(isIPv6 ? "6" : "")"
        guard let table = FileManager.default.contents(atPath: path) else { return false }
        let digits = String(port, radix: 16, uppercase: true)
        let end = ":" + String(repeating: "0", count: 4 - digits.count) + digits
        return String(decoding: table, as: UTF8.self).split(separator: "\n").contains { line in
            let columns = line.split(separator: " ")
            return columns.count > 3 && columns[1].hasSuffix(end) && columns[3] == "0A"
        }
    }

    /// Connects from the address, and the port if there is one, of `identity` to a port of loopback.
    public func connect(from identity: ClientIdentity, to port: UInt16) throws(LabError) -> LoopbackSocket {
        // A thread belongs to a namespace, and its sockets with it; the threads of tests must stay where they are.
        let answer = Answer()
        Thread.detachNewThread { [self] in
            answer.result.withLock { $0 = connected(from: identity, to: port) }
            answer.isThere.signal()
        }
        answer.isThere.wait()
        guard let ending = answer.result.withLock({ $0 }) else { throw LabError(.connectionFailed, "no thread") }
        return LoopbackSocket(adopting: try ending.get())
    }

    private func connected(from identity: ClientIdentity, to port: UInt16) -> Result<Int32, LabError> {
        func failure(_ what: String) -> Result<Int32, LabError> {
            .failure(LabError(.connectionFailed, "\(what) (\(errnoText()))", at: "\(identity.address) to port \(port)"))
        }
        guard enter() else { return failure("cannot enter the namespace") }
        let isIPv6 = identity.address.contains(":")
        let client = socket(
            isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var on: Int32 = 1
        setsockopt(client, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard
            withAddress(of: identity.address, port: identity.port ?? 0, { bind(client, $0, $1) == 0 }),
            withAddress(of: isIPv6 ? "::1" : "127.0.0.1", port: port, { Glibc.connect(client, $0, $1) == 0 })
        else {
            defer { close(client) }
            return failure("cannot connect")
        }
        return .success(client)
    }

    /// Calls `setns(2)` with `CLONE_NEWNET`, which the headers show to C with `_GNU_SOURCE` only.
    private func enter() -> Bool {
        typealias Function = @convention(c) (Int32, Int32) -> Int32
        guard let symbol = dlsym(nil, "setns") else { return false }
        return unsafeBitCast(symbol, to: Function.self)(descriptor, 0x4000_0000) == 0
    }

    private func withAddress(
        of text: String, port: UInt16, _ use: (UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) -> Bool {
        if text.contains(":") {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            guard inet_pton(AF_INET6, text, &address.sin6_addr) == 1 else { return false }
            return withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    use($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        var address = LoopbackPort.loopback(port: port)
        guard inet_pton(AF_INET, text, &address.sin_addr) == 1 else { return false }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { use($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
