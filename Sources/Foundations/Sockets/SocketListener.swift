import Glibc

/// A listening socket that Argot opened itself, so that mode, group, stale files and running instances are its own
/// affair.
public final class SocketListener: Sendable {
    /// The listening descriptor.
    public let descriptor: Int32

    /// What it listens on.
    public let socket: SocketName

    /// Whether somebody else (systemd) holds the socket too, so that connections wait for a successor.
    public let isInherited: Bool

    private let lock: Int32

    /// Opens `socket`.
    ///
    /// For a path: the file `PATH.lock` is locked for the life of the process; a socket file that nobody listens on is
    /// removed; one that somebody listens on, or anything that is not a socket, is left alone.
    ///
    /// - Parameters:
    ///   - mode: the permission bits of a socket file.
    ///   - group: the group of a socket file; `nil` leaves it.
    public init(_ socket: SocketName, mode: UInt32 = 0o660, group: String? = nil) throws(SocketError) {
        self.socket = socket
        switch socket {
        case .unix(let path):
            isInherited = false
            lock = try Self.lock(path)
            do throws(SocketError) {
                try Self.removeStaleSocket(path)
                descriptor = try Self.listen(path: path, mode: mode, group: group)
            } catch {
                Glibc.close(lock)
                throw error
            }
        case .inet(let host, let port, let isIPv6):
            isInherited = false
            lock = -1
            descriptor = try Self.listen(host: host, port: port, isIPv6: isIPv6)
        case .descriptor(let number):
            isInherited = true
            lock = -1
            var listens: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            // unsafe: getsockopt fills the variable.
            guard unsafe getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) == 0, listens != 0 else {
                throw SocketError(.system, "fd:\(number) is not a listening socket: check the .socket unit")
            }
            descriptor = number
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    /// The first socket that systemd passed to this process, if it did.
    public static func inherited() -> SocketName? {
        var sockets = InheritedSockets()
        return sockets.takeFirst()
    }

    /// Removes the socket file, unless somebody else holds the socket.
    public func unlinkPath() {
        guard case .unix(let path) = socket else { return }
        unsafe _ = Glibc.unlink(path)
        unsafe _ = Glibc.unlink(Self.hidden(path))
    }

    /// Takes the socket's file from its place, where clients look for it, or puts it back.
    func hide(_ hides: Bool) {
        guard case .unix(let path) = socket else { return }
        let (from, to) = hides ? (path, Self.hidden(path)) : (Self.hidden(path), path)
        unsafe _ = rename(from, to)
    }

    private static func hidden(_ path: String) -> String { path + ".away" }

    private static func lock(_ path: String) throws(SocketError) -> Int32 {
        let file = path + ".lock"
        // unsafe, here and below: path strings are passed for the length of a system call.
        let descriptor = unsafe open(file, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .system("cannot open \(file)", remedy: "create the directory and let argotd's user write to it")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            throw SocketError(.socketInUse, "\(path) belongs to a running argotd: stop that one, or set another socket")
        }
        return descriptor
    }

    private static func removeStaleSocket(_ path: String) throws(SocketError) {
        var status = stat()
        // unsafe: lstat fills the variable.
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw SocketError(.notASocket, "\(path) exists and is not a socket: move it away, or set another socket")
        }
        let probe = try socket(family: AF_UNIX)
        defer { Glibc.close(probe) }
        // A program that hangs may have a full backlog, at which connect(2) would wait.
        _ = fcntl(probe, F_SETFL, O_NONBLOCK)
        let answers = unsafe withAddress(path: path) { address, length in
            unsafe Glibc.connect(probe, address, length) == 0
        }
        guard !answers, errno == ECONNREFUSED else {
            throw SocketError(.socketInUse, "a running program listens on \(path): stop it, or set another socket")
        }
        guard unsafe unlink(path) == 0 else {
            throw .system("cannot remove the stale socket \(path)", remedy: "remove it")
        }
    }

    private static func listen(path: String, mode: UInt32, group: String?) throws(SocketError) -> Int32 {
        let descriptor = try socket(family: AF_UNIX)
        do throws(SocketError) {
            // Nobody may connect before mode and group are right. On Linux the file gets the descriptor's mode; umask(2)
            // would be every thread's.
            _ = fchmod(descriptor, 0o600)
            let isBound = unsafe withAddress(path: path) { address, length in
                unsafe bind(descriptor, address, length) == 0
            }
            guard isBound else {
                throw .system("cannot bind \(path)", remedy: "let argotd's user write to the directory")
            }
            try share(path, mode: mode, group: group)
            guard Glibc.listen(descriptor, SOMAXCONN) == 0 else {
                throw .system("cannot listen on \(path)", remedy: "check the directory's permissions")
            }
            return descriptor
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    // fcntl.h; the C macros are not imported.
    private static let pathOnly: Int32 = 0o10000000
    private static let emptyPath: Int32 = 0x1000

    /// Gives the file of a socket that was just made its group and mode. Whoever may write to the directory could have put
    /// a link in its place meanwhile, which is not followed: argotd may run as root.
    private static func share(_ path: String, mode: UInt32, group: String?) throws(SocketError) {
        let file = unsafe open(path, pathOnly | O_NOFOLLOW | O_CLOEXEC)
        var status = stat()
        // unsafe: fstat fills the variable.
        guard file >= 0, unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else {
            if file >= 0 { Glibc.close(file) }
            throw SocketError(
                .notASocket, "\(path) was replaced while it was made: let nobody else write to its directory")
        }
        defer { Glibc.close(file) }
        if let group {
            // unsafe: getgrnam returns static storage, read at once; argotd is single-threaded here.
            guard let entry = unsafe getgrnam(group) else {
                throw SocketError(
                    .unknownGroup, "group \"\(group)\" does not exist: create it, or name another one")
            }
            guard unsafe fchownat(file, "", uid_t.max, entry.pointee.gr_gid, emptyPath) == 0 else {
                throw .system("cannot give \(path) to group \(group)", remedy: "add argotd's user to that group")
            }
        }
        // Only /proc can change the mode of what was opened so; where it is missing the path has to do.
        let isSet = unsafe chmod("/proc/self/fd/\(file)", mode_t(mode)) == 0
        guard unsafe isSet || errno == ENOENT && chmod(path, mode_t(mode)) == 0 else {
            throw .system("cannot set the permissions of \(path)", remedy: "check the directory's permissions")
        }
    }

    private static func listen(host: String, port: UInt16, isIPv6: Bool) throws(SocketError) -> Int32 {
        let node = host.isEmpty ? (isIPv6 ? "::" : "0.0.0.0") : host
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = isIPv6 ? AF_INET6 : AF_INET
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_PASSIVE
        var results: UnsafeMutablePointer<addrinfo>?
        // unsafe: getaddrinfo allocates the list, freed below.
        let status = unsafe getaddrinfo(node, String(port), &hints, &results)
        guard status == 0, let entry = unsafe results?.pointee else {
            throw SocketError(.system, "host \"\(host)\" has no address: use an address of this machine")
        }
        defer { unsafe freeaddrinfo(results) }
        let descriptor = try socket(family: unsafe entry.ai_family)
        var on: Int32 = 1
        unsafe _ = setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard unsafe bind(descriptor, entry.ai_addr, entry.ai_addrlen) == 0, Glibc.listen(descriptor, SOMAXCONN) == 0
        else {
            let error = SocketError.system(
                "cannot listen on port \(port)\(host.isEmpty ? "" : " of \(host)")",
                remedy: errno == EADDRINUSE
                    ? "stop the program that uses it, or set another port" : "check host and port")
            Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }

    /// A stream socket that is neither bound nor connected, closed on exec.
    public static func socket(family: Int32) throws(SocketError) -> Int32 {
        let descriptor = Glibc.socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system("cannot make a socket", remedy: "raise LimitNOFILE") }
        return descriptor
    }

    /// Calls `body` with the address of a path; one that begins with `@` is a name of the abstract namespace.
    static func withAddress<T>(path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isAbstract = path.hasPrefix("@")
        // unsafe: copies at most 107 bytes into the zeroed 108-byte array; then views it as a sockaddr.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { buffer in
            unsafe buffer.copyBytes(from: path.utf8.prefix(SocketName.maximumPathLength))
            if isAbstract { unsafe buffer[0] = 0 }
        }
        // An abstract name is as long as the address says, NULs and all (unix(7)).
        let length = isAbstract ? MemoryLayout<sa_family_t>.size + path.utf8.count : MemoryLayout<sockaddr_un>.size
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(length))
            }
        }
    }
}
