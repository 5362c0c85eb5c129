import Decision
import Policy
import SMTP
import Sessions
import Testing

/// Sessions whose command lines are told: judged by them, until one is lost.
struct CommandLineJudgeTests {
    /// What a client says whose HELO and blank in MAIL are those of an engine; what a filter is handed of it is nobody's.
    private static let engine: [(SessionEvent.Kind, String)] = [
        (.replied, "220"), (.line, "EHLO ylmf-pc\0whole"), (.helo, "ylmf-pc"), (.line, "NOOP\0whole"),
        (.line, "MAIL FROM: <a@bot.example>\0whole"), (.mail, "<a@bot.example>"),
        (.line, "RCPT TO: <b@example.org>\0whole"),
    ]

    private func judge(_ site: Site, _ vantage: Vantage, fallback: Vantage? = nil) -> SessionJudge {
        SessionJudge(
            id: "s", snapshot: site.snapshot, memory: site.memory, peers: .nameless(), vantage: vantage,
            fallback: fallback)
    }

    /// The same events at a milter that is told no lines.
    private static let handed = engine.filter { ![.line, .replied].contains($0.0) }

    @Test func aLostLineLeavesWhatTheFilterWasHanded() throws {
        let site = try Site()
        let plain = judge(site, .milterPostfix)
        let told = judge(site, .milterPostfixWire)
        for (kind, text) in Self.handed { plain.take(kind, text) }
        for (kind, text) in Self.engine { told.take(kind, text) }
        #expect(told.vantage == .milterPostfixWire)
        #expect(told.labelHanded == plain.label)
        told.take(.linesLost)
        #expect(told.vantage == .milterPostfix)
        #expect(told.label == plain.label)
        // What comes of lines later counts no more.
        told.take(.line, "QUIT\0whole")
        #expect(
            told.take(.rcpt, "<b@example.org>")?.record.dialect == plain.take(.rcpt, "<b@example.org>")?.record.dialect)
        let withPolicy = judge(site, .milterPostfixWire, fallback: .milterPostfixPolicy)
        withPolicy.take(.linesLost)
        #expect(withPolicy.vantage == .milterPostfixPolicy)
    }

    /// Lines tell HELO from EHLO, which nobody else may.
    @Test func aPlainHELOIsToldByItsLine() throws {
        let site = try Site()
        for (line, isPlain) in [("HELO mail.bot.example", true), ("EHLO mail.bot.example", false)] {
            let told = judge(site, .milterPostfixWire)
            told.take(.line, "\(line)\0whole")
            told.take(.helo, "mail.bot.example")
            told.take(.line, "MAIL FROM:\0path")
            told.take(.mail, "<a@bot.example>")
            told.take(.line, "RCPT TO:\0path")
            let decision = told.take(.rcpt, "<b@example.org>")
            #expect(try #require(decision).record.words.contains("helo.plain") == isPlain)
        }
    }

    /// What was written down of such a session is judged as it was.
    @Test func aTranscriptOfLinesIsJudgedAgain() throws {
        let site = try Site()
        let told = judge(site, .milterPostfixWire)
        var recorder = SessionRecorder(id: "s", began: 0, peers: .nameless(), vantage: .milterPostfixWire)
        for (kind, text) in Self.engine + [(.rcpt, "<b@example.org>")] {
            told.take(kind, text)
            recorder.take(kind, Array(text.utf8).span, at: 0)
        }
        let line = TranscriptDocument.line(for: recorder.finish())
        let transcript = try TranscriptDocument.transcript(from: line, file: "t", line: 1)
        #expect(transcript.vantage == .milterPostfixWire)
        let again = TranscriptReplay(snapshot: site.snapshot, memory: try Site.memory(for: site.snapshot))
        #expect(again.outcome(of: transcript)?.dialect == told.label)
        #expect(again.outcome(of: transcript)?.decisions.count == 1)
    }

    /// A login and what is no command are masked in what is written down, whatever the tables let through.
    @Test func transcriptsMaskSecretsOfLines() {
        var recorder = SessionRecorder(id: "s", began: 0, peers: .nameless(), vantage: .milterPostfixWire)
        for text in ["AUTH PLAIN AGEAc2VjcmV0\0whole", "c2VjcmV0\0whole", "MAIL FROM:<a@b>\0whole"] {
            recorder.take(.line, Array(text.utf8).span, at: 0)
        }
        let line = TranscriptDocument.line(for: recorder.finish())
        #expect(!line.contains("c2VjcmV0"))
        #expect(line.contains("MAIL FROM:<a@b>"))
    }
}
