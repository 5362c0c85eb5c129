import Examples
import FakeMTA
import Milter
import SMTP
import ScratchFiles
import Sockets
import Synchronization
import Testing

/// An engine without libmilter serves the sessions that libmilter serves.
@Suite("Example: an engine")
struct EngineExampleTests {
    /// What sessions were told, in order.
    private final class Told: Sendable {
        private let words = Mutex<[String]>([])
        func add(_ word: String) { words.withLock { $0.append(word) } }
        var all: [String] { words.withLock { $0 } }
    }

    /// Notes every stage, and refuses one recipient.
    private final class Session: MilterSession {
        private let told: Told
        init(_ told: Told) { self.told = told }

        private func add(_ word: String, _ bytes: Span<UInt8>) {
            let text = String(
                decoding: bytes.indices.map { bytes[$0] == 0 ? UInt8(ascii: "|") : bytes[$0] }, as: UTF8.self)
            told.add("\(word) \(text)")
        }

        func connect(_ peer: MilterPeer, _ context: borrowing MilterContext) -> MilterConnectResponse {
            told.add("connect \(peer.hostName) \(peer.origin) \(context.mta) \(context.macro(.daemonName) ?? "")")
            return .continue
        }
        func helo(_ name: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
            add("helo", name)
            return .continue
        }
        func mail(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
            add("mail", arguments)
            return .continue
        }
        func recipient(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
            add("rcpt", arguments)
            guard arguments.count < 12, let reply = try? RefusalReply(550, "5.1.1", "100% unknown") else {
                return .continue
            }
            return .refuse(reply)
        }
        func data(_ context: borrowing MilterContext) { told.add("data") }
        func unknown(_ command: Span<UInt8>, _ context: borrowing MilterContext) -> MilterUnknownResponse {
            add("unknown", command)
            return .continue
        }
        func header(
            _ field: Span<UInt8>, nameLength: Int, _ context: borrowing MilterContext
        ) -> MilterResponse {
            add("header \(nameLength)", field)
            return .continue
        }
        func endOfHeaders(_ context: borrowing MilterContext) -> MilterResponse {
            told.add("eoh")
            return .continue
        }
        func body(_ chunk: Span<UInt8>, _ context: borrowing MilterContext) -> MilterBodyResponse {
            told.add("body \(chunk.count)")
            return .skip
        }
        func endOfMessage(_ context: borrowing MilterMessageContext) -> MilterResponse {
            told.add("eom \(context.macro(.queueID) ?? "")")
            return .tempfail
        }
        func abort() { told.add("abort") }
        func close() { told.add("close") }
    }

    private func engine(_ scratch: Scratch, _ told: Told) throws -> any MilterEngine {
        try PacketEngine(
            name: "example", listener: SocketListener(.unix(path: scratch.path + "/s")),
            negotiation: { MilterNegotiation(unanswered: [.header]) }, makeSession: { Session(told) })
    }

    @Test("a session goes through its stages", arguments: [Fragmentation.whole, .bytewise])
    func stages(_ fragmentation: Fragmentation) throws {
        let (scratch, told) = (try Scratch(), Told())
        let engine = try engine(scratch, told)
        #expect(engine.state == .idle)
        try engine.start()
        let mta = try FakeMTASession(socket: "unix:\(scratch.path)/s", fragmentation: fragmentation)
        #expect(try mta.connect(ClientPeer(name: "host.example", ip: "192.0.2.7", port: 4_242)).verdict == .continue)
        #expect(try mta.helo("host.example").verdict == .continue)
        #expect(try mta.unknown("FOO").verdict == .continue)
        #expect(try mta.mail("<a@example.net>", "SIZE=9").verdict == .continue)
        #expect(try mta.rcpt("<no@x.test>").verdict == .reply(FilterReply(raw: "550 5.1.1 100%% unknown")))
        #expect(try mta.rcpt("<user1@lab.example>").verdict == .continue)
        #expect(try mta.data().verdict == .continue)
        #expect(try mta.header("Subject", " test").omission == .noReply)
        #expect(try mta.endOfHeaders().verdict == .continue)
        #expect(try mta.body(Array("body\r\n".utf8)).verdict == .skip)
        #expect(try mta.endOfMessage().verdict == .tempfail)
        #expect(engine.counts == MilterCounts(active: 1, begun: 1))
        #expect(try mta.mail("<b@example.net>").verdict == .continue)
        try mta.abort()
        try mta.quit()
        try mta.connection.awaitClose()
        // The engine closes the connection before it counts the session as ended.
        let report = engine.drain(within: 10)
        #expect(report.underWay <= 1 && report.abandoned == 0)
        #expect(engine.state == .stopped(0) && engine.counts == MilterCounts(active: 0, begun: 1))
        let address = MilterPeer.Origin.network(try #require(ClientAddress("192.0.2.7")), port: 4_242)
        #expect(
            told.all == [
                "connect host.example \(address) postfix \(told.all[0].split(separator: " ").last ?? "")",
                "helo host.example", "unknown FOO", "mail <a@example.net>|SIZE=9", "rcpt <no@x.test>",
                "rcpt <user1@lab.example>", "data", "header 7 Subject| test", "eoh", "body 6",
                told.all.first { $0.hasPrefix("eom ") } ?? "", "mail <b@example.net>", "abort", "close",
            ])
        #expect(told.all.contains { $0.hasPrefix("eom 4FAKE") })
    }

    @Test("it says whether it answers, and takes what is no milter protocol for the end")
    func answers() throws {
        let (scratch, told) = (try Scratch(), Told())
        let engine = try engine(scratch, told)
        try engine.start()
        #expect(engine.answers(within: 10))
        let stranger = try FakeMTAConnection(to: "unix:\(scratch.path)/s")
        try stranger.send(bytes: Array("EHLO host.example\r\n".utf8))
        try stranger.awaitClose()
        #expect(engine.answers(within: 10) && told.all.isEmpty)
        _ = engine.drain(within: 10)
        #expect(!engine.answers(within: 1))
    }
}
