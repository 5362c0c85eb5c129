import ClientLab
import DaemonLab
import Testing

/// A refusal for now as a question, over real mail servers: what a client does next tells whether it is a bot.
@Suite("Live probes on the wire")
struct LiveProbeTests {
    /// A server and a bot that differ only after a refusal, by decree.
    static let model: String = {
        func dialect(_ name: String, _ dialectClass: String, afterRefusal next: String) -> String {
            """
            dialect \(name) \(dialectClass)
              origin test
              state ehlo EHLO {fqdn}
              state mail MAIL FROM:<{addr}> RET={x}
              state rcpt RCPT TO:<{addr}>
              state data DATA
              state message {message}
              \(next == "rset" ? "state rset RSET\n  on rset 250 to mail" : "")
              on start 220 to ehlo
              on ehlo 250 to mail
              on mail 250 to rcpt
              on rcpt 250 to rcpt data
              on rcpt 450 to \(next)
              on data 354 to message
              final good message

            """
        }
        return "argot-dialects 1\n" + dialect("server", "mta", afterRefusal: "rset")
            + dialect("engine", "bot", afterRefusal: "rcpt data")
    }()

    private static func lab(_ server: MailServerKind, asks: Bool = true) throws -> any FilteredServer {
        let lab = try server.filtered(
            ArgotDaemon.enforcing(
                "reject",
                [
                    "model_file": "DIRECTORY/model", "dialect_matching": "paper", "greylist_delay": "1h",
                    "live_probe": asks ? "yes" : "no",
                ]), runsDaemon: false)
        try lab.daemon.write(model, to: "model")
        try lab.daemon.start()
        return lab
    }

    private static func begin(_ lab: any FilteredServer) throws -> SMTPConversation {
        let conversation = try lab.connect(.honest)
        try conversation.expect(250, MailClient.honest.helo)
        try conversation.expect(250, "MAIL FROM:<\(MailClient.honest.sender)> RET=HDRS")
        return conversation
    }

    @Test(arguments: MailServerKind.usable)
    func whoTakesTheRefusalAsAServerDoesIsLetInAtOnceAndNotAskedAgain(server: MailServerKind) throws {
        let lab = try Self.lab(server)
        let conversation = try Self.begin(lab)
        try conversation.expect(451, "RCPT TO:<user1@lab.example>")
        try conversation.expect(250, "RSET")
        try conversation.expect(250, "MAIL FROM:<\(MailClient.honest.sender)> RET=HDRS")
        try conversation.expect(250, "RCPT TO:<user2@lab.example>")
        try conversation.expect(250, "RCPT TO:<user3@lab.example>")
        #expect(try conversation.finishMail(from: .honest, subject: "asked").code == 250)
        try lab.server.waitUntilDelivered(2)
        let reasons = lab.daemon.awaitVerdicts(3).map(\.reasons)
        #expect(reasons == [["greylist.new", "probe.rcpt.code.450"], ["none"], ["none"]])
    }

    @Test(arguments: MailServerKind.usable)
    func whoGoesOnAsABotDoesIsFoundOut(server: MailServerKind) throws {
        let lab = try Self.lab(server)
        let conversation = try Self.begin(lab)
        try conversation.expect(451, "RCPT TO:<user1@lab.example>")
        try conversation.expect(451, "RCPT TO:<user2@lab.example>")
        let lines = lab.daemon.awaitVerdicts(2)
        #expect(lines.map(\.reasons) == [["greylist.new", "probe.rcpt.code.450"], ["greylist.new", "dialect.bot"]])
        #expect(lines.last?["dialect"] == "engine")
    }

    @Test(arguments: MailServerKind.usable)
    func nobodyIsAskedUnlessTheAdministratorSaysSo(server: MailServerKind) throws {
        let lab = try Self.lab(server, asks: false)
        let conversation = try Self.begin(lab)
        try conversation.expect(250, "RCPT TO:<user1@lab.example>")
        #expect(try conversation.finishMail(from: .honest, subject: "not asked").code == 250)
        #expect(lab.daemon.awaitVerdicts(1).map(\.reasons) == [["none"]])
    }
}
