import Foundation
import ScratchFiles
import Testing

/// `argot judgements follow`, with a judgement socket that answers as argotd does.
@Suite struct JudgementsFollowTests {
    private func follow(_ socket: JudgementSocket, _ scratch: Scratch, _ more: [String]) throws -> Argot {
        try Argot(
            [
                "judgements", "follow", "--once", "--socket", socket.path, "--position",
                scratch.path + "/positions.json",
                "--time-zone", "UTC",
            ] + more)
    }

    private func refusal(_ text: String, _ id: String = "4KNOWN") -> String {
        "Nov 30 12:00:00 mx postfix/cleanup[9]: \(id): milter-reject: END-OF-MESSAGE from n[192.0.2.1]: 5.7.1 \(text); "
            + "from=<a@x.example> to=<b@lab.example> proto=ESMTP helo=<x>\n"
    }

    @Test("What is new is handed over once, and what became of it is printed")
    func once() throws {
        let scratch = try Scratch()
        let socket = try JudgementSocket()
        let log = try scratch.write(
            "mail.log",
            refusal("Blocked by SpamAssassin") + refusal("Greylisted, please try again later", "4OTHER")
                + "Nov 30 12:00:00 mx postfix/smtpd[1]: 4ABC123: client=pc[192.0.2.9], sasl_method=PLAIN, sasl_username=u\n"
                + "Nov 30 12:00:01 mx postfix/smtp[2]: 4ABC123: to=<pal@x.example>, relay=m[192.0.2.3]:25, dsn=2.0.0, "
                + "status=sent (250 ok)\n")
        let run = try follow(socket, scratch, [log])
        #expect(run.status == 0, "\(run.errors)")
        #expect(socket.queries.map { $0["queue_id"] ?? $0["address"] ?? "" } == ["4KNOWN", "pal@x.example"])
        #expect(socket.queries[0]["source"] == "filter-log" && socket.queries[0]["verdict"] == "spam")
        #expect(run.output.contains("4 lines: spam: refusal 1; honest: none; correspondents: 1"), "\(run.output)")
        #expect(run.output.contains("2 taken, 0 on messages"))
        #expect(run.output.contains("1 refusals with texts that are not known") && run.output.contains("Greylisted"))
        #expect(try follow(socket, scratch, [log]).status == 0)
        #expect(socket.queries.count == 2)
    }

    @Test(
        "A text that Argot says, or could imitate, cannot be named as a filter's",
        arguments: [
            "Greylisted", "Greylisted, please try again later and again", "refused by local policy",
            "Recipient address rejected: User unknown in local recipient table", "User unknown",
        ])
    func neverArgot(text: String) throws {
        let scratch = try Scratch()
        let run = try follow(JudgementSocket(), scratch, ["--reply", text, "/dev/null"])
        #expect(run.status == 64 && run.errors.contains("Argot must not learn from that"), "\(run.errors)")
    }

    @Test("A site's own text is taken when it is named")
    func namedText() throws {
        let scratch = try Scratch()
        let socket = try JudgementSocket()
        let log = try scratch.write("mail.log", refusal("No spam in this house"))
        #expect(try follow(socket, scratch, ["--reply", "No spam in", log]).status == 0)
        #expect(socket.queries.map { $0["queue_id"] } == ["4KNOWN"])
        #expect(try follow(socket, scratch, ["--reply", "spam", log]).status == 64)
    }

    @Test("A log that may not be read is an error that says what to do")
    func unreadable() throws {
        let scratch = try Scratch()
        let run = try follow(JudgementSocket(), scratch, [scratch.path])
        #expect(run.status == 1 && run.errors.contains("is not a regular file"))
    }
}
