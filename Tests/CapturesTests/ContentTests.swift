import Captures
import Conversations
import SMTP
import Seeded
import Testing

/// Long content is cut, secrets are masked, TLS is one mark a side; commands stay as they were.
struct ContentTests {
    private func talk(_ turns: [(Script.Side, String)], limits: CaptureLimits = CaptureLimits()) throws -> [String] {
        var script = Script()
        script.open()
        for (side, line) in turns { script.add(side, line) }
        return text(of: try #require(transcripts(of: script.segments, limits: limits).transcripts.first))
    }

    private var short: CaptureLimits {
        var limits = CaptureLimits()
        limits.contentBytes = 10
        return limits
    }

    private let start: [(Script.Side, String)] = [
        (.server, "220 mx\r\n"), (.client, "DATA\r\n"), (.server, "354 go\r\n"),
    ]

    @Test("Content beyond the limit is one [CUT], its end and what follows are kept")
    func cut() throws {
        let said = try talk(
            start + [
                (.client, "abcdefgh"), (.client, "ijklmnop"), (.client, "qrst"), (.client, "uv\r\n.\r\nQUIT\r\n"),
                (.server, "250 ok\r\n"),
            ], limits: short)
        #expect(said.dropFirst(3) == ["C abcdefgh", "C ij[CUT]", "C [CUT]\r\n.\r\nQUIT\r\n", "S 250 ok\r\n"])
    }

    @Test("Content within the limit stays as it is, wherever its end is cut", arguments: 1..<17)
    func whole(cut: Int) throws {
        let content = "abc\r\nde\r\n.\r\nQUIT"
        let head = String(content.unicodeScalars.prefix(cut))
        let said = try talk(
            start + [(.client, head), (.client, String(content.unicodeScalars.dropFirst(cut)) + "\r\n")])
        #expect(said.dropFirst(3).map { $0.dropFirst(2) }.joined() == content + "\r\n")
    }

    @Test("Refused content is read as commands again, and BDAT counts bytes")
    func refused() throws {
        let said = try talk(
            [
                (.server, "220 mx\r\n"), (.client, "DATA\r\n"), (.server, "554 no\r\n"),
                (.client, "AUTH PLAIN c2VjcmV0\r\n"), (.server, "535 no\r\n"), (.client, "BDAT 14 LAST\r\n"),
                (.client, "0123456789abcdAUTH PLAIN c2VjcmV0\r\n"),
            ], limits: short)
        #expect(said[3] == "C AUTH PLAIN xxxxxxxx\r\n")
        #expect(said.last == "C 0123456789[CUT]AUTH PLAIN xxxxxxxx\r\n")
    }

    @Test("A client that sends everything at once")
    func allAtOnce() throws {
        let said = try talk(
            [
                (.server, "220 mx\r\n"),
                (.client, "MAIL FROM:<>\r\nDATA\r\nabcdefghijklmnop\r\n.\r\nAUTH LOGIN c2Vj\r\n"),
                (.server, "250 ok\r\n354 go\r\n250 ok\r\n334 UGFzc3dvcmQ6\r\n"), (.client, "aGlkZGVu\r\n"),
                (.server, "235 ok\r\n"), (.client, "DATA\r\n"), (.server, "354 go\r\n"),
                (.client, "1234567890123\r\n.\r\n"),
            ], limits: short)
        #expect(said[1] == "C MAIL FROM:<>\r\nDATA\r\nabcdefghij[CUT]\r\n.\r\nAUTH LOGIN xxxxxxxx\r\n")
        #expect(said[3] == "C xxxxxxxx\r\n")
        #expect(said.last == "C 1234567890[CUT]\r\n.\r\n")
    }

    @Test("No secret of AUTH comes through, however its bytes are spread", arguments: 0..<60)
    func secrets(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let secret = "Q29ycmVjdEhvcnNlQmF0dGVyeQ=="
        var script = Script()
        script.open()
        script.s("220 mx\r\n")
        func spread(_ text: String) {
            var rest = Substring(text)
            while !rest.isEmpty {
                let count = Int.random(in: 1...rest.count, using: &generator)
                script.c(String(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
        }
        spread("EHLO x\n")
        script.s("250 ok\n")
        spread("auth  Plain \(secret)\n")
        script.s("535 no\n")
        spread("AUTH LOGIN\r")
        spread("\n")
        script.s("334 VXNlcm5hbWU6\r\n")
        spread(secret + "\n")
        script.s("334 UGFzc3dvcmQ6\r\n")
        spread(secret + "\n")
        script.s("235 ok\n")
        script.c("MAIL FROM:<Q29y@x.example>\n")
        let transcript = try #require(transcripts(of: script.segments).transcripts.first)
        let said = String(decoding: stream(.client, of: transcript), as: UTF8.self)
        #expect(!said.contains("Q29ycm") && !said.contains("Battery") && !said.contains("zZUJhd"))
        #expect(said.contains("MAIL FROM:<Q29y@x.example>\n"))
        #expect(said.hasPrefix("EHLO x\nauth  ") && said.filter { $0 == "\n" || $0 == "\r\n" }.count == 6)
    }

    @Test("TLS after STARTTLS is one event; a capture of its plain text goes on as text")
    func tls() throws {
        let opening: [(Script.Side, String)] = [
            (.server, "220 mx\r\n"), (.client, "EHLO x\r\n"), (.server, "250 STARTTLS\r\n"), (.client, "STARTTLS\r\n"),
            (.server, "220 go\r\n"),
        ]
        let hello = String(String.UnicodeScalarView([Unicode.Scalar(0x16), Unicode.Scalar(3), Unicode.Scalar(1)]))
        let said = try talk(
            opening + [(.client, hello + "…"), (.server, "…"), (.client, "…"), (.server, "…"), (.server, "…")])
        #expect(said.dropFirst(5) == ["[encrypted]"])
        let plain = try talk(opening + [(.client, "EHLO x\r\n"), (.server, "250 ok\r\n")])
        #expect(plain.dropFirst(5) == ["C EHLO x\r\n", "S 250 ok\r\n"])
    }

    @Test("Of TLS the hello's fingerprint is kept, in one piece or several", arguments: [1, 2, 5])
    func hello(pieces: Int) throws {
        let body = "\u{3}\u{3}" + String(repeating: "a", count: 32) + "\u{0}\u{0}\u{2}\u{0}/\u{1}\u{0}"
        let length = Unicode.Scalar(UInt8(body.utf8.count)).description
        let message = "\u{1}\u{0}\u{0}" + length + body
        let record = "\u{16}\u{3}\u{1}\u{0}" + Unicode.Scalar(UInt8(message.utf8.count)).description + message
        var script = Script()
        script.open()
        for (side, text) in [(Script.Side.server, "220 mx\r\n"), (.client, "STARTTLS\r\n"), (.server, "220 go\r\n")] {
            script.add(side, text)
        }
        let step = (record.utf8.count + pieces - 1) / pieces
        var rest = record.unicodeScalars[...]
        while !rest.isEmpty {
            script.c(String(String.UnicodeScalarView(rest.prefix(step))))
            rest = rest.dropFirst(step)
        }
        script.s("\u{16}\u{3}\u{3}x")
        let transcript = try #require(transcripts(of: script.segments).transcripts.first)
        #expect(transcript.events.suffix(2).map(\.kind) == [.hello, .encrypted])
        let ja4 = String(decoding: transcript.events.dropLast().last?.bytes ?? [], as: UTF8.self)
        #expect(ja4.hasPrefix("t12i010000_") && ja4.hasSuffix("_000000000000"))
    }

    @Test("A transcript stops growing at its limits, and says so")
    func limits() throws {
        var limits = CaptureLimits()
        limits.events = 10
        limits.transcriptBytes = 100
        var script = Script()
        script.open()
        script.s("220 mx\r\n")
        for _ in 0..<50 {
            script.c("NOOP\r\n")
            script.s("250 ok\r\n")
        }
        let transcript = try #require(transcripts(of: script.segments, limits: limits).transcripts.first)
        #expect(transcript.events.count == 10)
        #expect(transcript.gaps == 91)
        script.c(String(repeating: "x", count: 1_000))
        let small = try #require(transcripts(of: script.segments, limits: limits).transcripts.first)
        #expect(small.events.byteCount <= 100)
    }

    @Test("A client that says TLS first to a server that speaks plain SMTP is heard; TLS from the first byte is TLS")
    func earlyTLS() throws {
        let hello = String(String.UnicodeScalarView([Unicode.Scalar(0x16), Unicode.Scalar(3), Unicode.Scalar(1)]))
        let said = try talk([(.client, hello + "\r\n"), (.server, "220 mx\r\n500 what\r\n"), (.client, "QUIT\r\n")])
        #expect(said == ["C \(hello)\r\n", "S 220 mx\r\n500 what\r\n", "C QUIT\r\n"])
        var script = Script()
        script.open()
        script.c(hello)
        script.s(hello)
        let (found, counts) = transcripts(of: script.segments)
        #expect(found.isEmpty && counts.encrypted == 1)
    }

    @Test("A client that says the words of a mark says words")
    func words() throws {
        let said = try talk([(.server, "220 mx\r\n"), (.client, "[TLS]"), (.client, "\r\nQUIT\r\n")])
        #expect(said == ["S 220 mx\r\n", "C [TLS]", "C \r\nQUIT\r\n"])
    }

    @Test("Commands after a BDAT that was refused are commands", arguments: [20, 200_000])
    func refusedChunk(size: Int) throws {
        let said = try talk(
            [
                (.server, "220 mx\r\n"), (.client, "BDAT \(size) LAST\r\n"), (.server, "552 no\r\n"),
                (.client, "RSET\r\n"), (.server, "250 ok\r\n"), (.client, "DATA\r\n"), (.server, "354 go\r\n"),
                (.client, "0123456789ab\r\n.\r\n"), (.server, "250 ok\r\n"), (.client, "QUIT\r\n"),
            ], limits: short)
        #expect(said.count == 10 && said[7] == "C 0123456789[CUT]\r\n.\r\n" && said.last == "C QUIT\r\n")
    }

    @Test("The content of a message stays bounded, whatever is missing of it")
    func boundedContent() throws {
        var script = Script()
        script.open()
        script.s("220 mx\r\n")
        script.c("DATA\r\n")
        script.s("354 go\r\n")
        script.c("Subject: x\r\n\r\n")
        script.add(.client, "..private", missing: 10)
        script.c("private words\r\nmore private words\r\n..\r\nprivate\r\n")
        script.c(".\r\n")
        script.s("250 ok\r\n")
        script.c("QUIT\r\n")
        let said = text(of: try #require(transcripts(of: script.segments, limits: short).transcripts.first)).joined()
        #expect(!said.contains("private") && said.contains("[CUT]") && said.hasSuffix("C QUIT\r\n"))
    }
}
