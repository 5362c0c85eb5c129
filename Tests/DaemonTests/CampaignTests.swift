import Campaigns
import Configuration
import Decision
import Keeping
import KeyedHashing
import Milter
import Policy
import SMTP
import Testing

@testable import Daemon

/// Whose messages are read and grouped into campaigns.
@Suite("Campaigns of the daemon")
struct CampaignTests {
    private static let advertised = "Buy at http://pills.example/shop?id=17 now.\r\n"

    private func site(
        _ scope: String, _ change: @escaping (inout PolicyConfiguration) -> Void = { _ in }
    ) -> AdapterSite {
        AdapterSite {
            $0.mode = .observe
            $0.trapAddresses = ["trap@lab.example"]
            change(&$0)
        } learning: {
            $0.campaigns = .init(rawValue: scope)!
        }
    }

    /// What is kept once everything handed over is passed on.
    private func mails(_ site: AdapterSite) -> [CampaignMail] {
        site.state.journal.passOn()
        return site.keeper.campaignMails
    }

    /// A known bot, after MAIL.
    private func bot(_ site: AdapterSite, _ address: String = "203.0.113.9") throws -> AdapterClient {
        let client = AdapterClient(site, ScriptedConnection(.postfix, [.clientResolve: "FAIL"]))
        try client.connect(address)
        client.helo("User.With.Error")
        client.mail("<pat@elsewhere.example>")
        return client
    }

    @Test func messagesToTrapsAreReadAndGrouped() throws {
        let site = site("traps")
        for address in ["203.0.113.9", "198.51.100.7"] {
            let client = try bot(site, address)
            _ = client.recipient("<user1@lab.example>")
            _ = client.recipient("<Trap@Lab.example>")
            let answers = client.message([Self.advertised, "more\r\n"])
            #expect(answers.pieces == [.continue, .continue] && answers.end == .continue)
        }
        let mails = self.mails(site)
        #expect(mails.count == 2 && Set(mails.map(\.campaign)).count == 1 && Set(mails.map(\.network)).count == 2)
        #expect(
            mails.allSatisfy { $0.treatment == .trap && $0.recipientDomain == "lab.example" && !$0.session.isEmpty })
        #expect(mails[0].recipient == site.state.memory.key.hash(recipient: "trap@lab.example"))
        #expect(!mails[0].dialect.isEmpty && site.state.metrics.totals.campaignMails == 2)
    }

    @Test("A body that nobody wants is skipped at its first piece", arguments: ["no", "traps"])
    func othersAreSkipped(scope: String) throws {
        let site = site(scope)
        let client = try bot(site)
        _ = client.recipient(scope == "no" ? "<trap@lab.example>" : "<user1@lab.example>")
        #expect(client.message([Self.advertised, "more"]).pieces == [.skip])
        #expect(mails(site).isEmpty)
    }

    @Test func whatIsJudgedAsSpamIsGroupedOnRequest() throws {
        let site = site("spam")
        let client = try bot(site)
        _ = client.recipient("<user1@lab.example>")
        #expect(client.message([Self.advertised]).pieces == [.continue])
        #expect(mails(site).map(\.treatment) == [.none])
        let honest = AdapterClient(site)
        try honest.connect("192.0.2.7", name: "mx.other.example")
        honest.helo("mx.other.example")
        honest.mail("<a@other.example>")
        _ = honest.recipient("<user1@lab.example>")
        #expect(honest.message([Self.advertised]).pieces == [.skip])
        #expect(mails(site).count == 1)
    }

    @Test func whoWasLiedAboutIsKnownAgainAndCountsWithTheOthersOfItsMessage() throws {
        let site = site("traps") {
            $0.mode = .enforce
            $0.certainAction = .fakeReject
            $0.fakeRejectFraction = 1
            $0.enforcedDomains = ["lab.example"]
        }
        let client = try bot(site)
        let answer = client.recipient("<user1@lab.example>")
        guard case .refuse(let reply) = answer else {
            Issue.record("not lied to: \(answer)")
            return
        }
        #expect(!reply.isTemporary)
        // Where nothing is enforced, the same client's message comes.
        _ = client.recipient("<user2@free.example>")
        #expect(client.message([Self.advertised]).end == .continue)
        // Another client is honest; the recipient is known all the same.
        let honest = AdapterClient(site)
        try honest.connect("192.0.2.7", name: "mx.other.example")
        honest.helo("mx.other.example")
        honest.mail("<a@other.example>")
        if honest.recipient("<user1@lab.example>") == .continue {
            #expect(honest.message([Self.advertised]).pieces == [.continue])
        }
        let mails = self.mails(site)
        #expect(!mails.isEmpty && mails.allSatisfy { $0.treatment == .lied })
        #expect(Set(mails.map(\.recipient)) == [site.state.memory.key.hash(recipient: "user1@lab.example")])
    }

    @Test func anAbortedMessageIsNotGrouped() throws {
        let site = site("traps")
        let client = try bot(site)
        _ = client.recipient("<trap@lab.example>")
        client.handler.abort()
        client.mail("<pat@elsewhere.example>")
        _ = client.recipient("<user1@lab.example>")
        #expect(client.message([Self.advertised]).pieces == [.skip])
        #expect(mails(site).isEmpty)
    }

    @Test func clientsThatAreAlwaysLetInOnlyTeach() throws {
        let site = site("traps") { $0.trustedNetworks = [.init("203.0.113.0/24")!] }
        let client = try bot(site)
        _ = client.recipient("<trap@lab.example>")
        _ = client.message([Self.advertised])
        #expect(mails(site).isEmpty)
    }
}
