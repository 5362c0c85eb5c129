import ClientLab
import DaemonLab
import Testing

/// What Sendmail adds to verdicts; `MailServerTests` has what clients of all mail servers see.
@Suite("Verdicts of Sendmail's own kind", Requirements.sendmail)
struct VerdictTests {
    /// `250 2.0.0 QUEUEID Message accepted for delivery`
    @Test func theQueueIDIsTheOneThatTheClientIsTold() throws {
        let lab = try FilteredSendmail(["mode": "observe"])
        let reply = try lab.send(.honest)
        let queued = reply.text.split(separator: " ").dropFirst().first.map(String.init)
        #expect(lab.daemon.awaitVerdicts(1).first?["queue"] == queued)
    }

    @Test func aMessageThatNobodyMayHaveIsNotQueued() throws {
        let lab = try FilteredSendmail(ArgotDaemon.enforcing("reject"))
        let conversation = try lab.begin(.bot)
        try conversation.expect(550, "RCPT TO:<user1@lab.example>")
        try conversation.expect(503, "DATA")
        try conversation.expect(221, "QUIT")
        #expect(lab.sendmail.queuedMessages.isEmpty)
    }

    /// Sendmail has a queue id at MAIL already, so that refusals can be found in its log, too.
    @Test func aRefusalIsLoggedWithItsQueueID() throws {
        let lab = try FilteredSendmail(ArgotDaemon.enforcing())
        let device = MailClient.device(at: "192.0.2.31")
        let conversation = try lab.begin(device)
        try conversation.expect(451, "RCPT TO:<user1@lab.example>")
        try conversation.expect(250, "RSET")
        try conversation.expect(250, "MAIL FROM:<\(device.sender)>")
        try conversation.expect(451, "RCPT TO:<user2@lab.example>")
        let ids = lab.daemon.awaitVerdicts(2).map { $0["queue"] }
        #expect(ids.allSatisfy { $0.count == 14 })
        #expect(Set(ids).count == 2, "every transaction has its own")
    }

    /// Recipients that Sendmail refuses by itself count; those for whom it will not relay it does not show.
    @Test func whoGuessesIsFoundOut() throws {
        let lab = try FilteredSendmail(ArgotDaemon.enforcing("reject", ["unknown_recipient_threshold": "3"]))
        let nameless = MailClient.honest.with(identity: ClientIdentity("198.51.100.9"))
        let abroad = try lab.ask(
            nameless, for: "a@one.example", "b@one.example", "c@one.example", "user1@lab.example")
        #expect(abroad.dropLast().allSatisfy { $0.hasPrefix("550 5.7.1 ") && $0.contains("Relaying denied") })
        #expect(abroad.last == MailServerKind.sendmail.accepted())
        let guesses = try lab.ask(nameless, for: "a@lab.example", "b@lab.example", "c@lab.example", "user1@lab.example")
        #expect(guesses.dropLast() == ["a", "b", "c"].map { "550 5.1.1 <\($0)@lab.example>... User unknown" }[...])
        #expect(guesses.last?.hasPrefix("250") == false, "\(guesses)")
        #expect(lab.daemon.awaitVerdicts(2).last?.reasons.contains("recipients.unknown") == true)
    }
}
