import Foundation
import SMTP
import Sessions
import ScratchFiles
import Testing

@testable import Commands

/// `argot dialects import`, as typed.
struct ImportCommandTests {
    private let log = """
        Nov 22 03:44:49 mx postfix/smtpd[9]: connect from c.example[192.0.2.5]
        Nov 22 03:44:49 mx postfix/smtpd[9]: > c.example[192.0.2.5]: 220 mx.example ESMTP
        Nov 22 03:44:50 mx postfix/smtpd[9]: < c.example[192.0.2.5]: HELO bot
        this is no line of a log
        Nov 22 03:44:52 mx postfix/smtpd[9]: disconnect from c.example[192.0.2.5] helo=1 commands=1

        """

    private func transcripts(_ text: String) throws -> [SessionTranscript] {
        try text.split(separator: "\n").enumerated().map {
            try TranscriptDocument.transcript(from: $1, file: "output", line: $0 + 1)
        }
    }

    @Test("A log becomes transcripts with label and kind; faults are named and counted")
    func mailLog() throws {
        let scratch = try Scratch()
        let file = try scratch.write("mail.log", log)
        let run = try Argot("dialects", "import", file, "--label", "bot", "--kind", "test")
        #expect(run.status == 0)
        let found = try transcripts(run.output)
        #expect(found.map(\.id) == ["mail.log#1"])
        #expect(found.map(\.labelGuess) == ["bot"] && found.map(\.kind) == ["test"])
        #expect(
            found.first?.events.map { String(decoding: $0.bytes, as: UTF8.self) } == [
                "220 mx.example ESMTP\r\n", "HELO bot\r\n",
            ])
        #expect(run.errors.contains("\(file):4: "))
        #expect(run.errors.contains("1 conversation from 1 file\n1 unusable item skipped\n"))
        let strict = try Argot("dialects", "import", file, "--strict")
        #expect(strict.status != 0 && strict.errors.contains("\(file):4: "))
    }

    @Test("Transcripts read again are the same; a broken line is passed over with file and line")
    func again() throws {
        let scratch = try Scratch()
        let first = try Argot("dialects", "import", try scratch.write("mail.log", log))
        let file = try scratch.write("all.jsonl", first.output + "{\"conv_id\": 3}\n\n" + first.output)
        let output = scratch.path + "/out.jsonl"
        let second = try Argot("dialects", "import", file, "--output", output)
        #expect(second.status == 0 && second.output.isEmpty)
        #expect(try String(contentsOfFile: output, encoding: .utf8) == first.output + first.output)
        #expect(second.errors.contains("\(file):2: ") && second.errors.contains("2 conversations from 1 file"))
    }

    @Test("What cannot be read ends with 1, after the other files were read")
    func unread() throws {
        let scratch = try Scratch()
        let good = try scratch.write("mail.log", log)
        let binary = try scratch.write("binary", "\u{0}\u{1}\u{2}\u{3}\u{4}")
        let run = try Argot("dialects", "import", "/nonexistent/file", binary, good)
        #expect(run.status == 1)
        #expect(try transcripts(run.output).count == 1)
        #expect(
            run.errors.contains("/nonexistent/file: cannot be read: ") && run.errors.contains("\(binary): is neither "))
        #expect(try Argot("dialects", "import", "-").status == 64)
        #expect(try Argot("dialects", "import", good, "--output", good).status == 64)
        #expect(try Argot("dialects", "import", good, "--format", "pcap").status == 1)
    }

    @Test("A log of another program is an error that says so; journals in JSON are logs; zones are minded")
    func otherLogs() throws {
        let scratch = try Scratch()
        let silent = try Argot(
            "dialects", "import", try scratch.write("exim.log", "Nov 22 03:44:49 mx exim[1]: SMTP connection from x\n"))
        #expect(silent.status == 1)
        #expect(silent.errors.contains("no line names Postfix or Sendmail"), "\(silent.errors)")
        let json = try Argot(
            "dialects", "import",
            try scratch.write(
                "journal.json",
                log.split(separator: "\n").filter { $0.contains("smtpd") }.map {
                    #"{"__REALTIME_TIMESTAMP":"1777381899000001","SYSLOG_IDENTIFIER":"postfix/smtpd","_PID":"9","MESSAGE":"\#($0.dropFirst(37))"}"#
                }.joined(separator: "\n") + "\n"))
        #expect(json.status == 0, "\(json.errors)")
        #expect(try transcripts(json.output).map { $0.began.map { Int($0) } } == [1_777_381_899])
        let zoned = try Argot(
            "dialects", "import", try scratch.write("mail.log", log), "--year", "2026", "--time-zone", "Europe/Berlin")
        #expect(try transcripts(zoned.output).map(\.began) == [1_795_315_489])
    }
}
