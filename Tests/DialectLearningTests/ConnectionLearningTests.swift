import DialectLearning
import Dialects
import Foundation
import SMTP
import Testing

/// Hellos and SYNs are learned beside what clients say.
struct ConnectionLearningTests {
    private static let hello = "t13d311000_e8f1e7e78f70_d41ae481755e"
    private static let other = "t13i291200_723694b0fccc_2cc26d266019"

    private func lessons(_ names: [String], lines: String = "") throws -> TranscriptLessons {
        var learner = ModelLearner()
        for name in names {
            try learner.learn(DialectLearnerTests.delivery, as: name, dialectClass: .mta, origin: "o")
        }
        var lessons = TranscriptLessons(for: learner)
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("connections-\(UUID())").path
        try Data(lines.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try lessons.connections(in: path)
        return lessons
    }

    private func transcript(_ events: [(SessionEvent.Kind, String)]) -> SessionTranscript {
        var log = EventLog()
        for (kind, text) in events { log.append(kind, Array(text.utf8)[...], at: 0) }
        return SessionTranscript(
            id: "1", source: "s", began: 0, vantage: .wire, peers: SessionPeers(), events: log, ending: .unknown)
    }

    @Test("A transcript's hello is the dialect's; a SYN only where the program has a part in it")
    func transcripts() {
        let traits = ConnectionTraits(
            of: transcript([
                (.tcp, "64240/57/mss1460,sok,ts,nop,ws7"), (.hello, Self.hello), (.hello, ""), (.hello, "nonsense"),
                (.tcp, "64240/57/mss1460,sok,ts,nop,ws7,?34,nop,nop"), (.server, "220 mx\r\n"),
            ]))
        #expect(traits.hellos.map(\.key.description) == [Self.hello])
        #expect(traits.shapes.map(\.key.description) == ["64/mss,sok,ts,nop,ws,?34,nop,nop"])
        #expect(ConnectionTraits(of: transcript([(.server, "220 mx\r\n")])).isEmpty)
    }

    @Test("Lines of a file, in any order, add up; what the model says elsewhere stays as it is")
    func files() throws {
        let lines = [
            "a tls openssl libressl", "a hello \(Self.hello)*2", "a hello \(Self.hello) \(Self.other)", "# b tls go",
            "a tcp freebsd linux", "",
        ]
        let model = try lessons(["a", "b"], lines: lines.joined(separator: "\n")).learner.model()
        let reversed = try lessons(["a", "b"], lines: lines.reversed().joined(separator: "\n")).learner.model()
        #expect(model == reversed)
        let connection = model.dialects[0].connection
        #expect(connection.libraries == ["openssl", "libressl"] && connection.systems == [.linux, .freebsd])
        #expect(connection.hellos.values.sorted() == [1, 3])
        #expect(model.dialects[1].connection.isEmpty)
        let bare = try lessons(["a", "b"]).learner.model()
        #expect(
            DialectDocument.text(for: model).split(separator: "\n").filter {
                !["  tls", "  hel", "  tcp"].contains($0.prefix(5))
            } == DialectDocument.text(for: bare).split(separator: "\n"))
        // Learning goes on, and joins what was known.
        var again = ModelLearner(addingTo: model)
        try again.learn(DialectLearnerTests.delivery, as: "a", dialectClass: .mta, origin: "o")
        #expect(try again.model().dialects[0].connection == connection)
        let merged = try model.merging(["a", "b"], into: "a").dialects[0].connection
        #expect(merged == connection)
    }

    @Test("Each fault at its line; a dialect that there is not is one")
    func faults() throws {
        for (line, problem) in [
            ("a", "write \"NAME tls|hello|tcp|syn WORD…\""), ("a dns x", "write \"NAME tls|hello|tcp|syn WORD…\""),
            ("a tls", "write \"tls\" and at least one word behind it"),
            ("a hello x", "\"x\" is not a JA4 fingerprint, with *N for a count"),
        ] {
            let fault = #expect(throws: DocumentFault.self) { _ = try lessons(["a"], lines: "# x\n" + line + "\n") }
            #expect(fault?.line == 2 && fault?.problem == problem, "\(line)")
        }
        let both = try lessons(["a"], lines: "a tls go\nz tls go\n")
        let strangers = both.strangers(to: try both.learner.model())
        #expect(strangers.map(\.line) == [2] && strangers.first?.problem == "there is no dialect z")
    }
}
