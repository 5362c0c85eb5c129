import ClientLab
import DaemonLab
import Testing

private let greylisted = "451 4.7.1 Greylisted, please try again later"
private let refused = "550 5.7.1 Refused by local policy, please contact the postmaster"
private let accepted = "250 2.1.5 Ok"

/// Verdicts as clients see them.
@Suite("Verdicts on the wire", Requirements.postfix)
struct VerdictTests {
    typealias Client = FilteredPostfix.Client

    @Test func honestMailIsLeftAloneInEveryMode() throws {
        for settings in [["mode": "observe"], FilteredPostfix.enforcing("reject")] {
            let lab = try FilteredPostfix(settings)
            #expect(try lab.send(.honest).code == 250)
            try lab.postfix.waitUntilDelivered(1)
            let verdicts = lab.daemon.awaitVerdicts(1)
            #expect(verdicts.map { $0["action"] } == ["accept"])
            #expect(verdicts.first?["reason"] == "none")
            #expect(verdicts.first?["queue"].isEmpty == false)
        }
    }

    @Test(arguments: [
        ("tempfail", greylisted), ("reject", refused),
        (
            "fakereject",
            "550 5.1.1 <user1@lab.example>: Recipient address rejected: User unknown in local recipient table"
        ),
    ])
    func aCertainBotGetsWhatTheAdministratorHasChosen(action: String, reply: String) throws {
        let lab = try FilteredPostfix(FilteredPostfix.enforcing(action))
        #expect(try lab.ask(.bot, for: "user1@lab.example") == [reply])
        let line = try #require(lab.daemon.awaitVerdicts(1).first)
        #expect(line["action"] == action)
        #expect(line["applied"] == action)
        #expect(line["dialect"] == "spysheriff")
        #expect(line["reply"] == reply)
        #expect(line.reasons.contains("dialect.bot"))
        #expect(line.reasons.contains("name.missing"))
    }

    @Test func aBotWithANameIsAskedToComeBackWhateverTheCertainActionIs() throws {
        let lab = try FilteredPostfix(FilteredPostfix.enforcing("reject"))
        #expect(try lab.ask(.namedBot, for: "user1@lab.example") == [greylisted])
    }

    @Test(arguments: ["tempfail", "reject", "fakereject"])
    func observingLetsEverythingPass(action: String) throws {
        let lab = try FilteredPostfix(FilteredPostfix.enforcing(action, ["mode": "observe"]))
        #expect(try lab.send(.bot).code == 250)
        try lab.postfix.waitUntilDelivered(1)
        let line = try #require(lab.daemon.awaitVerdicts(1).first)
        #expect(line["action"] == action)
        #expect(line["applied"] == "accept")
        #expect(line["mode"] == "observe")
        #expect(line.fields["reply"] == nil)
    }

    @Test func onlyTheVerdictsNamedAreApplied() throws {
        let lab = try FilteredPostfix(FilteredPostfix.enforcing("reject", ["enforce": "tempfail"]))
        #expect(try lab.ask(.bot, for: "user1@lab.example") == [accepted])
        #expect(try lab.ask(.namedBot, for: "user1@lab.example") == [greylisted])
    }

    @Test func onlyTheDomainsNamedAreProtected() throws {
        let settings = FilteredPostfix.enforcing("reject", ["enforce_domains": "other.example .below.example"])
        let lab = try FilteredPostfix(
            settings, overrides: ["relay_domains": "other.example, deep.below.example", "relay_recipient_maps": ""])
        let recipients = ["user1@lab.example", "a@other.example", "a@OTHER.Example", "a@deep.below.example"]
        for (recipient, reply) in zip(recipients, [accepted, refused, refused, refused]) {
            #expect(try lab.ask(.bot, for: recipient) == [reply], "\(recipient)")
        }
    }

    @Test func aRefusedRecipientDoesNotDisturbTheOthers() throws {
        let settings = FilteredPostfix.enforcing("reject", ["enforce_domains": "lab.example"])
        let lab = try FilteredPostfix(
            settings, overrides: ["relay_domains": "other.example", "relay_recipient_maps": ""])
        let conversation = try lab.begin(.bot)
        try conversation.expect(550, "RCPT TO:<user1@lab.example>")
        try conversation.expect(250, "RCPT TO:<postmaster@lab.example>")
        try conversation.expect(550, "RCPT TO:<user2@lab.example>")
        try conversation.expect(250, "RCPT TO:<a@other.example>")
        try conversation.expect(550, "RCPT TO:<nosuch@lab.example>")
        #expect(try conversation.finishMail(from: .bot, subject: "for two").code == 250)
        try lab.postfix.waitUntilDelivered(1)
        #expect(lab.postfix.deliveredTexts().map { $0.contains("for two") } == [true])
        try lab.postfix.waitForLog(containing: "to=<a@other.example>")
    }

    @Test func allRecipientsRefusedLeaveNoMessage() throws {
        let lab = try FilteredPostfix(FilteredPostfix.enforcing("reject"))
        let conversation = try lab.begin(.bot)
        try conversation.expect(550, "RCPT TO:<user1@lab.example>")
        #expect(try conversation.command("DATA").description == "554 5.5.1 Error: no valid recipients")
        try conversation.expect(221, "QUIT")
    }

    @Test(arguments: ["postmaster@lab.example", "abuse@lab.example", "PostMaster@LAB.example"])
    func protectedRecipientsAreNeverRefused(recipient: String) throws {
        let lab = try FilteredPostfix(FilteredPostfix.enforcing("reject"))
        #expect(try lab.send(.bot, to: recipient).code == 250)
        #expect(lab.daemon.awaitVerdicts(1).first?.reasons.first == "exempt.recipient")
    }

    @Test func theNullSenderIsNeverRefused() throws {
        let lab = try FilteredPostfix(FilteredPostfix.enforcing("reject"))
        #expect(try lab.send(Client.bot.with(sender: "")).code == 250)
        #expect(lab.daemon.awaitVerdicts(1).first?.reasons.first == "exempt.null-sender")
    }

    @Test(arguments: [
        ("trusted_networks", "192.0.2.0/24", "exempt.trusted-network"),
        ("allow_addresses", "192.0.2.14", "exempt.allowed-address"),
        ("allow_domains", "elsewhere.example", "exempt.allowed-domain"),
        ("allow_helo_names", "user.with.error", "exempt.allowed-helo"),
    ])
    func thoseOnAListAreNeverRefused(key: String, value: String, reason: String) throws {
        let lab = try FilteredPostfix(FilteredPostfix.enforcing("reject", [key: value]))
        #expect(try lab.send(Client.bot.with(helo: "HELO User.With.Error")).code == 250)
        #expect(lab.daemon.awaitVerdicts(1).first?.reasons.first == reason)
    }

    @Test func aVerifiedNameOnTheListIsNeverRefused() throws {
        let lab = try FilteredPostfix(FilteredPostfix.enforcing("reject", ["allow_domains": ".isp.example"]))
        #expect(try lab.send(.namedBot).code == 250)
    }

    @Test func anIPv6ClientIsJudged() throws {
        let lab = try FilteredPostfix(FilteredPostfix.enforcing("reject"))
        let client = Client.bot.with(identity: ClientIdentity("2001:db8::25"), helo: "HELO User.With.Error")
        #expect(try lab.ask(client, for: "user1@lab.example") == [refused])
        #expect(lab.daemon.awaitVerdicts(1).first?["client"] == "2001:db8::25")
    }

    @Test func aTrapTellsOnAnUnknownDialect() throws {
        let lab = try FilteredPostfix(
            FilteredPostfix.enforcing("reject", ["trap_addresses": "user9@lab.example"]))
        let nameless = Client.honest.with(identity: ClientIdentity("198.51.100.9"))
        #expect(try lab.ask(nameless, for: "user1@lab.example", "user9@lab.example") == [accepted, refused])
    }

    @Test func theLotteryGivesTheSameAnswerAtEveryAttempt() throws {
        let lab = try FilteredPostfix(FilteredPostfix.enforcing("fakereject", ["fake_reject_fraction": "0.5"]))
        func codes() throws -> [String] {
            try (1...9).map { number in try lab.ask(.bot, for: "user\(number)@lab.example")[0].prefix(3).description }
        }
        let first = try codes()
        #expect(try codes() == first)
        #expect(Set(first).isSubset(of: ["451", "550"]))
    }
}
