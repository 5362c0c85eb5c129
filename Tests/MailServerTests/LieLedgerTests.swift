import ClientLab
import DaemonLab
import EngineTraits
import Foundation
import Testing

/// A lie is told once and for all: after argotd was killed, and until it is undone; and while argotd is away, nobody is
/// lied to.
@Suite("The ledger of lies behind real mail servers")
struct LieLedgerTests {
    @Test(.bothEngines, arguments: MailServerKind.usable)
    func killingArgotdTurnsNoLieIntoALostMessage(server: MailServerKind) throws {
        let lab = try server.filtered(
            ArgotDaemon.enforcing("fakereject", ["fake_reject_fraction": "0.5", "journal_addresses": "clear"]))
        let users = (1...9).map { "user\($0)@lab.example" }
        func told() throws -> [String] {
            try users.filter { try lab.ask(.bot, for: $0)[0].hasPrefix("550 5.1.1") }
        }
        let lies = try told()
        // The draw is by a new key each time: one in 256 tells all or none.
        guard let lie = lies.first, lies.count < users.count else { return }
        #expect(
            Poll.until(.after(.seconds(60))) {
                (try? lab.daemon.argot(["lies", "list", "--json", "--config", lab.daemon.configurationFile]).components(
                    separatedBy: "rcpt_hash"
                ).count)
                    == lies.count + 1
            })
        let spared = try lab.daemon.argot([
            "lies", "list", "--spared", "--json", "--config", lab.daemon.configurationFile,
        ])
        #expect(spared.contains("\"arm\" : \"spared\"") || spared.contains("\"arm\":\"spared\""), "\(spared)")
        lab.daemon.kill()
        // While it is away, the mail server goes on without it, as it is set up: nobody is lied to.
        #expect(try lab.send(.bot, to: lie, subject: "while it was away").code == 250)
        try lab.server.waitUntilDelivered(1)
        try lab.daemon.start()
        #expect(try told() == lies)
        // The administrator's word survives it, too.
        let undone = try lab.daemon.argot([
            "lies", "undo", lie, MailClient.bot.identity.address, "--config", lab.daemon.configurationFile,
        ])
        #expect(undone.contains("tell \(MailClient.bot.sender)"), "\(undone)")
        lab.daemon.kill()
        try lab.daemon.start()
        #expect(try lab.send(.bot, to: lie, subject: "undone").code == 250)
        try lab.server.waitUntilDelivered(2)
        #expect(try told() == lies.filter { $0 != lie })
    }

    @Test(arguments: MailServerKind.usable)
    func withTrapsAloneNobodyElseIsTouched(server: MailServerKind) throws {
        let lab = try server.filtered(
            ArgotDaemon.enforcing(
                "fakereject",
                [
                    "enforce": "fakereject", "fake_reject_recipients": "traps", "trap_addresses": "user7@lab.example",
                ]))
        #expect(
            try lab.ask(.bot, for: "user7@lab.example", "user1@lab.example") == [
                server.unknownUser("user7@lab.example"), server.accepted("user1@lab.example"),
            ])
        let reasons = lab.daemon.awaitVerdicts(2).map(\.reasons)
        #expect(reasons.contains { $0.contains("lie.recipient") })
    }

    @Test(arguments: MailServerKind.usable)
    func whereHonestMailCameFromABotIsPutOff(server: MailServerKind) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("fakereject"))
        let neighbour = MailClient.honest.with(identity: ClientIdentity("203.0.113.7", name: "mail.linden.example"))
        #expect(try lab.send(neighbour).code == 250)
        try lab.server.waitUntilDelivered(1)
        #expect(try lab.ask(.bot(at: "203.0.113.14"), for: "user1@lab.example")[0].hasPrefix("451"))
        #expect(lab.daemon.awaitVerdicts(2).contains { $0.reasons.contains("lie.history") })
        #expect(try lab.ask(.bot(at: "198.51.100.14"), for: "user1@lab.example")[0].hasPrefix("550 5.1.1"))
    }
}
