import ClientLab
import DaemonLab
import EngineTraits
import Testing

private let greylisted = "451 4.7.1 Greylisted, please try again later"

/// Verdicts as clients see them.
@Suite("Verdicts on the wire")
struct VerdictTests {
    /// Suspicious, and no bot for certain.
    private static let device = MailClient.device(at: "192.0.2.31")

    @Test(.bothEngines, arguments: MailServerKind.usable)
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

    @Test(.bothEngines, arguments: MailServerKind.usable, ["tempfail", "reject", "fakereject"])
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
        try conversation.expect(451, "RCPT TO:<postmaster@lab.example>")
        try conversation.expect(550, "RCPT TO:<user2@lab.example>")
        try conversation.expect(250, "RCPT TO:<a@other.example>")
        try conversation.expect(550, "RCPT TO:<nosuch@lab.example>")
        #expect(try conversation.finishMail(from: .bot, subject: "for one").code == 250)
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
        #expect(try lab.send(Self.device, to: recipient).code == 250)
        #expect(lab.daemon.awaitVerdicts(1).first?.reasons.first == "exempt.recipient")
        // Nor is a bot: it is asked to come back.
        #expect(try lab.ask(.bot, for: recipient) == [greylisted])
        #expect(lab.daemon.awaitVerdicts(2).last?.reasons.contains("limit.recipient") == true)
    }

    @Test(arguments: MailServerKind.usable)
    func theNullSenderIsNeverRefused(server: MailServerKind) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("reject"))
        #expect(try lab.send(Self.device.with(sender: "")).code == 250)
        #expect(lab.daemon.awaitVerdicts(1).first?.reasons.first == "exempt.null-sender")
        #expect(try lab.ask(MailClient.bot.with(sender: ""), for: "user1@lab.example") == [greylisted])
        #expect(lab.daemon.awaitVerdicts(2).last?.reasons.contains("limit.null-sender") == true)
    }

    @Test(
        arguments: MailServerKind.usable,
        [
            ("trusted_networks", "192.0.2.0/24", "exempt.trusted-network"),
            ("allow_addresses", "192.0.2.14", "exempt.allowed-address"),
        ])
    func thoseOnAListAreNeverRefused(
        server: MailServerKind, entry: (key: String, value: String, reason: String)
    ) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("reject", [entry.key: entry.value]))
        #expect(try lab.send(.bot).code == 250)
        #expect(lab.daemon.awaitVerdicts(1).first?.reasons.first == entry.reason)
    }

    @Test(arguments: MailServerKind.usable)
    func whatAnybodyMayClaimHelpsNoBot(server: MailServerKind) throws {
        let lab = try server.filtered(
            ArgotDaemon.enforcing(
                "reject", ["allow_domains": "elsewhere.example", "allow_helo_names": "printer user.with.error"]))
        // A sender's domain: judged at the end of the message.
        #expect(try lab.send(.bot).description.hasPrefix("451"))
        #expect(lab.daemon.awaitVerdicts(2).contains { $0.reasons.first == "exempt.allowed-sender" })
        // A HELO name helps against suspicion.
        let friend = MailClient.bot.with(sender: "pat@nowhere.example")
        #expect(try lab.ask(friend, for: "user1@lab.example") == [server.refused()])
        #expect(try lab.send(Self.device.with(sender: "scan@nowhere.example", helo: "HELO printer")).code == 250)
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
