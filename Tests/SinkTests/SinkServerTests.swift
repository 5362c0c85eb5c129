import ClientLab
import Dialects
import Foundation
import Sink
import SMTP
import Sessions
import Testing

/// The sink on real sockets, loopback only.
@Suite("The sink on sockets")
struct SinkServerTests {
    @Test func whatIsRecordedIsReadBack() throws {
        let directory = try ScratchDirectory(prefix: "sink")
        let sink = try RunningSink(offer: "SIZE", questions: .scripts([[ScriptedVariation("rcpt.mixed.250-550")!]]))
        let client = try SMTPConversation(port: sink.port)
        try client.readReply()
        try client.command("EHLO client.example")
        try client.command("MAIL FROM:<a@b.example>")
        try client.write("RCPT TO:<c@d.example>\r\nRSET\r\nQUIT\r\n")
        client.drop()
        let transcript = try #require(sink.transcripts(1).first)
        _ = sink.stop()
        let path = directory.path + "/record.jsonl"
        let file = try TranscriptFile(path: path)
        file.append(transcript)
        var read: [SessionTranscript] = []
        try TranscriptDocument.read(file: path) { read.append($0) }
        #expect(read.count == 1)
        #expect(read.first?.note == "rcpt.mixed.250-550")
        #expect(read.first?.events == transcript.events)
        #expect(read.first?.closings.map(\.manner) == transcript.closings.map(\.manner))
        let dialogue = try #require(read.first.flatMap { DialogueReader.dialogue(from: $0) })
        #expect(dialogue.exchanges.map(\.message.verb) == [.ehlo, .mail, .rcpt, .rset, .quit])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func theRecordIsLimited() throws {
        let directory = try ScratchDirectory(prefix: "sink")
        let path = directory.path + "/record.jsonl"
        let file = try TranscriptFile(path: path, maximumSize: 10_000)
        var session = PlannedSession()
        session.client("EHLO c.example\r\nQUIT\r\n")
        for _ in 0..<200 { file.append(session.transcript) }
        #expect(file.problem == nil)
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        #expect(names == ["record.jsonl", "record.jsonl.1"])
        for name in names {
            let size = try FileManager.default.attributesOfItem(atPath: "\(directory.path)/\(name)")[.size] as? Int
            #expect(size ?? 0 <= 10_000)
        }
    }

    @Test func aFileThatCannotBeWrittenIsAnError() {
        #expect(throws: SinkError.self) { try TranscriptFile(path: "/nonexistent/record.jsonl") }
    }

    @Test func inTheLaboratoryItListensOnLoopbackOnly() throws {
        for host in ["0.0.0.0", "::", "192.0.2.1", "mx.example"] {
            let configuration = SinkServer.Configuration(
                host: host, port: 0, settings: SessionPlan.Settings(mode: .learn))
            #expect(throws: SinkError.self, "\(host)") { try SinkServer(configuration) { _ in } }
        }
    }

    @Test func aPortInUseIsAnError() throws {
        let sink = try RunningSink()
        let configuration = SinkServer.Configuration(
            host: "127.0.0.1", port: Int(sink.port), settings: SessionPlan.Settings(mode: .learn))
        let second = try SinkServer(configuration) { _ in }
        #expect(throws: SinkError.self) { try second.start() }
        second.stop(grace: 0)
        second.wait()
        _ = sink.stop()
    }

    @Test func itEndsAfterItsLastSession() throws {
        let sink = try RunningSink(sessions: 2)
        for _ in 0..<2 {
            let client = try SMTPConversation(port: sink.port)
            try client.readReply()
            #expect(try client.command("QUIT").code == 221)
            client.drop()
        }
        sink.server.wait()
        #expect(sink.server.counts.finished == 2)
    }

    @Test func tooManyConnectionsAreTurnedAway() throws {
        var limits = SinkLimits()
        limits.connectionsPerAddress = 5
        let sink = try RunningSink(limits: limits)
        let clients = try (0..<40).map { _ in try SMTPConversation(port: sink.port) }
        let codes = clients.compactMap { try? $0.readReply().code }
        #expect(codes.filter { $0 == 220 }.count == 5)
        #expect(codes.filter { $0 == 421 }.count == 35)
        for client in clients { client.drop() }
        #expect(sink.transcripts(5).count == 5)
        // The places are free again.
        let late = try SMTPConversation(port: sink.port)
        #expect(try late.readReply().code == 220)
        late.drop()
        _ = sink.stop()
    }

    @Test func aStopEndsSessionsUnderWay() throws {
        let sink = try RunningSink()
        let client = try SMTPConversation(port: sink.port)
        try client.readReply()
        sink.server.stop(grace: 0)
        #expect(try client.readReply().code == 421)
        client.drop()
        sink.server.wait()
        #expect(sink.transcripts(1).first?.closings.first?.isByClient == false)
    }

    @Test func aClientThatHalfClosesIsAnswered() throws {
        let sink = try RunningSink()
        let socket = try LoopbackSocket(port: sink.port)
        try socket.write(Array("EHLO c.example\r\nNOOP\r\n".utf8))
        socket.finishWriting()
        var bytes: [UInt8] = []
        while true {
            let more = try socket.read(until: .after(.seconds(120)))
            guard !more.isEmpty else { break }
            bytes += more
        }
        #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("250 2.0.0 Ok\r\n"))
        _ = sink.stop()
    }

    /// Lines without end, messages without end, replies nobody reads, garbage: each is cut off, and the sink serves on.
    @Test func hostileClientsAreCutOff() throws {
        var limits = SinkLimits()
        limits.sessionBytes = 1_000_000
        let sink = try RunningSink(limits: limits)
        let block = [UInt8](repeating: UInt8(ascii: "A"), count: 65_536)
        let openings = [
            "", "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n",
            "EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 999999\r\n",
        ]
        for opening in openings {
            let socket = try LoopbackSocket(port: sink.port)
            try socket.write(Array(opening.utf8))
            for _ in 0..<32 where (try? socket.write(block)) != nil {}
            while let bytes = try? socket.read(until: .after(.seconds(120))), !bytes.isEmpty {}
            socket.abort()
        }
        let deaf = try LoopbackSocket(port: sink.port)
        for _ in 0..<100 where (try? deaf.write(Array(String(repeating: "NOOP\r\n", count: 1_000).utf8))) != nil {}
        deaf.abort()
        let transcripts = sink.transcripts(4)
        #expect(transcripts.count == 4)
        for transcript in transcripts { #expect(transcript.events.byteCount <= limits.recordedBytes) }
        // The one that never reads is cut off by the number of its commands, within what is recorded.
        // A command line without end comes out masked, and so short that nothing of it is missing.
        #expect(transcripts.filter { $0.gaps > 0 }.count >= openings.count - 1)
        let honest = try SMTPConversation(port: sink.port)
        #expect(try honest.readReply().code == 220)
        honest.drop()
        _ = sink.stop()
    }
}
