import ClientLab
import DaemonLab
import Testing

private let greylisted = "451 4.7.1 Greylisted, please try again later"

/// Verdicts as clients see them.
@Suite("Verdicts on the wire")
struct VerdictTests {
    @Test(arguments: MailServerKind.usable)
    func honestMailIsLeftAloneInEveryMode(server: MailServerKind) throws {
        for settings in [["mode": "observe"], ArgotDaemon.enforcing("reject")] {
            let lab = try server.filtered(settings)
            #expect(try lab.send(.honest).code == 250)
            try lab.server.waitUntilDelivered(1)
            let verdicts = lab.daemon.awaitVerdicts(1)
            #expect(verdicts.map { $0["action"] } == ["accept"])
            #expect(verdicts.first?["reason"] == "none")
            #expect(verdicts.first?["queue"].isEmpty == false)
        }
    }

    @Test(arguments: MailServerKind.usable, ["tempfail", "reject", "fakereject"])
    func aCertainBotGetsWhatTheAdministratorHasChosen(server: MailServerKind, action: String) throws {
        let recipient = "user1@lab.example"
        let replies = [
            "tempfail": greylisted, "reject": server.refused(recipient), "fakereject": server.unknownUser(recipient),
        ]
        let reply = try #require(replies[action])
        let lab = try server.filtered(ArgotDaemon.enforcing(action))
        #expect(try lab.ask(.bot, for: recipient) == [reply])
        let line = try #require(lab.daemon.awaitVerdicts(1).first)
        #expect(line["action"] == action)
        #expect(line["applied"] == action)
        #expect(line["dialect"] == "spysheriff")
        // The line has what Argot says; what stands before it is the mail server's.
        #expect(line["reply"] == reply.replacing(server.prefix(recipient), with: ""))
        #expect(line.reasons.contains("dialect.bot"))
        #expect(line.reasons.contains("name.missing"))
    }

    @Test(arguments: MailServerKind.usable)
    func aBotWithANameIsAskedToComeBackWhateverTheCertainActionIs(server: MailServerKind) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("reject"))
        #expect(try lab.ask(.namedBot, for: "user1@lab.example") == [greylisted])
    }

    @Test(arguments: MailServerKind.usable, ["tempfail", "reject", "fakereject"])
    func observingLetsEverythingPass(server: MailServerKind, action: String) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing(action, ["mode": "observe"]))
        #expect(try lab.send(.bot).code == 250)
        try lab.server.waitUntilDelivered(1)
        let line = try #require(lab.daemon.awaitVerdicts(1).first)
        #expect(line["action"] == action)
        #expect(line["applied"] == "accept")
        #expect(line["mode"] == "observe")
        #expect(line.fields["reply"] == nil)
    }

    @Test(arguments: MailServerKind.usable)
    func onlyTheVerdictsNamedAreApplied(server: MailServerKind) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("reject", ["enforce": "tempfail"]))
        #expect(try lab.ask(.bot, for: "user1@lab.example") == [server.accepted()])
        #expect(try lab.ask(.namedBot, for: "user1@lab.example") == [greylisted])
    }

    @Test(arguments: MailServerKind.usable)
    func onlyTheDomainsNamedAreProtected(server: MailServerKind) throws {
        let lab = try server.filtered(
            ArgotDaemon.enforcing("reject", ["enforce_domains": "other.example .below.example"]),
            relaying: ["other.example", "deep.below.example"])
        #expect(try lab.ask(.bot, for: "user1@lab.example") == [server.accepted()])
        for recipient in ["a@other.example", "a@OTHER.Example", "a@deep.below.example"] {
            #expect(try lab.ask(.bot, for: recipient) == [server.refused(recipient)], "\(recipient)")
        }
    }

    @Test(arguments: MailServerKind.usable)
    func aRefusedRecipientDoesNotDisturbTheOthers(server: MailServerKind) throws {
        let lab = try server.filtered(
            ArgotDaemon.enforcing("reject", ["enforce_domains": "lab.example"]), relaying: ["other.example"])
        let conversation = try lab.begin(.bot)
        try conversation.expect(550, "RCPT TO:<user1@lab.example>")
        try conversation.expect(250, "RCPT TO:<postmaster@lab.example>")
        try conversation.expect(550, "RCPT TO:<user2@lab.example>")
        try conversation.expect(250, "RCPT TO:<a@other.example>")
        try conversation.expect(550, "RCPT TO:<nosuch@lab.example>")
        #expect(try conversation.finishMail(from: .bot, subject: "for two").code == 250)
        try lab.server.waitUntilDelivered(1)
        #expect(lab.server.deliveredTexts().map { $0.contains("for two") } == [true])
        #expect(Poll.until(.after(.seconds(60))) { lab.server.passesOn(to: "a@other.example") })
    }

    @Test(arguments: MailServerKind.usable)
    func allRecipientsRefusedLeaveNoMessage(server: MailServerKind) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("reject"))
        let conversation = try lab.begin(.bot)
        try conversation.expect(550, "RCPT TO:<user1@lab.example>")
        #expect(try conversation.command("DATA").description == server.noRecipients)
        try conversation.expect(221, "QUIT")
    }

    @Test(
        arguments: MailServerKind.usable, ["postmaster@lab.example", "abuse@lab.example", "PostMaster@LAB.example"])
    func protectedRecipientsAreNeverRefused(server: MailServerKind, recipient: String) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("reject"))
        #expect(try lab.send(.bot, to: recipient).code == 250)
        #expect(lab.daemon.awaitVerdicts(1).first?.reasons.first == "exempt.recipient")
    }

    @Test(arguments: MailServerKind.usable)
    func theNullSenderIsNeverRefused(server: MailServerKind) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("reject"))
        #expect(try lab.send(MailClient.bot.with(sender: "")).code == 250)
        #expect(lab.daemon.awaitVerdicts(1).first?.reasons.first == "exempt.null-sender")
    }

    @Test(
        arguments: MailServerKind.usable,
        [
            ("trusted_networks", "192.0.2.0/24", "exempt.trusted-network"),
            ("allow_addresses", "192.0.2.14", "exempt.allowed-address"),
            ("allow_domains", "elsewhere.example", "exempt.allowed-domain"),
            ("allow_helo_names", "user.with.error", "exempt.allowed-helo"),
        ])
    func thoseOnAListAreNeverRefused(
        server: MailServerKind, entry: (key: String, value: String, reason: String)
    ) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("reject", [entry.key: entry.value]))
        #expect(try lab.send(.bot).code == 250)
        #expect(lab.daemon.awaitVerdicts(1).first?.reasons.first == entry.reason)
    }

    @Test(arguments: MailServerKind.usable)
    func aVerifiedNameOnTheListIsNeverRefused(server: MailServerKind) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("reject", ["allow_domains": ".isp.example"]))
        #expect(try lab.send(.namedBot).code == 250)
    }

    @Test(arguments: MailServerKind.usable)
    func anIPv6ClientIsJudged(server: MailServerKind) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("reject"))
        let client = MailClient.bot.with(identity: ClientIdentity("2001:db8::25"))
        #expect(try lab.ask(client, for: "user1@lab.example") == [server.refused()])
        let line = lab.daemon.awaitVerdicts(1).first
        #expect(line?["client"] == "2001:db8::25")
        #expect(line?.reasons.contains("name.missing") == true)
    }

    @Test(arguments: MailServerKind.usable)
    func aTrapTellsOnAnUnknownDialect(server: MailServerKind) throws {
        let lab = try server.filtered(
            ArgotDaemon.enforcing("reject", ["trap_addresses": "user9@lab.example"]))
        let nameless = MailClient.honest.with(identity: ClientIdentity("198.51.100.9"))
        #expect(
            try lab.ask(nameless, for: "user1@lab.example", "user9@lab.example") == [
                server.accepted(), server.refused("user9@lab.example"),
            ])
    }

    @Test(arguments: MailServerKind.usable)
    func theLotteryGivesTheSameAnswerAtEveryAttempt(server: MailServerKind) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("fakereject", ["fake_reject_fraction": "0.5"]))
        func codes() throws -> [String] {
            try (1...9).map { number in try lab.ask(.bot, for: "user\(number)@lab.example")[0].prefix(3).description }
        }
        let first = try codes()
        #expect(try codes() == first)
        #expect(Set(first).isSubset(of: ["451", "550"]))
    }
}
