import Foundation
import ScratchFiles
import Testing

/// `argot judge`, with a judgement socket that answers as argotd does.
@Suite struct JudgeCommandTests {
    private func message(_ queueID: String, id: String = "<1@x>", by host: String = "mx.example.org") -> String {
        """
        Return-Path: <a@example.net>
        Received: from store.example.org (store [10.0.0.2])
        \tby imap.example.org with LMTP id xyz
        \tfor <b@example.org>; Sun, 22 Nov 2026 03:44:51 +0000
        Received: from helo.example (unknown [192.0.2.7])
        \tby \(host) (Postfix) with ESMTPS id \(queueID)
        \tfor <b@example.org>; Sun, 22 Nov 2026 03:44:49 +0000
        Received: from x (unknown [192.0.2.8])
        \tby mx.example.org (Postfix) with ESMTPS id 4FORGED; Sun, 22 Nov 2026 03:44:49 +0000
        Message-ID: \(id)
        Subject: x

        text

        """
    }

    private func judge(
        _ message: String, _ socket: String, verdict: String = "spam", _ more: [String] = ["--by", "MX.example.org"]
    ) throws -> Argot {
        try Argot(["judge", verdict, "--socket", socket] + more, input: message)
    }

    @Test("A message is found by the queue id that this site gave it")
    func byQueueID() throws {
        let socket = try JudgementSocket()
        let run = try judge(message("4KNOWN"), socket.path)
        #expect(run.status == 0 && run.output == "spam: queue id 4KNOWN, 1 message\n", "\(run.errors)")
        #expect(socket.queries == [["source": "person", "verdict": "spam", "queue_id": "4KNOWN"]])
    }

    @Test("Else by its Message-ID; what a stranger wrote into a Received field is never asked for")
    func byMessageID() throws {
        let socket = try JudgementSocket()
        let run = try judge(message("4OLD", id: "<known@x>"), socket.path, verdict: "honest")
        #expect(run.status == 0 && run.output == "honest: Message-ID <known@x>, 1 message\n")
        #expect(socket.queries.map { $0["queue_id"] } == ["4OLD", nil])
        let other = try judge(message("4KNOWN", id: "<known@x>", by: "mx.foreign.example"), socket.path)
        #expect(other.status == 1 && other.errors.contains("was not received by this site (mx.example.org)"))
        #expect(other.errors.contains("mx.foreign.example") && socket.queries.count == 2)
    }

    @Test("A message that is not kept is not known")
    func unknown() throws {
        let socket = try JudgementSocket()
        let run = try judge(message("4OLD"), socket.path)
        #expect(run.status == 1 && run.errors.contains("keeps no message with queue id 4OLD or Message-ID <1@x>"))
    }

    @Test(
        "What is no message of a site says so",
        arguments: [
            ("", "standard input is empty"), ("\n\n\n", "has no header"), ("just text\n", "has no header"),
            ("Subject: x\n\nReceived: in the body\n", "it has no Received field"),
        ])
    func noMessage(text: String, words: String) throws {
        let socket = try JudgementSocket()
        let run = try judge(text, socket.path)
        #expect(socket.queries.isEmpty)
        #expect(run.status == (text.hasPrefix("Subject") ? 1 : 65) && run.errors.contains(words), "\(run.errors)")
    }

    @Test(
        "Exit codes tell a script what to do",
        arguments: [(403, 69), (429, 75), (503, 75), (404, 69), (400, 1)] as [(Int, Int32)])
    func exitCodes(answer: Int, status: Int32) throws {
        let socket = try JudgementSocket(status: answer)
        #expect(try judge(message("4KNOWN"), socket.path).status == status)
        #expect(socket.queries.count == (answer == 400 ? 2 : 1))
    }

    @Test("Without argotd the message is read all the same, and the code is 69")
    func nobodyThere() throws {
        let run = try judge(message("4KNOWN"), "/nonexistent/judgements.sock")
        #expect(run.status == 69 && run.errors.contains("start argotd"))
        #expect(try judge(message("4KNOWN"), "/nonexistent/j", verdict: "perhaps").status == 64)
    }

    @Test("A message of 50 MB is answered at once, a line of 50 MB too")
    func huge() throws {
        let socket = try JudgementSocket()
        let body = String(repeating: String(repeating: "x", count: 75) + "\n", count: 690_000)
        let start = ContinuousClock.now
        #expect(try judge(message("4KNOWN") + body, socket.path).status == 0)
        let line = try judge(String(repeating: "x", count: 50 << 20), socket.path)
        #expect(line.status == 65 && line.errors.contains("has no header"))
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test("Attached messages are judged instead of the one that brings them")
    func attached() throws {
        let socket = try JudgementSocket()
        let outer = """
            Received: from pc (unknown [192.0.2.99])
            \tby mx.example.org (Postfix) with ESMTPSA id 4OUTER; Sun, 22 Nov 2026 03:44:49 +0000
            Content-Type: multipart/mixed; boundary=x

            --x
            Content-Type: text/plain

            see below
            --x
            Content-type: Message/RFC822; name="a.eml"
            Content-Disposition: attachment


            """
        let run = try judge(
            outer + message("4KNOWN") + "--x--\n", socket.path, ["--by", "mx.example.org", "--attached"])
        #expect(run.status == 0 && socket.queries.map { $0["queue_id"] } == ["4KNOWN"], "\(run.errors)")
        let none = try judge(message("4KNOWN"), socket.path, ["--by", "mx.example.org", "--attached"])
        #expect(none.status == 65 && none.errors.contains("no message (message/rfc822) is attached"))
    }
}
