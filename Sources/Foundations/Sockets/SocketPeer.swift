import Glibc

/// Who is at the other end: a user of this machine, or a network address. Of an IPv6 address it is the /64, which one
/// machine has to itself. All processes of a user are equal.
public struct SocketPeer: Hashable, Sendable {
    /// The process at the other end of a unix socket: the one that connected. 0 when it cannot be seen from here (another
    /// namespace), `nil` on the network.
    public let process: Int32?

    /// The user of the process at the other end of a unix socket, at the time when it connected; `nil` on the network.
    public let user: UInt32?

    private let bytes: [UInt8]

    /// A peer on this machine.
    public init(process: Int32, user: Int32) {
        self.process = process
        bytes = Array("\(user)".utf8)
        self.user = UInt32(exactly: user)
    }

    /// The peer of a connected socket; all whom the system does not name are one.
    init(of descriptor: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // unsafe: getpeername fills the storage, at most its size.
        let isNamed = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getpeername(descriptor, $0, &length) == 0
            }
        }
        // unsafe: reads what was filled in.
        let address = unsafe withUnsafeBytes(of: &storage) { unsafe Array($0) }
        switch isNamed ? Int32(storage.ss_family) : AF_UNSPEC {
        case AF_INET:
            bytes = Array(address[4..<8])
            (process, user) = (nil, nil)
        case AF_INET6:
            bytes = Array(address[8..<16])
            (process, user) = (nil, nil)
        default:
            // struct ucred of unix(7): process, user, group.
            var credentials: [Int32] = [-1, -1, -1]
            var size = socklen_t(credentials.count * MemoryLayout<Int32>.size)
            // unsafe: getsockopt fills at most the array.
            let isKnown = unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0
            bytes = isKnown ? Array("\(credentials[1])".utf8) : []
            process = isKnown ? credentials[0] : nil
            user = isKnown ? UInt32(bitPattern: credentials[1]) : nil
        }
    }

    /// The user that this process is.
    public static var ownUser: UInt32 { geteuid() }

    /// The number of a user; `nil` if there is none of this name. To be called before threads are started.
    public static func user(named name: String) -> UInt32? {
        // unsafe: getpwnam returns static storage, read at once.
        guard let entry = unsafe getpwnam(name) else { return nil }
        return unsafe entry.pointee.pw_uid
    }

    /// Peers are equal by user or by network, whatever their processes.
    public static func == (lhs: SocketPeer, rhs: SocketPeer) -> Bool { lhs.bytes == rhs.bytes }

    /// Hashes the user or the network.
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    /// The number by which the process knows itself: another one than ``process`` when it lives in a container of this
    /// machine. `nil` when the kernel does not say. Reads one file of `/proc`.
    public var ownNumber: Int32? {
        guard let process, process > 0 else { return nil }
        // unsafe: the path is passed for the length of the call.
        let descriptor = unsafe open("/proc/\(process)/status", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 8_192)
        // unsafe: read fills at most the array.
        let count = unsafe read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return Self.ownNumber(in: String(decoding: buffer.prefix(count), as: UTF8.self))
    }

    /// The last number of the line `NSpid:` of proc(5)'s `status`: the one of the innermost namespace.
    static func ownNumber(in status: String) -> Int32? {
        let line = status.split(separator: "\n").first { $0.hasPrefix("NSpid:") }
        return line?.split(whereSeparator: { $0 == "\t" || $0 == " " }).dropFirst().last.flatMap { Int32($0) }
    }
}
