import SMTP
import Sessions
import Testing

/// What a recorder writes down of a session.
struct SessionRecorderTests {
    @Test func everyEventIsWrittenDownInOrder() {
        var recorder = SessionRecorder.sample(mta: .sendmail)
        recorder.helo("host.example.net", at: 1)
        recorder.answered("accept", at: 2)
        recorder.tls(version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", at: 3)
        recorder.helo("host.example.net", at: 4)
        recorder.authenticated(mechanism: "PLAIN", at: 5)
        recorder.proto("ESMTPSA", at: 6)
        recorder.mail("<a@example.net>", "SIZE=100", "BODY=8BITMIME", at: 7)
        recorder.refused(code: "5.1.1", text: "User unknown", at: 8)
        recorder.recipient("<x@example.org>", at: 9)
        recorder.recipient("<b@example.org>", "NOTIFY=NEVER", at: 10)
        recorder.unknown("FOO bar", at: 11)
        recorder.take(.data, at: 12)
        recorder.header("Subject", " secret", at: 13)
        recorder.take(.eoh, at: 14)
        recorder.body("Hi 5!\r\n", at: 15)
        recorder.take(.eom, at: 16)
        let transcript = recorder.finish()
        #expect(
            transcript.lines == [
                "helo | host.example.net", "answer | accept", "tls | TLSv1.3 | TLS_AES_256_GCM_SHA384",
                "helo | host.example.net", "auth | PLAIN", "proto | ESMTPSA",
                "mail | <a@example.net> | SIZE=100 | BODY=8BITMIME", "refused | 5.1.1 | User unknown",
                "rcpt | <x@example.org>", "rcpt | <b@example.org> | NOTIFY=NEVER", "unknown | xxxxxxxx", "data",
                "header | Subject |  ", "eoh", "body | Aa_9!$ | 7", "eom",
            ])
        #expect(transcript.events.map(\.time) == Array(1...16))
        #expect(transcript.id == "s1")
        #expect(transcript.source == "argotd")
        #expect(transcript.origin == "milter")
        #expect(transcript.began == 1_700_000_000)
        #expect(transcript.vantage == .milterSendmail)
        #expect(transcript.gaps == 0)
        #expect(transcript.ending == .afterMessage)
    }

    @Test(arguments: [(MTA.postfix, Vantage.milterPostfix), (.sendmail, .milterSendmail), (.unknown, .milterPostfix)])
    func vantageIsTheServers(mta: MTA, vantage: Vantage) {
        #expect(SessionRecorder.sample(mta: mta).vantage == vantage)
    }

    @Test(
        "Ending for each way to close",
        arguments: [
            ("", SessionTranscript.Ending.withoutMail), ("h", .withoutMail), ("ha", .withoutMail),
            ("haa", .withoutMail),
            ("hm", .inTransaction), ("hmr", .inTransaction), ("hmrd", .inTransaction), ("hma", .afterReset),
            ("hmrda", .afterReset), ("hmraa", .afterReset), ("hmre", .afterMessage), ("hmrea", .afterMessage),
            ("hmrem", .inTransaction), ("hmrema", .afterReset), ("hmam", .inTransaction), ("hmamre", .afterMessage),
            ("m", .inTransaction), ("mre", .afterMessage),
        ])
    func ending(script: String, ending: SessionTranscript.Ending) {
        var recorder = SessionRecorder.sample()
        for step in script {
            switch step {
            case "h": recorder.helo("host.example.net")
            case "m": recorder.mail("<a@example.net>")
            case "r": recorder.recipient("<b@example.org>")
            case "d": recorder.take(.data, at: 0)
            case "e": recorder.take(.eom, at: 0)
            default: recorder.take(.abort, at: 0)
            }
        }
        #expect(recorder.finish().ending == ending)
    }

    @Test func abortCountsOnceAndOnlyInATransaction() {
        var recorder = SessionRecorder.sample()
        recorder.take(.abort, at: 0)
        recorder.unknown("FOO")
        recorder.take(.abort, at: 0)
        recorder.mail("<a@example.net>")
        recorder.take(.abort, at: 0)
        recorder.take(.abort, at: 0)
        recorder.mail("<a@example.net>")
        recorder.take(.eom, at: 0)
        recorder.take(.abort, at: 0)
        #expect(
            recorder.finish().lines == [
                "unknown | xxxxxxxx", "mail | <a@example.net>", "abort", "mail | <a@example.net>", "eom",
            ])
    }

    @Test func mailWithoutHELOAndRepeatedHELOAreKeptAsTheyCame() {
        var recorder = SessionRecorder.sample()
        recorder.mail("<a@example.net>")
        recorder.take(.abort, at: 0)
        recorder.helo("one")
        recorder.helo("ONE")
        recorder.helo("")
        #expect(
            recorder.finish().lines == ["mail | <a@example.net>", "abort", "helo | one", "helo | ONE", "helo | "])
    }

    @Test(
        "Of most headers only the blanks after the colon are kept",
        arguments: [
            ("Subject", " hello", " "), ("Subject", "hello", ""), ("Subject", "  hello world", "  "),
            ("Subject", "\thello", "\t"), ("X-Y", "", ""), ("To", " \t secret@example.net", " \t "),
            ("From", "\n x", ""),
            ("X-Mailer", " swaks v1", " swaks v1"), ("x-mailer", "x", "x"), ("RECEIVED", " from\n\ta", " from\n\ta"),
            ("Message-Id", " <1@a>", " <1@a>"), ("Date", " now", " now"), ("MIME-Version", " 1.0", " 1.0"),
            ("Content-Type", " text/plain", " text/plain"), ("User-Agent", " mutt", " mutt"),
            ("X-Mailer2", " secret", " "), ("Received-SPF", " secret", " "), ("Date", " a\0b", " a?b"),
        ])
    func headerValue(name: String, value: String, kept: String) {
        var recorder = SessionRecorder.sample()
        recorder.header(name, value)
        #expect(recorder.finish().lines == ["header | \(name) | \(kept)"])
    }

    @Test func onlyTheFirstPieceOfEachBodyIsLookedAt() {
        var recorder = SessionRecorder.sample()
        for text in ["one", "two"] {
            recorder.mail("<a@example.net>")
            recorder.body(text)
            recorder.body("more 1")
            recorder.take(.eom, at: 0)
        }
        #expect(recorder.finish().lines.filter { $0.hasPrefix("body") } == ["body | a | 3", "body | a | 3"])
    }

    @Test func noLoginNameOrBodyTextEntersTheTranscript() {
        var recorder = SessionRecorder.sample()
        recorder.authenticated(mechanism: "PLAIN", at: 0)
        recorder.mail("<a@example.net>")
        recorder.header("Subject", " password hunter2")
        recorder.body("password hunter2")
        let text = TranscriptDocument.line(for: recorder.finish())
        #expect(!text.contains("hunter2"))
        #expect(!text.contains("password"))
        #expect(text.contains("PLAIN"))
    }
}
