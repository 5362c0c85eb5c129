import SMTP
import Sessions
import Testing

/// Conversations as bytes, and what is read of them. A step is `C:` or `S:` and the bytes of one segment.
@Suite("Dialogues")
struct DialogueReaderTests {
    private func dialogue(_ steps: String..., gaps: Int = 0) throws -> Dialogue {
        var log = EventLog()
        for (index, step) in steps.enumerated() {
            let bytes = Array(step.dropFirst(2).utf8)
            switch step.prefix(2) {
            case "T:": log.append(.tls, parts: ["TLSv1.3".utf8], at: UInt64(index))
            case "X:": log.append(.encrypted, at: UInt64(index))
            case "C:": log.append(.client, bytes, at: UInt64(index))
            default: log.append(.server, bytes, at: UInt64(index))
            }
        }
        let transcript = SessionTranscript(
            id: "x", source: "test", began: 0, vantage: .wire, peers: SessionPeers(), events: log, ending: .unknown,
            gaps: gaps)
        return try #require(DialogueReader.dialogue(from: transcript))
    }

    private func shape(_ dialogue: Dialogue) -> [String] {
        dialogue.exchanges.map { exchange in
            let message = exchange.message
            let marks =
                (message.isEarly ? "!" : "") + (message.opensSegment ? "" : "+")
                + (message.lineEnd == .crlf ? "" : "~\(message.lineEnd.rawValue)")
            let what = message.verb?.rawValue ?? "\(message.kind)"
            return "\(what)\(marks) \(exchange.reply.map { String($0.code) } ?? "-")"
        }
    }

    @Test func aPlainConversation() throws {
        let dialogue = try dialogue(
            "S:220 mx\r\n", "C:EHLO a.example\r\n", "S:250-mx\r\n250-SIZE 100\r\n250 PIPELINING\r\n",
            "C:MAIL FROM:<a@b.example> SIZE=3\r\n", "S:250 ok\r\n", "C:RCPT TO:<c@d.example>\r\n", "S:550 no\r\n",
            "C:RSET\r\n", "S:250 ok\r\n", "C:QUIT\r\n", "S:221 bye\r\n")
        #expect(dialogue.greeting?.code == 220)
        #expect(shape(dialogue) == ["EHLO 250", "MAIL 250", "RCPT 550", "RSET 250", "QUIT 221"])
        #expect(dialogue.offer(beforeMessageAt: 1) == ["SIZE 100", "PIPELINING"])
        #expect(dialogue.offer(beforeMessageAt: 0) == [])
        #expect(dialogue.cause(ofMessageAt: 0)?.code == 220)
        #expect(dialogue.cause(ofMessageAt: 3)?.code == 550)
    }

    @Test func repliesBelongToPipelinedCommandsInOrder() throws {
        let dialogue = try dialogue(
            "S:220 mx\r\n", "C:EHLO a\r\n", "S:250 mx\r\n", "C:MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n",
            "S:250 ok\r\n450 later\r\n", "S:354 go\r\n", "C:From: a\r\n\r\nhi\r\n.\r\nQUIT\r\n",
            "S:250 ok\r\n221 bye\r\n")
        #expect(
            shape(dialogue) == ["EHLO 250", "MAIL 250", "RCPT!+ 450", "DATA!+ 354", "content 250", "QUIT!+ 221"])
        #expect(dialogue.cause(ofMessageAt: 2) == nil)
    }

    @Test func whoSpeaksBeforeTheGreetingIsEarly() throws {
        let dialogue = try dialogue("C:EHLO ylmf-pc\r\n", "S:220 mx\r\n", "S:250 mx\r\n", "C:QUIT\r\n", "S:221 bye\r\n")
        #expect(shape(dialogue) == ["EHLO! 250", "QUIT 221"])
        #expect(dialogue.greeting?.code == 220)
    }

    @Test func whatFollowsDATAWaitsForItsReply() throws {
        // Sent with DATA: content if the server takes it, commands if it does not.
        let taken = try dialogue(
            "S:220 mx\r\n", "C:DATA\r\nSubject: x\r\n\r\nQUIT\r\n.\r\n", "S:354 go\r\n250 ok\r\n", "C:QUIT\r\n",
            "S:221 b\r\n")
        #expect(shape(taken) == ["DATA 354", "content!+ 250", "QUIT 221"])
        let refused = try dialogue(
            "S:220 mx\r\n", "C:DATA\r\nSubject: x\r\n", "S:503 no\r\n", "S:500 what\r\n", "C:QUIT\r\n", "S:221 b\r\n")
        #expect(shape(refused) == ["DATA 503", "unknownCommand!+ 500", "QUIT 221"])
    }

    @Test func contentKeepsItsHeadersAndTheManners() throws {
        let dialogue = try dialogue(
            "S:220 mx\r\n", "C:DATA\r\n", "S:354 go\r\n", "C:From:a\nTo: b\r\n c\r\n", "C:\r\nbody\r\n..x\r\n",
            "C:.\r\n",
            "S:250 ok\r\n")
        let content = try #require(dialogue.exchanges.last?.message)
        #expect(content.kind == .content && content.lineEnd == .lf && content.segmentCount == 3 && content.hasLoneDot)
        #expect(content.length == 34)
        let headers = content.headers.map { (String(decoding: $0.name, as: UTF8.self), Array($0.value)) }
        #expect(headers.map(\.0) == ["From", "To"])
        #expect(headers[1].1 == Array(" b\r\n c".utf8))
    }

    @Test(arguments: [
        ("A: b\r\n\r\nx\r\n.\r\n", true), ("A: b\r\n\r\nx\r\n.", false), ("A: b\r\n\r\nhal", false), (".\r\n", true),
    ])
    func contentIsWholeWithItsFinalDot(content: String, isWhole: Bool) throws {
        let dialogue = try dialogue("S:220 mx\r\n", "C:DATA\r\n", "S:354 go\r\n", "C:\(content)")
        #expect(dialogue.exchanges.map(\.message.isWhole) == [true, isWhole])
    }

    @Test(arguments: [("BDAT 4\r\nA: b", true), ("BDAT 9\r\nA: b", false)])
    func aChunkIsWholeWithItsLastByte(text: String, isWhole: Bool) throws {
        #expect(try dialogue("S:220 mx\r\n", "C:\(text)").exchanges.map(\.message.isWhole) == [true, isWhole])
    }

    @Test func aLineIsWholeWithItsEnd() throws {
        #expect(try dialogue("S:220 mx\r\n", "C:NOOP\r\nQUI").exchanges.map(\.message.isWhole) == [true, false])
    }

    @Test func chunksHaveTheirRepliesWithBDAT() throws {
        let dialogue = try dialogue(
            "S:220 mx\r\n", "C:BDAT 13 LAST\r\nA: b\r\n\r\nQUIT\nQUIT\r\n", "S:250 ok\r\n221 bye\r\n")
        #expect(shape(dialogue) == ["BDAT 250", "content!+ -", "QUIT!+ 221"])
    }

    @Test func linesOfAUTHAreNotKept() throws {
        let dialogue = try dialogue(
            "S:220 mx\r\n", "C:AUTH LOGIN\r\n", "S:334 VXNlcm5hbWU6\r\n", "C:dXNlcg==\r\n", "S:334 UGFzc3dvcmQ6\r\n",
            "C:cGFzcw==\r\n", "S:535 no\r\n", "C:QUIT\r\n", "S:221 bye\r\n")
        #expect(shape(dialogue) == ["AUTH 334", "authentication 334", "authentication 535", "QUIT 221"])
        #expect(dialogue.exchanges[1].message.bytes == [])
    }

    @Test func behindSTARTTLSItGoesOnWhereTheObserverReads() throws {
        let read = try dialogue(
            "S:220 mx\r\n", "C:STARTTLS\r\n", "S:220 go\r\n", "T:", "C:EHLO a\r\n", "S:250 mx\r\n")
        #expect(shape(read) == ["STARTTLS 220", "tls~none -", "EHLO 250"] && !read.isCutByTLS)
        let cut = try dialogue("S:220 mx\r\n", "C:STARTTLS\r\n", "S:220 go\r\n", "X:")
        #expect(shape(cut) == ["STARTTLS 220", "tls~none -"] && cut.isCutByTLS)
    }

    @Test func aClientThatSaysTLSIsHeardOn() throws {
        let said = try dialogue(
            "S:220 mx\r\n", "C:[TLS]", "S:500 what\r\n", "C:\r\n", "C:EHLO a\r\n", "S:250 mx\r\n")
        #expect(said.exchanges.last?.message.verb == .ehlo && !said.isCutByTLS)
    }

    @Test(arguments: ["BDAT 200000 LAST", "BDAT 20 LAST"])
    func afterARefusedBDATComeCommands(bdat: String) throws {
        let refused = try dialogue(
            "S:220 mx\r\n", "C:\(bdat)\r\n", "S:552 no\r\n", "C:RSET\r\n", "S:250 ok\r\n", "C:QUIT\r\n", "S:221 x\r\n")
        #expect(shape(refused) == ["BDAT 552", "RSET 250", "QUIT 221"])
        // Octets that were on their way are octets.
        let octets = try dialogue(
            "S:220 mx\r\n", "C:BDAT 6 LAST\r\n", "S:552 no\r\n", "C:a\r\nb\r\n", "C:QUIT\r\n", "S:221 x\r\n")
        #expect(shape(octets) == ["BDAT 552", "content~lf -", "QUIT 221"] || shape(octets).count == 3)
    }

    static let odd: [(String, [UInt16], ServerReply.Form)] = [
        ("250-OK\r\n550 Error\r\n", [250, 550], [.multiLine, .mixedCodes]), ("250 OK\n", [250], .bareLF),
        ("250\r\n", [250], .codeOnly), ("25\r\n250 OK\r\n", [0, 250], [.malformed, .multiLine]),
        ("OK\r\n", [0], .malformed), ("250 OK", [250], .unterminated), ("250 OK\r", [250], .bareCR),
        ("250-\r\n250\r\n", [250, 250], [.multiLine, .codeOnly]), ("", [], []),
    ]

    @Test(arguments: Self.odd)
    func oddReplies(text: String, codes: [UInt16], form: ServerReply.Form) throws {
        let dialogue = try dialogue("S:220 mx\r\n", "C:RCPT TO:<a@b>\r\n", "S:" + text, "C:DATA\r\n", "S:354 go\r\n")
        let reply = dialogue.exchanges[0].reply
        #expect((reply?.codes ?? []) == (codes.isEmpty ? [354] : codes))
        if !codes.isEmpty { #expect(reply?.form == form) }
    }

    @Test func aDoubledEndBelongsToTheReplyBefore() throws {
        let dialogue = try dialogue("S:220 mx\r\n\r\n", "C:NOOP\r\n", "S:250 ok\r\n", "S:\r\n", "C:QUIT\r\n")
        #expect(dialogue.greeting?.form == .doubledEnd)
        #expect(dialogue.exchanges[0].reply?.form == .doubledEnd)
    }

    @Test func withoutTheServersSideNothingIsEarly() throws {
        let dialogue = try dialogue(
            "C:ehlo a\r\n", "C:mail FROM:<a@b>\r\n", "C:data\r\n", "C:Subject: x\r\n\r\nhi\r\n.\r\n", "C:quit\r\n")
        #expect(shape(dialogue) == ["EHLO -", "MAIL -", "DATA -", "content -", "QUIT -"])
        #expect(dialogue.greeting == nil)
    }

    @Test func aLineInManySegmentsIsOneMessage() throws {
        let dialogue = try dialogue("S:220 mx\r\n", "C:E", "C:HL", "C:O a\r", "C:\n", "S:250 mx\r\n", "C:QUI")
        #expect(shape(dialogue) == ["EHLO 250", "unknownCommand~none -"])
        #expect(dialogue.exchanges[0].message.segmentCount == 4)
    }
}
