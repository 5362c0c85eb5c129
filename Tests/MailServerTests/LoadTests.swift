import ClientLab
import DaemonLab
import EngineTraits
import Foundation
import Seeded
import Testing

/// Mail in numbers while argotd dies, reloads and stops. One at a time, for the sake of the others.
@Suite("Under load", .serialized)
struct LoadTests {
    @Test(.timeLimit(.minutes(10)), arguments: MailServerKind.usable)
    func twoThousandMailsSurviveAnArgotdThatIsKilledAgainAndAgain(server: MailServerKind) throws {
        // A model of one dialect is compiled in no time, so that argotd is back soon and can be killed more often.
        let lab = try server.filtered(
            ArgotDaemon.enforcing("reject", ["model_file": "DIRECTORY/one.dialects"]), runsDaemon: false)
        try lab.daemon.write(Self.model, to: "one.dialects")
        try lab.daemon.start()
        let total = 2_000
        let load = MailLoad(on: lab, total: total, threads: 8, perConnection: 5)
        var random = SeededGenerator(seed: 2011)
        var kills = 0
        load.start()
        var threshold = Int.random(in: 20...150, using: &random)
        while threshold < total, load.await(sent: threshold) {
            lab.daemon.kill()
            kills += 1
            // Some mails meet no argotd at all.
            _ = load.await(sent: load.sent + Int.random(in: 0...20, using: &random))
            try lab.daemon.start()
            threshold = load.sent + Int.random(in: 20...300, using: &random)
        }
        #expect(load.awaitEnd())
        #expect(load.failures == [])
        #expect(kills > 6)
        try lab.server.waitUntilDelivered(total, within: .seconds(60))
        let subjects = lab.server.deliveredTexts().compactMap { text in
            text.split(separator: "\n").first { $0.hasPrefix("Subject: ") }.map(String.init)
        }
        #expect(subjects.count == total)
        #expect(Set(subjects) == Set((0..<total).map { "Subject: load \($0)" }))
        #expect(!lab.server.log.contains("panic"))
    }

    private static let model = """
        argot-dialects 1
        dialect one mta
          origin invented
          state ehlo EHLO {fqdn}
          state mail MAIL FROM:<{path}>
          state rcpt RCPT TO:<{addr}>
          on start 220 to ehlo
          on ehlo 250 to mail
          on mail 250 to rcpt
          final good rcpt

        """

    @Test(.timeLimit(.minutes(10)), .bothEngines, arguments: MailServerKind.usable)
    func reloadsUnderLoadDropNoSession(server: MailServerKind) throws {
        let lab = try server.filtered(["mode": "observe"])
        let load = MailLoad(on: lab, total: 20_000, threads: 4, perConnection: 3)
        load.start()
        var signals = 0
        // At least two hundred mails, and as many more as it takes to reload a few times.
        while load.sent < 200 || lab.daemon.messages("reloaded").count < 4 {
            signals += 1
            lab.daemon.send(signals.isMultiple(of: 2) ? SIGHUP : SIGUSR1)
            guard load.await(sent: load.sent + 5) else { break }
        }
        load.finish()
        #expect(load.awaitEnd())
        #expect(load.failures == [])
        #expect(lab.daemon.messages("reloaded").count >= 4)
        #expect(lab.daemon.messages("not reloaded").isEmpty)
        let sent = load.sent
        try lab.server.waitUntilDelivered(sent)
        #expect(lab.server.deliveredMessages() == sent)
        // Every mail was judged, and the mail server never missed its filter.
        #expect(lab.daemon.awaitVerdicts(sent).count == sent)
        #expect(!lab.server.log.contains("milter"), "\(lab.server.log)")
    }

    @Test(.bothEngines, arguments: MailServerKind.usable)
    func stoppingAnswersTheSessionUnderWayFirst(server: MailServerKind) throws {
        // Whoever waited for the filter would wait longer than this client does.
        let lab = try server.filtered(ArgotDaemon.enforcing("reject", ["drain_timeout": "120s"]), timeout: "600s")
        let conversation = try lab.begin(.bot)
        lab.daemon.send(SIGTERM)
        // The socket disappears at once, so that the mail server goes on without a filter instead of waiting for one.
        #expect(Poll.until(.after(.seconds(60))) { access(lab.daemon.socketPath, F_OK) != 0 })
        #expect(try lab.send(.bot, subject: "unfiltered").code == 250)
        #expect(lab.daemon.isRunning)
        #expect(try conversation.command("RCPT TO:<user1@lab.example>").code == 550)
        try conversation.expect(221, "QUIT")
        #expect(lab.daemon.awaitEnd(within: .seconds(100)) == .exited(0))
        #expect(lab.daemon.awaitMessage("stopped"))
        #expect(lab.daemon.messages("stopped").first?["abandoned"] == "0")
        try lab.server.waitUntilDelivered(1)
    }

    @Test(arguments: MailServerKind.usable)
    func stoppingWaitsNoLongerThanTheDrainTimeout(server: MailServerKind) throws {
        let lab = try server.filtered(["drain_timeout": "1s"])
        let conversation = try lab.begin(.honest)
        lab.daemon.send(SIGTERM)
        #expect(lab.daemon.awaitEnd(within: .seconds(60)) == .exited(0))
        #expect(lab.daemon.messages("stopped").first?["abandoned"] == "1")
        try conversation.expect(250, "RCPT TO:<user1@lab.example>")
        #expect(try conversation.finishMail(from: .honest, subject: "abandoned").code == 250)
        try lab.server.waitUntilDelivered(1)
    }

    @Test(arguments: MailServerKind.usable)
    func aRestartIsSeenByTheNextSession(server: MailServerKind) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("reject"))
        for _ in 1...3 {
            #expect(lab.daemon.stop() == .exited(0))
            try lab.daemon.start()
            #expect(try lab.ask(.bot, for: "user1@lab.example")[0].hasPrefix("550"))
        }
    }
}
