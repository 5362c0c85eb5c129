import ClientLab
import DaemonLab
import Testing

private let greylisted = "451 4.7.1 Greylisted, please try again later"

/// The words of a refusal, which Sendmail begins with the recipient as the client has written it.
private func refused(_ recipient: String = "user1@lab.example") -> String {
    "550 5.7.1 <\(recipient)>... Refused by local policy, please contact the postmaster"
}

private func accepted(_ recipient: String = "user1@lab.example") -> String {
    "250 2.1.5 <\(recipient)>... Recipient ok"
}

/// Verdicts as clients of Sendmail see them.
@Suite("Verdicts on the wire of Sendmail", Requirements.sendmail)
struct VerdictTests {
    @Test func honestMailIsLeftAloneInEveryMode() throws {
        for settings in [["mode": "observe"], FilteredSendmail.enforcing("reject")] {
            let lab = try FilteredSendmail(settings)
            let reply = try lab.send(.honest)
            #expect(reply.code == 250)
            try lab.sendmail.waitUntilDelivered(1)
            let verdicts = lab.daemon.awaitVerdicts(1)
            #expect(verdicts.map { $0["action"] } == ["accept"])
            #expect(verdicts.first?["reason"] == "none")
            // `250 2.0.0 QUEUEID Message accepted for delivery`
            let queued = reply.text.split(separator: " ").dropFirst().first.map(String.init)
            #expect(verdicts.first?["queue"] == queued)
        }
    }

    @Test(arguments: [
        ("tempfail", greylisted), ("reject", refused()),
        ("fakereject", "550 5.1.1 <user1@lab.example>... User unknown"),
    ])
    func aCertainBotGetsWhatTheAdministratorHasChosen(action: String, reply: String) throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing(action))
        #expect(try lab.ask(.bot, for: "user1@lab.example") == [reply])
        let line = try #require(lab.daemon.awaitVerdicts(1).first)
        #expect(line["action"] == action)
        #expect(line["applied"] == action)
        #expect(line["dialect"] == "spysheriff")
        // The line has what Argot says; the recipient in it is Sendmail's.
        #expect(line["reply"] == reply.replacing("<user1@lab.example>... ", with: ""))
        #expect(line.reasons.contains("dialect.bot"))
        #expect(line.reasons.contains("name.missing"))
    }

    /// Sendmail has a queue id at MAIL already, so that refusals can be found in its log, too.
    @Test func aRefusalIsLoggedWithItsQueueID() throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing())
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

    @Test func aBotWithANameIsAskedToComeBackWhateverTheCertainActionIs() throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing("reject"))
        #expect(try lab.ask(.namedBot, for: "user1@lab.example") == [greylisted])
    }

    @Test(arguments: ["tempfail", "reject", "fakereject"])
    func observingLetsEverythingPass(action: String) throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing(action, ["mode": "observe"]))
        #expect(try lab.send(.bot).code == 250)
        try lab.sendmail.waitUntilDelivered(1)
        let line = try #require(lab.daemon.awaitVerdicts(1).first)
        #expect(line["action"] == action)
        #expect(line["applied"] == "accept")
        #expect(line["mode"] == "observe")
        #expect(line.fields["reply"] == nil)
    }

    @Test func onlyTheVerdictsNamedAreApplied() throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing("reject", ["enforce": "tempfail"]))
        #expect(try lab.ask(.bot, for: "user1@lab.example") == [accepted()])
        #expect(try lab.ask(.namedBot, for: "user1@lab.example") == [greylisted])
    }

    @Test func onlyTheDomainsNamedAreProtected() throws {
        let settings = FilteredSendmail.enforcing("reject", ["enforce_domains": "other.example .below.example"])
        let lab = try FilteredSendmail(settings, lines: ["RELAY_DOMAIN(`other.example deep.below.example')dnl"])
        #expect(try lab.ask(.bot, for: "user1@lab.example") == [accepted()])
        for recipient in ["a@other.example", "a@OTHER.Example", "a@deep.below.example"] {
            #expect(try lab.ask(.bot, for: recipient) == [refused(recipient)], "\(recipient)")
        }
    }

    @Test func aRefusedRecipientDoesNotDisturbTheOthers() throws {
        let settings = FilteredSendmail.enforcing("reject", ["enforce_domains": "lab.example"])
        let lab = try FilteredSendmail(settings, lines: ["RELAY_DOMAIN(`other.example')dnl"])
        let conversation = try lab.begin(.bot)
        try conversation.expect(550, "RCPT TO:<user1@lab.example>")
        try conversation.expect(250, "RCPT TO:<postmaster@lab.example>")
        try conversation.expect(550, "RCPT TO:<user2@lab.example>")
        try conversation.expect(250, "RCPT TO:<a@other.example>")
        try conversation.expect(550, "RCPT TO:<nosuch@lab.example>")
        #expect(try conversation.finishMail(from: .bot, subject: "for two").code == 250)
        try lab.sendmail.waitUntilDelivered(1)
        #expect(lab.sendmail.deliveredTexts().map { $0.contains("for two") } == [true])
        // What is for elsewhere stays in the queue once the rest is delivered.
        #expect(
            Poll.until(.after(.seconds(60))) {
                lab.sendmail.queuedMessages.map(\.recipients) == [["<a@other.example>"]]
            })
    }

    @Test func allRecipientsRefusedLeaveNoMessage() throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing("reject"))
        let conversation = try lab.begin(.bot)
        try conversation.expect(550, "RCPT TO:<user1@lab.example>")
        #expect(try conversation.command("DATA").description == "503 5.0.0 Need RCPT (recipient)")
        try conversation.expect(221, "QUIT")
        #expect(lab.sendmail.queuedMessages.isEmpty)
    }

    @Test(arguments: ["postmaster@lab.example", "abuse@lab.example", "PostMaster@LAB.example"])
    func protectedRecipientsAreNeverRefused(recipient: String) throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing("reject"))
        #expect(try lab.send(.bot, to: recipient).code == 250)
        #expect(lab.daemon.awaitVerdicts(1).first?.reasons.first == "exempt.recipient")
    }

    @Test func theNullSenderIsNeverRefused() throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing("reject"))
        #expect(try lab.send(MailClient.bot.with(sender: "")).code == 250)
        #expect(lab.daemon.awaitVerdicts(1).first?.reasons.first == "exempt.null-sender")
    }

    @Test(arguments: [
        ("trusted_networks", "192.0.2.0/24", "exempt.trusted-network"),
        ("allow_addresses", "192.0.2.14", "exempt.allowed-address"),
        ("allow_domains", "elsewhere.example", "exempt.allowed-domain"),
        ("allow_helo_names", "user.with.error", "exempt.allowed-helo"),
    ])
    func thoseOnAListAreNeverRefused(key: String, value: String, reason: String) throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing("reject", [key: value]))
        #expect(try lab.send(.bot).code == 250)
        #expect(lab.daemon.awaitVerdicts(1).first?.reasons.first == reason)
    }

    @Test func aVerifiedNameOnTheListIsNeverRefused() throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing("reject", ["allow_domains": ".isp.example"]))
        #expect(try lab.send(.namedBot).code == 250)
    }

    @Test func anIPv6ClientIsJudged() throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing("reject"))
        let client = MailClient.bot.with(identity: ClientIdentity("2001:db8::25"))
        #expect(try lab.ask(client, for: "user1@lab.example") == [refused()])
        let line = lab.daemon.awaitVerdicts(1).first
        #expect(line?["client"] == "2001:db8::25")
        #expect(line?.reasons.contains("name.missing") == true)
    }

    @Test func aTrapTellsOnAnUnknownDialect() throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing("reject", ["trap_addresses": "user9@lab.example"]))
        let nameless = MailClient.honest.with(identity: ClientIdentity("198.51.100.9"))
        #expect(
            try lab.ask(nameless, for: "user1@lab.example", "user9@lab.example")
                == [accepted(), refused("user9@lab.example")])
    }

    /// Recipients that Sendmail refuses by itself count; those for whom it will not relay it does not show.
    @Test func whoGuessesIsFoundOut() throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing("reject", ["unknown_recipient_threshold": "3"]))
        let nameless = MailClient.honest.with(identity: ClientIdentity("198.51.100.9"))
        let abroad = try lab.ask(
            nameless, for: "a@one.example", "b@one.example", "c@one.example", "user1@lab.example")
        #expect(abroad.dropLast().allSatisfy { $0.hasPrefix("550 5.7.1 ") && $0.contains("Relaying denied") })
        #expect(abroad.last == accepted())
        let guesses = try lab.ask(nameless, for: "a@lab.example", "b@lab.example", "c@lab.example", "user1@lab.example")
        #expect(guesses.dropLast() == ["a", "b", "c"].map { "550 5.1.1 <\($0)@lab.example>... User unknown" }[...])
        #expect(guesses.last?.hasPrefix("250") == false, "\(guesses)")
        #expect(lab.daemon.awaitVerdicts(5).last?.reasons.contains("recipients.unknown") == true)
    }
}
