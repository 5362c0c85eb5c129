import SMTP
import Seeded
import StoredMail
import Testing

/// Heads of stored messages, and which of their fields says how a message came.
struct MessageHeadTests {
    private func head(_ text: String, lineEnd: String = "\n") -> MessageHead {
        var head = MessageHead()
        let bytes = Array(text.replacing("\n", with: lineEnd).utf8)
        for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: false) where !head.take(line) { break }
        return head
    }

    private static let message = """
        Return-Path: <a@example.net>
        Received: from localhost (localhost [127.0.0.1])
        \tby mx.example.org (Postfix) with ESMTP id Q2; Sun, 22 Nov 2026 03:44:50 +0000
        Received: from h.example (n.example [192.0.2.7])
        \tby mx.example.org (Postfix) with ESMTP id Q1; Sun, 22 Nov 2026 03:44:49 +0000
        Received: from forged ([198.51.100.1])
        \tby mx.example.org (Postfix) with ESMTP id Q0; Sun, 22 Nov 2026 03:44:48 +0000
        Message-Id: <1@example.net>
        Subject: one
          two

        Received: in the body
        """

    @Test("Fields, folds and the end of the head, whatever ends the lines", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) {
        let head = head(Self.message, lineEnd: end)
        #expect(head.fields.map(\.name).last == "Subject" && head.fields.count == 6)
        #expect(head.first("subject") == "one two" && head.messageID == "<1@example.net>")
        #expect(!head.isCut)
    }

    @Test("The mbox line before a head is not a part of it; a body without a head has no fields")
    func beginnings() {
        #expect(head("From a@b Sun Nov 22 03:44:49 2026\nA: b\n\nC: d").fields.map(\.name) == ["A"])
        #expect(head(">From a@b\nA: b\n").fields.map(\.name) == ["A"])
        #expect(head("\n\nA: b\n\n").fields.map(\.name) == ["A"])
        #expect(head("no header here\nA: b\n").fields.isEmpty)
        #expect(head("").fields.isEmpty && head("\u{0}\u{1}: x\n").fields.isEmpty)
    }

    @Test("Memory is bounded, and says so")
    func bounds() {
        let many = head(String(repeating: "A: b\n", count: 3_000))
        #expect(many.fields.count == MessageHead.mostFields && many.isCut)
        let long = head("A: " + String(repeating: "x", count: 1_000_000) + "\nB: c\n")
        #expect(long.fields.isEmpty && long.isCut)
    }

    @Test("The first client from outside is the one; what lies below is the sender's word")
    func arrival() throws {
        let arrival = try Arrival(of: head(Self.message), at: [])
        #expect(arrival.received.queueID == "Q1" && arrival.index == 2)
        #expect(try Arrival(of: head(Self.message), at: ["mx.example.org"]) == arrival)
    }

    @Test(
        "A message that has no arrival says why",
        arguments: [
            ("A: b\n", .noReceived), ("Received: by mx (Postfix, from userid 0)\n\tid Q; x\n", .ownMessage),
            ("Received: from h ([192.0.2.7])\n\tby mx (Postfix) with ESMTPSA id Q; x\n", .authenticated),
            ("Received: from h\n\tby mx with MAPI; x\n", .unreadable),
            ("Received: from h ([192.0.2.7])\n\tby mx (Postfix) with ESMTP id Q; soon\n", .noDate),
            ("Received: from h ([192.0.2.7])\n\tby other (Postfix) with ESMTP id Q; soon\n", .otherServer),
        ] as [(String, Arrival.Absence)])
    func absences(text: String, absence: Arrival.Absence) {
        #expect(throws: absence) { try Arrival(of: head(text), at: ["mx"]) }
    }

    @Test("No bytes stop the reader")
    func anyBytes() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<2_000 {
            var head = MessageHead()
            let words = [
                "Received:", " from ", "(", ")", "[", "]", "192.0.2.1", "by ", ";", "\r", "\n", "\t", "id", "helo=",
            ]
            var text: [UInt8] = []
            for _ in 0..<random.next(upperBound: UInt64(60)) {
                if random.next(upperBound: UInt64(5)) == 0 {
                    text.append(UInt8(truncatingIfNeeded: random.next()))
                } else {
                    text += Array(words[Int(random.next(upperBound: UInt64(words.count)))].utf8)
                }
            }
            for line in text.split(separator: 0x0a, omittingEmptySubsequences: false) where !head.take(line) { break }
            _ = try? Arrival(of: head, at: [])
        }
    }
}
