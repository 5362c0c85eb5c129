import SMTP
import Sessions
import Testing

/// The mark of TLS in older transcripts is read as one; a client that says the same is heard.
@Suite("Marks of transcripts")
struct TranscriptMarkTests {
    private func read(_ steps: [String], format: String = "") throws -> [String] {
        let events = steps.map {
            #"{"dir":"\#($0.prefix(1))","raw":"\#($0.dropFirst(2).replacing("\r\n", with: "\\r\\n"))"}"#
        }
        let line = #"{"conv_id":"c",\#(format)"events":[\#(events.joined(separator: ","))]}"#
        return try TranscriptDocument.transcript(from: line, file: "f", line: 1).events.map {
            "\($0.kind.rawValue) " + String(decoding: $0.bytes, as: UTF8.self)
        }
    }

    private let start = ["S:220 mx\r\n", "C:EHLO a\r\nSTARTTLS\r\n", "S:250 mx\r\n220 go\r\n"]

    @Test("After STARTTLS was agreed to, and at the beginning, it is a mark; anywhere else it is text")
    func older() throws {
        let agreed = ["C:STARTTLS\r\n", "S:220 go\r\n", "C:[TLS]", "S:[TLS]", "C:[TLS]"]
        #expect(try read(agreed).map { $0.prefix(9) }.suffix(2) == ["server 22", "encrypted"])
        #expect(try read(["C:[TLS]", "S:[TLS]"]) == ["encrypted "])
        #expect(try read(["S:220 mx\r\n", "C:[TLS]", "S:500 what\r\n"])[1] == "client [TLS]")
        let refused = ["C:STARTTLS\r\n", "S:454 no\r\n", "C:[TLS]"]
        #expect(try read(refused).last == "client [TLS]")
    }

    @Test("Where marks are events, text is text")
    func newer() throws {
        let agreed = ["C:STARTTLS\r\n", "S:220 go\r\n", "C:[TLS]"]
        #expect(try read(agreed, format: #""format":2,"#).last == "client [TLS]")
    }

    @Test("Events of their own come through writing and reading")
    func again() throws {
        var log = EventLog()
        log.append(.client, Array("[TLS]".utf8), at: 1)
        log.append(.clientGap, Array("12".utf8), at: 2)
        log.append(.serverGap, Array("3".utf8), at: 3)
        log.append(.encrypted, at: 4)
        let transcript = SessionTranscript(
            id: "c", source: "s", began: 1, vantage: .wire, peers: SessionPeers(), events: log, ending: .unknown)
        let line = TranscriptDocument.line(for: transcript)
        #expect(try TranscriptDocument.transcript(from: line, file: "f", line: 1).events == log)
    }
}
