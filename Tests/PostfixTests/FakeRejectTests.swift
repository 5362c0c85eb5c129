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
            FilteredPostfix.enforcing(
                "fakereject",
                ["trap_domains": "lab.example", "unknown_user_table": table, "unknown_recipient_threshold": "1000"]),
            variant: variant, overrides: overrides)
    }

    /// The bytes of the reply to RCPT, with line ends.
    static func answer(_ lab: FilteredPostfix, _ argument: String) throws -> String {
        let conversation = try lab.begin(.bot)
        defer { conversation.drop() }
        let earlier = conversation.record.bytes(from: .server).count
        try conversation.command("RCPT TO:\(argument)")
        return String(decoding: conversation.record.bytes(from: .server).dropFirst(earlier), as: UTF8.self)
    }

    /// Asks for an existing and then for a missing user with names of one length and letter case.
    static func compare(_ lab: FilteredPostfix, _ spelling: String) throws {
        for (existing, missing) in [("user1", "nosu1"), ("USER2", "NOSU2"), ("User3", "Nosu3")] {
            let faked = try answer(lab, spelling.replacing("USER", with: existing))
            let genuine = try answer(lab, spelling.replacing("USER", with: missing))
            #expect(genuine.contains("<\(missing)@"), "\(spelling): \(genuine)")
            #expect(faked == genuine.replacing(missing, with: existing), "\(spelling)")
        }
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
        for spelling in Self.spellings { try Self.compare(lab, spelling) }
    }

    @Test func aDecidedDialectIsEnough() throws {
        let lab = try FilteredPostfix(FilteredPostfix.enforcing("fakereject"))
        try Self.compare(lab, "<USER@lab.example>")
        #expect(lab.daemon.verdicts().allSatisfy { $0["dialect"] == "spysheriff" })
    }

    @Test func theUnnamedTableIsLearned() throws {
        let lab = try Self.lab(overrides: ["show_user_unknown_table_name": "no"])
        let missing = try Self.answer(lab, "<nosuch@lab.example>")
        #expect(missing == "550 5.1.1 <nosuch@lab.example>: Recipient address rejected: User unknown\r\n")
        for spelling in Self.spellings { try Self.compare(lab, spelling) }
    }

    @Test func theUnnamedTableCanBeConfigured() throws {
        let lab = try Self.lab(table: "unnamed", overrides: ["show_user_unknown_table_name": "no"])
        try Self.compare(lab, "<USER@lab.example>")
    }

    @Test func theFooterOfTheMailServerIsNotMissing() throws {
        let footer = "\\c; see http://lab.example/help?from=$client_address"
        let lab = try Self.lab(overrides: ["smtpd_reject_footer": footer])
        try Self.compare(lab, "<USER@lab.example>")
    }

    @Test func aPercentSignSurvives() throws {
        // Postfix takes a single "%" out of a filter's reply; doubled it must come out as one.
        let lab = try FilteredPostfix(
            FilteredPostfix.enforcing("fakereject", ["trap_domains": "lab.example"]),
            overrides: ["local_recipient_maps": "", "allow_percent_hack": "no", "allow_untrusted_routing": "yes"])
        let reply = try Self.answer(lab, "<user%1@lab.example>")
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
