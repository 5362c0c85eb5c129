import ClientLab
import Glibc
import ScratchFiles
import Seeded
import Synchronization
import Testing

@testable import Sockets
@testable import WireHook

/// What the conversations of a test have noted.
private final class Notes: Sendable {
    private let results = Mutex<[Result<HookKey, HookKeyError>]>([])
    var all: [Result<HookKey, HookKeyError>] { results.withLock { $0 } }
    func add(_ result: Result<HookKey, HookKeyError>) { results.withLock { $0.append(result) } }
    var keys: Int { all.count { if case .success = $0 { true } else { false } } }
    var errors: [HookKeyError] { all.compactMap { if case .failure(let error) = $0 { error } else { nil } } }
}

@Suite("The memcache side of the command hook")
struct MemcacheConversationTests {
    private func answer(
        _ text: [UInt8], process: Int32 = 4_711, own: Int32? = nil, pieces: (Int) -> Int = { $0 }, _ notes: Notes
    ) -> SocketAnswer {
        var conversation = MemcacheConversation(
            peer: SocketPeer(process: process, user: 100), ownNumber: { _ in own }, note: notes.add)
        var whole = SocketAnswer()
        var rest = text[...]
        while !rest.isEmpty {
            let count = pieces(rest.count)
            let answer = conversation.received(Array(rest.prefix(count)).span)
            whole.bytes += answer.bytes
            if answer.closes { return SocketAnswer(bytes: whole.bytes, closes: true) }
            rest = rest.dropFirst(count)
        }
        return whole
    }

    private let end = Array("END\r\n".utf8)

    @Test func nothingIsEverFound() {
        let notes = Notes()
        let lookups = "get h/4711:w:ehlo:␣x\r\nget h/4711:p:mail:from\r\nget h/4711:r:550:5.1.1\r\n"
        #expect(answer(Array(lookups.utf8), notes) == SocketAnswer(bytes: end + end + end))
        #expect(notes.keys == 3)
    }

    @Test func lookupsMayComeInAnyPieces() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let notes = Notes()
            let lookups = Array("get h/4711:w:ehlo:␣x\r\nget h/4711:w:rset:\n".utf8)
            let answer = answer(lookups, pieces: { _ in Int.random(in: 1...9, using: &generator) }, notes)
            #expect(answer == SocketAnswer(bytes: end + end))
            #expect(notes.keys == 2)
        }
    }

    @Test(arguments: [
        ("set h/4711:j: 0 0 1\r\n", HookKeyError.notALookup), ("GET / HTTP/1.0\r\n", .notALookup),
        ("\r\n", .notALookup),
        ("gets h/4711:j:\r\n", .notALookup), ("get \r\n", .malformed), ("get h/4711:w:qu\0t:\r\n", .malformed),
        ("get h/4712:j:\r\n", .foreignProcess),
        ("get h/4711:w:ehlo:" + String(repeating: "x", count: 4_096) + "\r\n", .tooLong),
        (String(repeating: "x", count: 5_000), .tooLong),
    ])
    func whatIsNoLookupEndsTheConnection(text: String, error: HookKeyError) {
        let notes = Notes()
        let answer = answer(Array(text.utf8), notes)
        #expect(answer.closes)
        #expect(!answer.bytes.starts(with: end))
        #expect(notes.errors == [error])
        #expect(notes.keys == 0)
    }

    @Test func aProcessInAContainerKnowsItselfByAnotherNumber() {
        let notes = Notes()
        #expect(answer(Array("get h/77:j:\r\n".utf8), process: 4_711, own: 77, notes) == SocketAnswer(bytes: end))
        #expect(answer(Array("get h/78:j:\r\n".utf8), process: 4_711, own: 77, notes).closes)
        // argotd itself in a container: the kernel does not tell it who that is.
        #expect(answer(Array("get h/78:j:\r\n".utf8), process: 0, notes) == SocketAnswer(bytes: end))
        #expect(notes.keys == 2)
        #expect(notes.errors == [.foreignProcess])
    }

    @Test func theKernelsListOfNumbersIsRead() {
        #expect(SocketPeer.ownNumber(in: "Name:\tsmtpd\nNSpid:\t4711\t77\t5\nNSpgid:\t1\n") == 5)
        #expect(SocketPeer.ownNumber(in: "NSpid:\t4711\n") == 4_711)
        #expect(SocketPeer.ownNumber(in: "NSpid:\nName:\tx\n") == nil)
        #expect(SocketPeer.ownNumber(in: "") == nil)
        #expect(SocketPeer(process: getpid(), user: 0).ownNumber == getpid())
        #expect(SocketPeer(process: .max, user: 0).ownNumber == nil)
    }

    @Test func bytesOfAnyKindNeverCrash() {
        var generator = SeededGenerator(seed: 4)
        let pieces = ["get ", "h/4711:", "w:ehlo:", "j:", "\r\n", "\n", "\0", "é", "set", "f:", "␣", "…"]
        for _ in 0..<5_000 {
            let text = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                pieces.randomElement(using: &generator)!
            }.joined()
            _ = answer(Array(text.utf8), pieces: { min($0, 7) }, Notes())
        }
    }

    @Test func theLoopSaysWhoIsAtTheOtherEnd() throws {
        let directory = try Scratch()
        let path = directory.path + "/wire.sock"
        let notes = Notes()
        let loop = try SocketLoop(
            listener: SocketListener(.unix(path: path)),
            conversationWith: { peer in
                MemcacheConversation(peer: peer, note: notes.add)
            })
        try loop.start()
        defer { loop.stop() }
        #expect(try ask("get h/\(getpid()):j:\r\n", path) == "END\r\n")
        // A lookup that another process has made once and somebody else sends again.
        #expect(try ask("get h/\(getppid()):j:\r\n", path) == "")
        #expect(notes.keys == 1)
        #expect(notes.errors == [.foreignProcess])
    }

    /// A process in a container of this machine, whose number is another one there.
    @Test(.enabled(if: geteuid() == 0 && Executable.path(of: "unshare") != nil, "needs root and util-linux"))
    func aProcessOfANamespaceOfItsOwnIsKnown() throws {
        let directory = try Scratch()
        let path = directory.path + "/wire.sock"
        let notes = Notes()
        let loop = try SocketLoop(
            listener: SocketListener(.unix(path: path)),
            conversationWith: { peer in MemcacheConversation(peer: peer, note: notes.add) })
        try loop.start()
        defer { loop.stop() }
        let script = """
            import os, socket, sys
            def ask(number):
                s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(b"get h/%d:j:\\r\\n" % number)
                return s.recv(100)
            sys.exit(0 if os.getpid() < 10 and ask(os.getpid()) == b"END\\r\\n" and ask(os.getpid() + 1) == b"" else 1)
            """
        let python = try Executable.require("python3", package: "python3")
        let child = try ChildProcess(
            try Executable.require("unshare", package: "util-linux"),
            ["--pid", "--fork", python, "-I", "-c", script, path])
        #expect(child.wait(until: .after(.seconds(60))) == .exited(0))
        #expect(notes.keys == 1)
        #expect(notes.errors == [.foreignProcess])
    }

    /// Another process of the same user connects 20,000 times and keeps what it may: who was there keeps the connection, is
    /// answered all the while, and places are not exceeded.
    @Test func aCrowdAtTheSocketLeavesAServerProcessItsConnection() throws {
        let directory = try Scratch()
        let path = directory.path + "/wire.sock"
        let notes = Notes()
        let loop = try SocketLoop(
            listener: SocketListener(.unix(path: path)), limits: SocketLimits(connections: 100, countsProcesses: true),
            conversationWith: { peer in MemcacheConversation(peer: peer, note: notes.add) })
        try loop.start()
        defer { loop.stop() }
        let honest = try connect(path)
        defer { close(honest) }
        let script = """
            import os, socket, sys
            kept = []
            for number in range(20000):
                s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); kept.append(s)
                if len(kept) > 300: kept.pop(0).close()
                if number % 50 == 0:
                    s.sendall(b"get h/%d:j:\\r\\n" % os.getpid())
                    if s.recv(100) != b"END\\r\\n": sys.exit(1)
            """
        let child = try ChildProcess(
            try Executable.require("python3", package: "python3"), ["-I", "-c", script, path])
        var asked = 0
        var ended: ChildProcess.Ending?
        while ended == nil {
            #expect(ask("get h/\(getpid()):j:\r\n", honest) == "END\r\n")
            asked += 1
            ended = child.wait(until: .after(.milliseconds(1)))
        }
        #expect(ended == .exited(0))
        #expect(ask("get h/\(getpid()):j:\r\n", honest) == "END\r\n")
        #expect(notes.keys == asked + 1 + 400)
        #expect(loop.connectionCount <= 100)
        #expect(loop.evictedCount > 19_000)
    }

    private func ask(_ text: String, _ path: String) throws -> String {
        let descriptor = try connect(path)
        defer { close(descriptor) }
        return ask(text, descriptor)
    }

    private func connect(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(status == 0)
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        return descriptor
    }

    private func ask(_ text: String, _ descriptor: Int32) -> String {
        _ = text.withCString { Glibc.send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
