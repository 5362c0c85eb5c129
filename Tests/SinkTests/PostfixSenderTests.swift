import ClientLab
import Sink
import SMTP
import Sessions
import Testing

/// Postfix as the client of the sink.
@Suite("Postfix at the sink", .serialized)
struct PostfixSenderTests {
    /// A private Postfix that hands everything to the sink, a connection a message, and never gives the sink up.
    static func sender(to sink: RunningSink, in directory: ScratchDirectory) throws -> PostfixInstance {
        let postfix = try PostfixInstance(
            directory: directory.path + "/postfix",
            overrides: [
                "myhostname": "mail.maple.example", "mydestination": "", "mynetworks": "127.0.0.0/8",
                "smtpd_relay_restrictions": "permit_mynetworks, reject", "default_transport": "smtp",
                "relayhost": "[127.0.0.1]:\(sink.port)", "smtp_tls_security_level": "may", "soft_bounce": "yes",
                "smtp_connection_cache_on_demand": "no", "default_destination_concurrency_failed_cohort_limit": "0",
            ],
            services: ["smtp unix - - n - - smtp"])
        try postfix.start()
        return postfix
    }

    static func submit(to postfix: PostfixInstance, recipient: String = "x@y.example") throws {
        let submission = try SMTPConversation(port: postfix.port)
        try submission.readReply()
        for command in ["EHLO mail.maple.example", "MAIL FROM:<dora@maple.example>", "RCPT TO:<\(recipient)>", "DATA"] {
            #expect(try submission.command(command).isPositive, "\(command)")
        }
        try submission.write("Subject: x\r\n\r\nhello\r\n.\r\n")
        try submission.readReply()
        try submission.command("QUIT")
        submission.drop()
    }

    @Test func itIsPutOffOnAnMXUnderTLS() throws {
        let directory = try ScratchDirectory(prefix: "sink")
        let sink = try RunningSink(
            mode: .safe, offer: ServiceOffer.usual.description,
            questions: .scripts([[ScriptedVariation("rcpt.multiline")!]]), certificate: .selfSigned(name: "mx.example"))
        let postfix = try Self.sender(to: sink, in: directory)
        try Self.submit(to: postfix)
        try postfix.waitForLog(containing: "status=deferred", within: .seconds(200))
        #expect(postfix.log.contains("451 4.3.2 Please try another MX"))
        let transcript = try #require(sink.transcripts(1).first)
        postfix.stop()
        _ = sink.stop()
        let dialogue = try #require(DialogueReader.dialogue(from: transcript))
        let verbs = dialogue.exchanges.compactMap(\.message.verb)
        #expect(verbs.starts(with: [.ehlo, .startTLS, .ehlo, .mail, .rcpt]))
        #expect(transcript.note == "rcpt.multiline")
        #expect(dialogue.exchanges.contains { $0.reply?.bytes.starts(with: "451 4.3.2".utf8) == true })
    }

    /// Postfix's column of the client x reply matrix, as it was measured with another server.
    static let column = [
        "rcpt.mixed.250-550": "R", "rcpt.mixed.550-250": "A", "rcpt.end.lf": "A", "rcpt.end.late": "A",
        "rcpt.truncated.code": "A", "rcpt.truncated.digits": "A", "rcpt.truncated.text": "A", "rcpt.code.299": "A",
        "rcpt.code.350": "R", "rcpt.code.450": "R", "rcpt.code.550": "R", "rcpt.code.421": "R", "mail.code.550": "R",
        "mail.code.450": "R", "ehlo.code.500": "HELO", "ehlo.code.550": "HELO", "data.code.250": "R",
        "data.code.550": "R", "end-of-data.code.550": "Q", "greeting.code.554": "Q", "greeting.multiline.slow": "A",
    ]

    @Test func itsColumnOfTheMatrixIsReproduced() throws {
        let ids = Self.column.keys.sorted()
        let directory = try ScratchDirectory(prefix: "sink")
        let sink = try RunningSink(questions: .scripts(ids.map { [ScriptedVariation($0)!] }))
        let postfix = try Self.sender(to: sink, in: directory)
        // One at a time, so that the n-th session is the n-th message's.
        for number in ids.indices {
            try Self.submit(to: postfix, recipient: "x\(number)@y.example")
            try #require(sink.transcripts(number + 1).count == number + 1, "no session for \(ids[number])")
        }
        postfix.stop()
        for transcript in sink.stop() {
            let id = transcript.note ?? ""
            let stage = String(id.prefix { $0 != "." })
            let reaction = RealClientTests.reaction(in: transcript, at: stage)
            #expect(reaction?.rawValue == Self.column[id], "\(id)")
        }
    }
}
