import Foundation
import Glibc
import PolicyService
import SMTP
import Sockets
import Testing

/// A client of a unix socket, blocking, with a receive time-out.
private struct Client {
    let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(status == 0)
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    func send(_ text: String) { _ = text.withCString { Glibc.send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) } }

    /// The next bytes; empty at the end of the connection.
    func read() -> String {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    func close() { Glibc.close(descriptor) }
}

@Suite("Loop over sockets")
struct SocketLoopTests {
    private func serve(limit: Int = 1_000, patience: Duration? = nil, _ notes: Notes) throws -> (
        loop: SocketLoop, path: String
    ) {
        let directory = FileManager.default.temporaryDirectory.appending(path: "argot-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let path = directory + "/p"
        let loop = try SocketLoop(
            listener: SocketListener(.unix(path: path)),
            limits: SocketLimits(connections: limit, patience: patience)
        ) {
            PolicyConversation { notes.add($0) }
        }
        try loop.start()
        return (loop, path)
    }

    /// Two that say nothing, or half of it, hold both places; the third is served when patience ends.
    @Test func whoDoesNotComeToThePointKeepsNobodyOut() throws {
        let notes = Notes()
        let (loop, path) = try serve(limit: 2, patience: .milliseconds(200), notes)
        defer { loop.stop() }
        let idle = try [Client(path), Client(path)]
        idle[1].send("request=smtpd")
        let third = try Client(path)
        third.send(PolicyConversationTests.request)
        #expect(third.read() == "action=DUNNO\n\n")
        for client in idle { #expect(client.read() == "") }
        for client in idle + [third] { client.close() }
    }

    /// A loop that is told to be away leaves no socket and no connection behind, and comes back.
    @Test func aPauseLooksLikeAProgramThatIsGone() throws {
        let notes = Notes()
        let (loop, path) = try serve(notes)
        defer { loop.stop() }
        let early = try Client(path)
        early.send(PolicyConversationTests.request)
        #expect(early.read() == "action=DUNNO\n\n")
        loop.pause(for: .seconds(3_600))
        #expect(early.read() == "")
        early.close()
        #expect(!FileManager.default.fileExists(atPath: path))
        loop.pause(for: .zero)
        let deadline = ContinuousClock.now + .seconds(60)
        while !FileManager.default.fileExists(atPath: path), ContinuousClock.now < deadline { usleep(1_000) }
        let late = try Client(path)
        late.send(PolicyConversationTests.request)
        #expect(late.read() == "action=DUNNO\n\n")
        late.close()
    }

    @Test func manyPeersAreServedAtOnce() throws {
        let notes = Notes()
        let (loop, path) = try serve(notes)
        defer { loop.stop() }
        let clients = try (0..<50).map { _ in try Client(path) }
        for round in 1...3 {
            for client in clients { client.send(PolicyConversationTests.request) }
            for client in clients { #expect(client.read() == "action=DUNNO\n\n") }
            #expect(notes.all.count == 50 * round)
        }
        #expect(loop.connectionCount == 50)
        for client in clients { client.close() }
    }

    @Test func whoTalksNonsenseIsCutOffAndNobodyElse() throws {
        let (loop, path) = try serve(Notes())
        defer { loop.stop() }
        let good = try Client(path)
        let bad = try Client(path)
        bad.send("GET / HTTP/1.0\r\n\r\n")
        #expect(bad.read() == "")
        good.send(PolicyConversationTests.request)
        #expect(good.read() == "action=DUNNO\n\n")
    }

    /// Idle for longest is who was accepted or answered first, whatever bytes have come since.
    @Test func beyondTheLimitTheLongestIdleGivesWay() throws {
        let (loop, path) = try serve(limit: 2, Notes())
        defer { loop.stop() }
        let first = try Client(path)
        first.send(PolicyConversationTests.request)
        #expect(first.read() == "action=DUNNO\n\n")
        let second = try Client(path)
        second.send(PolicyConversationTests.request)
        #expect(second.read() == "action=DUNNO\n\n")
        first.send("request=")
        let third = try Client(path)
        third.send(PolicyConversationTests.request)
        #expect(third.read() == "action=DUNNO\n\n")
        #expect(first.read() == "")
        second.send(PolicyConversationTests.request)
        #expect(second.read() == "action=DUNNO\n\n")
        #expect(loop.evictedCount == 1)
        for client in [first, second, third] { client.close() }
    }

    /// Two hundred that say nothing, or little, and whoever asks properly in between is answered at once.
    @Test func aCrowdThatSaysNothingKeepsNobodyOut() throws {
        let (loop, path) = try serve(limit: 64, patience: .seconds(3_600), Notes())
        defer { loop.stop() }
        var crowd: [Client] = []
        for number in 1...200 {
            let idler = try Client(path)
            if number.isMultiple(of: 2) { idler.send("request=smtpd") }
            crowd.append(idler)
            if number.isMultiple(of: 20) {
                let asker = try Client(path)
                asker.send(PolicyConversationTests.request)
                #expect(asker.read() == "action=DUNNO\n\n")
                asker.close()
            }
        }
        #expect(loop.connectionCount <= 64)
        for client in crowd { client.close() }
    }

    /// Answers "late" to "late", when it is let, and "now" to anything else.
    private struct Late: SocketConversation {
        let gate: Notes

        mutating func received(_ bytes: Span<UInt8>) -> SocketAnswer {
            guard bytes.count == 4 else { return SocketAnswer(bytes: Array("now".utf8), closes: true) }
            return SocketAnswer { [gate] done in
                gate.later { done(SocketAnswer(bytes: Array("late".utf8), closes: true)) }
            }
        }
    }

    @Test func anAnswerThatIsMadeElsewhereHoldsUpNobody() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "argot-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let gate = Notes()
        let loop = try SocketLoop(
            listener: SocketListener(.unix(path: directory + "/p")), limits: SocketLimits(connections: 2)
        ) { Late(gate: gate) }
        try loop.start()
        defer { loop.stop() }
        let slow = try Client(directory + "/p")
        slow.send("late")
        let gone = try Client(directory + "/p")
        gone.send("late")
        gone.close()
        for _ in 1...5 {
            let quick = try Client(directory + "/p")
            quick.send("x")
            #expect(quick.read() == "now")
            quick.close()
        }
        #expect(gate.release() >= 1)
        #expect(slow.read() == "late")
        slow.close()
    }

    @Test func stoppingClosesConnectionsAndRemovesTheFile() throws {
        let (loop, path) = try serve(Notes())
        let client = try Client(path)
        client.send(PolicyConversationTests.request)
        #expect(client.read() == "action=DUNNO\n\n")
        loop.stop()
        #expect(client.read() == "")
        #expect(!FileManager.default.fileExists(atPath: path))
        loop.stop()
    }
}
