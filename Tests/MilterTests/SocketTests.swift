import Milter
import Testing
import Sockets

@Suite("Socket specifications")
struct SocketTests {
    @Test(
        arguments: [
            ("unix:/run/argot/milter", .unix(path: "/run/argot/milter")), ("local:/run/x", .unix(path: "/run/x")),
            ("/run/x", .unix(path: "/run/x")), ("unix:relative/x", .unix(path: "relative/x")),
            ("unix:/with:colon@at", .unix(path: "/with:colon@at")),
            ("inet:8891@127.0.0.1", .inet(host: "127.0.0.1", port: 8891, isIPv6: false)),
            ("inet:8891@localhost", .inet(host: "localhost", port: 8891, isIPv6: false)),
            ("inet:8891", .inet(host: "", port: 8891, isIPv6: false)),
            ("inet:8891@", .inet(host: "", port: 8891, isIPv6: false)),
            ("inet:127.0.0.1:8891", .inet(host: "127.0.0.1", port: 8891, isIPv6: false)),
            ("inet:localhost:1", .inet(host: "localhost", port: 1, isIPv6: false)),
            ("inet:[::1]:65535", .inet(host: "::1", port: 65535, isIPv6: true)),
            ("inet:8891@[::1]", .inet(host: "::1", port: 8891, isIPv6: true)),
            ("inet6:8891@[::1]", .inet(host: "::1", port: 8891, isIPv6: true)),
            ("inet6:8891@::1", .inet(host: "::1", port: 8891, isIPv6: true)),
            ("inet6:[::1]:8891", .inet(host: "::1", port: 8891, isIPv6: true)),
            ("inet6:8891", .inet(host: "", port: 8891, isIPv6: true)),
            ("inet6:8891@[::ffff:127.0.0.1]", .inet(host: "::ffff:127.0.0.1", port: 8891, isIPv6: true)),
            ("inet6:8891@localhost", .inet(host: "localhost", port: 8891, isIPv6: true)),
            ("fd:0", .descriptor(0)), ("fd:3", .descriptor(3)),
        ] as [(String, SocketName)])
    func isRead(text: String, socket: SocketName) throws {
        let read = try SocketName(text)
        #expect(read == socket)
        // What is printed is read alike.
        #expect(try SocketName(read.description) == socket)
    }

    @Test(arguments: [
        ("inet:127.0.0.1:8891", "inet:8891@127.0.0.1"), ("inet6:[::1]:8891", "inet6:8891@[::1]"),
        ("inet:8891", "inet:8891"), ("/run/x", "unix:/run/x"), ("local:/run/x", "unix:/run/x"), ("fd:3", "fd:3"),
    ])
    func isPrintedInOneSpelling(text: String, printed: String) throws {
        #expect(try SocketName(text).description == printed)
    }

    @Test(arguments: [
        ("", "it has no kind"), ("milter", "it has no kind"), ("tcp:8891", "\"tcp\" is not a kind of socket"),
        ("UNIX:/x", "\"UNIX\" is not a kind of socket"), (":", "\"\" is not a kind of socket"),
        ("unix:", "the path must have 1 to 107 bytes"), ("local:", "the path must have 1 to 107 bytes"),
        ("inet:", "the port is not a number from 1 to 65535"), ("inet:0", "the port is not a number from 1 to 65535"),
        ("inet:65536", "the port is not a number from 1 to 65535"),
        ("inet:+25", "the port is not a number from 1 to 65535"),
        ("inet:-1", "the port is not a number from 1 to 65535"),
        ("inet:smtp@localhost", "the port is not a number from 1 to 65535"),
        ("inet:localhost", "the port is not a number from 1 to 65535"),
        ("inet:localhost:", "the port is not a number from 1 to 65535"),
        ("inet:@localhost", "the port is not a number from 1 to 65535"),
        ("inet6:[::1]", "the port is not a number from 1 to 65535"),
        ("fd:", "the descriptor is not a number"), ("fd:-1", "the descriptor is not a number"),
        ("fd:three", "the descriptor is not a number"), ("fd:99999999999", "the descriptor is not a number"),
    ])
    func isRefusedWithItsReason(text: String, problem: String) {
        let error = #expect(throws: SocketError.self) { try SocketName(text) }
        #expect(error?.code == .socketSyntax)
        #expect(
            error?.description == "socket \"\(text)\": \(problem): write unix:PATH, inet:PORT@HOST or fd:NUMBER")
    }

    @Test func pathsHaveAtMost107Bytes() throws {
        let path = "/" + String(repeating: "x", count: 106)
        #expect(try SocketName(path) == .unix(path: path))
        #expect(throws: SocketError(.socketSyntax, "")) { try SocketName(path + "x") }
        #expect(throws: SocketError(.socketSyntax, "")) { try SocketName("unix:" + path + "x") }
        // Bytes, not characters.
        #expect(throws: SocketError(.socketSyntax, "")) { try SocketName("/" + String(repeating: "ä", count: 54)) }
    }
}
