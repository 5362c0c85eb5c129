import FakeMTA
import Foundation
import Milter
import Testing
import Sockets

@Suite("Listening sockets", .timeLimit(.minutes(10)))
struct ListenerTests {
    static func mode(of path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    /// Whether somebody could connect.
    static func answers(_ socket: String) -> Bool { (try? FakeMTAConnection(to: socket)) != nil }

    @Test(arguments: [UInt32(0o600), 0o660, 0o666, 0o777])
    func aSocketFileHasItsMode(mode: UInt32) throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("socket")
        let listener = try SocketListener(.unix(path: path), mode: mode)
        defer { close(listener.descriptor) }
        #expect(Self.mode(of: path) == mode)
        #expect(Self.mode(of: path + ".lock") == 0o600)
        #expect(Self.answers("unix:" + path))
        #expect(!listener.isInherited)
        #expect(fcntl(listener.descriptor, F_GETFD) == FD_CLOEXEC)
    }

    @Test(.enabled(if: geteuid() == 0, "another group can be given by root only"))
    func aSocketFileHasItsGroup() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("socket")
        let group = try #require(getgrnam("daemon"))
        let listener = try SocketListener(.unix(path: path), group: "daemon")
        defer { close(listener.descriptor) }
        var status = stat()
        #expect(lstat(path, &status) == 0)
        #expect(status.st_gid == group.pointee.gr_gid)
        #expect(status.st_uid == geteuid())
        #expect(Self.mode(of: path) == 0o660)
    }

    @Test func anUnknownGroupIsNamed() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("socket")
        let error = #expect(throws: SocketError.self) {
            try SocketListener(.unix(path: path), group: "no-such-group")
        }
        #expect(error?.code == .unknownGroup)
        #expect(error?.description.contains("\"no-such-group\" does not exist") == true)
        // The failure keeps nothing.
        let listener = try SocketListener(.unix(path: path))
        close(listener.descriptor)
    }

    @Test func aStaleSocketIsReplaced() throws {
        let directory = try TemporaryDirectory()
        let path = try HeldSocket(in: directory).path
        #expect(!Self.answers("unix:" + path))
        let listener = try SocketListener(.unix(path: path))
        defer { close(listener.descriptor) }
        #expect(Self.answers("unix:" + path))
    }

    @Test func aLiveSocketIsNotStolen() throws {
        let directory = try TemporaryDirectory()
        let held = try HeldSocket(in: directory)
        let error = #expect(throws: SocketError.self) { try SocketListener(.unix(path: held.path)) }
        #expect(error?.code == .socketInUse)
        #expect(Self.answers("unix:" + held.path))
    }

    /// A program that hangs has a full backlog; connecting would wait for it.
    @Test func aLiveSocketWithAFullBacklogIsNotStolen() throws {
        let directory = try TemporaryDirectory()
        let held = try HeldSocket(in: directory, backlog: 0)
        let waiting = try FakeMTAConnection(to: "unix:" + held.path)
        let error = #expect(throws: SocketError.self) { try SocketListener(.unix(path: held.path)) }
        #expect(error?.code == .socketInUse)
        waiting.close()
    }

    @Test(arguments: ["file", "directory", "link", "dangling link"])
    func whatIsNoSocketIsLeftAlone(kind: String) throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("socket")
        switch kind {
        case "file": _ = try directory.write("precious", to: "socket")
        case "directory": mkdir(path, 0o755)
        case "link":
            _ = try directory.write("precious", to: "other")
            symlink(directory.file("other"), path)
        default: symlink(directory.file("nothing"), path)
        }
        let error = #expect(throws: SocketError.self) { try SocketListener(.unix(path: path)) }
        #expect(error?.code == .notASocket)
        #expect(error?.description.contains(path) == true)
        var status = stat()
        #expect(lstat(path, &status) == 0)
        if kind == "file" { #expect(directory.contents(of: "socket") == "precious") }
    }

    @Test func aMissingDirectoryIsNamed() throws {
        let directory = try TemporaryDirectory()
        let error = #expect(throws: SocketError.self) {
            try SocketListener(.unix(path: directory.file("missing/socket")))
        }
        #expect(error?.code == .system)
        #expect(error?.description.contains("No such file or directory") == true)
    }

    @Test func aPathOf107BytesServes() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("")
        let full = path + String(repeating: "x", count: SocketName.maximumPathLength - path.utf8.count)
        let listener = try SocketListener(try SocketName(full))
        defer { close(listener.descriptor) }
        #expect(Self.answers("unix:" + full))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 2)
    }

    @Test func theLockIsHeldAsLongAsTheSocket() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("socket")
        let listener = try SocketListener(.unix(path: path))
        let error = #expect(throws: SocketError.self) { try SocketListener(.unix(path: path)) }
        #expect(error?.code == .socketInUse)
        #expect(error?.description.contains("belongs to a running argotd") == true)
        withExtendedLifetime(listener) {}
    }

    @Test func aLockFileThatIsALinkIsNotFollowed() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write("precious", to: "other")
        symlink(directory.file("other"), directory.file("socket.lock"))
        #expect(throws: SocketError(.system, "")) { try SocketListener(.unix(path: directory.file("socket"))) }
        #expect(directory.contents(of: "other") == "precious")
    }

    @Test(arguments: [
        ("127.0.0.1", false, AF_INET), ("", false, AF_INET), ("::1", true, AF_INET6), ("", true, AF_INET6),
    ])
    func portsOfBothFamilies(host: String, isIPv6: Bool, family: Int32) throws {
        // Port 0: the system picks a free one.
        let listener = try SocketListener(.inet(host: host, port: 0, isIPv6: isIPv6))
        defer { close(listener.descriptor) }
        let (port, own) = Self.name(of: listener.descriptor)
        #expect(own == family)
        if !isIPv6 { #expect(Self.answers("inet:\(port)@127.0.0.1")) }
        let again = #expect(throws: SocketError.self) {
            try SocketListener(.inet(host: host, port: port, isIPv6: isIPv6))
        }
        #expect(again?.description.contains("stop the program that uses it") == true)
    }

    @Test func aHostThatIsNotHere() {
        let elsewhere = #expect(throws: SocketError.self) {
            try SocketListener(.inet(host: "192.0.2.1", port: 0, isIPv6: false))
        }
        #expect(elsewhere?.code == .system)
        let invalid = #expect(throws: SocketError.self) {
            try SocketListener(.inet(host: "not a host", port: 0, isIPv6: false))
        }
        #expect(invalid?.description.contains("has no address") == true)
    }

    @Test func anInheritedSocketMustListen() throws {
        let directory = try TemporaryDirectory()
        let held = try HeldSocket(in: directory)
        let listener = try SocketListener(.descriptor(held.descriptor))
        #expect(listener.isInherited)
        #expect(listener.descriptor == held.descriptor)
        let silent = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(silent) }
        let error = #expect(throws: SocketError.self) { try SocketListener(.descriptor(silent)) }
        #expect(error?.description == "fd:\(silent) is not a listening socket: check the .socket unit")
        #expect(throws: SocketError(.system, "")) { try SocketListener(.descriptor(1_000_000)) }
    }

    private static func name(of descriptor: Int32) -> (port: UInt16, family: Int32) {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        // The port is at the same place in both families.
        return (UInt16(bigEndian: address.sin6_port), Int32(address.sin6_family))
    }
}
