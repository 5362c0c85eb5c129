import ClientLab
import DaemonLab
import Testing

/// The lie against the truth, byte by byte: an existing user asked for by a bot that is lied to, a user that does not
/// exist asked for in the same spelling, and only the user's name may differ.
@Suite("The faked refusal", Requirements.postfix)
struct FakeRejectTests {
    /// Spellings of a recipient; `USER` stands for the local part.
    static let spellings = [
        "<USER@lab.example>", "<USER@Lab.Example>", "USER@lab.example", "<@relay.example:USER@lab.example>",
        "<@a.example,@b.example:USER@lab.example>", "<\"USER\"@lab.example>", "<<USER@lab.example>>",
        " <USER@lab.example>", "<USER@LAB.EXAMPLE> NOTIFY=NEVER",
    ]

    /// A daemon that lies to everybody without a name: every recipient is a trap, whatever the dialect.
    static func lab(
        _ variant: PostfixVariant = .local, table: String = "local", overrides: [String: String] = [:]
    ) throws -> FilteredPostfix {
        try FilteredPostfix(
            ArgotDaemon.enforcing(
                "fakereject",
                ["trap_domains": "lab.example", "unknown_user_table": table, "unknown_recipient_threshold": "1000"]),
            variant: variant, overrides: overrides)
    }

    @Test(
        arguments: [
            (PostfixVariant.local, "local"), (.virtualMailbox, "virtual-mailbox"), (.virtualAlias, "virtual-alias"),
            (.relay, "relay"),
        ], [false, true])
    func isByteForByteTheGenuineOne(variant: (PostfixVariant, table: String), isLearned: Bool) throws {
        // Learned from a genuine refusal, the words are right even if the configuration names another table.
        let other = variant.table == "local" ? "relay" : "local"
        let lab = try Self.lab(variant.0, table: isLearned ? other : variant.table)
        if isLearned { _ = try lab.ask(.honest, for: "missing@lab.example") }
        for spelling in Self.spellings { #expect(try lab.differenceOfLie(spelt: spelling) == nil) }
    }

    @Test func aDecidedDialectIsEnough() throws {
        let lab = try FilteredPostfix(ArgotDaemon.enforcing("fakereject"))
        #expect(try lab.differenceOfLie(spelt: "<USER@lab.example>") == nil)
        #expect(lab.daemon.verdicts().allSatisfy { $0["dialect"] == "spysheriff" })
    }

    @Test func theUnnamedTableIsLearned() throws {
        let lab = try Self.lab(overrides: ["show_user_unknown_table_name": "no"])
        let missing = try lab.bytesAnswered(toRCPT: "<nosuch@lab.example>")
        #expect(missing == "550 5.1.1 <nosuch@lab.example>: Recipient address rejected: User unknown\r\n")
        for spelling in Self.spellings { #expect(try lab.differenceOfLie(spelt: spelling) == nil) }
    }

    @Test func theUnnamedTableCanBeConfigured() throws {
        let lab = try Self.lab(table: "unnamed", overrides: ["show_user_unknown_table_name": "no"])
        #expect(try lab.differenceOfLie(spelt: "<USER@lab.example>") == nil)
    }

    @Test func theFooterOfTheMailServerIsNotMissing() throws {
        let footer = "\\c; see http://lab.example/help?from=$client_address"
        let lab = try Self.lab(overrides: ["smtpd_reject_footer": footer])
        #expect(try lab.differenceOfLie(spelt: "<USER@lab.example>") == nil)
    }

    @Test func aPercentSignSurvives() throws {
        // Postfix takes a single "%" out of a filter's reply; doubled it must come out as one.
        let lab = try FilteredPostfix(
            ArgotDaemon.enforcing("fakereject", ["trap_domains": "lab.example"]),
            overrides: ["local_recipient_maps": "", "allow_percent_hack": "no", "allow_untrusted_routing": "yes"])
        let reply = try lab.bytesAnswered(toRCPT: "<user%1@lab.example>")
        #expect(
            reply
                == "550 5.1.1 <user%1@lab.example>: Recipient address rejected: "
                + "User unknown in local recipient table\r\n")
    }

    @Test func severalInOneSessionLookAlike() throws {
        let lab = try Self.lab()
        let conversation = try lab.begin(.bot)
        defer { conversation.drop() }
        for user in ["user1", "nosuch", "user2", "nobody", "user1"] {
            #expect(
                try conversation.command("RCPT TO:<\(user)@lab.example>").description
                    == "550 5.1.1 <\(user)@lab.example>: Recipient address rejected: "
                    + "User unknown in local recipient table")
        }
    }

    @Test func theMailServersOwnRefusalStands() throws {
        let lab = try Self.lab()
        #expect(
            try lab.ask(.bot, for: "a@elsewhere.example")
                == ["554 5.7.1 <a@elsewhere.example>: Relay access denied"])
    }
}
