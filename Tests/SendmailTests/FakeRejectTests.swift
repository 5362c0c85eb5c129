import ClientLab
import DaemonLab
import Testing

/// The lie against the truth, byte by byte, as over Postfix: an existing user asked for by a bot that is lied to, a user
/// that does not exist asked for in the same spelling, and only the user's name may differ.
@Suite("The faked refusal over Sendmail", Requirements.sendmail)
struct FakeRejectTests {
    /// Spellings of a recipient; `USER` stands for the local part.
    static let spellings = [
        "<USER@lab.example>", "<USER@Lab.Example>", "USER@lab.example", "<@relay.example:USER@lab.example>",
        "<@a.example,@b.example:USER@lab.example>", "<\"USER\"@lab.example>", "<<USER@lab.example>>",
        " <USER@lab.example>", "<USER@lab.example> ", "<USER@LAB.EXAMPLE> NOTIFY=NEVER", "<USER@lab.example.>",
    ]

    /// A daemon that lies to everybody without a name: every recipient is a trap, whatever the dialect.
    static func lab(_ variant: SendmailVariant = .local) throws -> FilteredSendmail {
        try FilteredSendmail(
            ArgotDaemon.enforcing(
                "fakereject", ["trap_domains": "lab.example", "unknown_recipient_threshold": "1000"]),
            variant: variant)
    }

    @Test(arguments: SendmailVariant.allCases, [false, true])
    func isByteForByteTheGenuineOne(variant: SendmailVariant, isLearned: Bool) throws {
        let lab = try Self.lab(variant)
        if isLearned { _ = try lab.ask(.honest, for: "missing@lab.example") }
        for spelling in Self.spellings { #expect(try lab.differenceOfLie(spelt: spelling) == nil) }
    }

    @Test func aDecidedDialectIsEnough() throws {
        let lab = try FilteredSendmail(ArgotDaemon.enforcing("fakereject"))
        #expect(try lab.differenceOfLie(spelt: "<USER@lab.example>") == nil)
        #expect(lab.daemon.verdicts().allSatisfy { $0["dialect"] == "spysheriff" })
    }

    @Test func severalInOneSessionLookAlike() throws {
        let lab = try Self.lab()
        let conversation = try lab.begin(.bot)
        defer { conversation.drop() }
        for user in ["user1", "nosuch", "user2", "nobdy", "user1"] {
            #expect(
                try conversation.command("RCPT TO:<\(user)@lab.example>").description
                    == "550 5.1.1 <\(user)@lab.example>... User unknown")
        }
    }

    @Test func theMailServersOwnRefusalStands() throws {
        let lab = try Self.lab()
        #expect(
            try lab.ask(.bot, for: "a@elsewhere.example")[0]
                .hasPrefix("550 5.7.1 <a@elsewhere.example>... Relaying denied"))
    }
}
