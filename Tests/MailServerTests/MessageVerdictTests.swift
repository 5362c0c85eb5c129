import ClientLab
import DaemonLab
import EngineTraits
import Foundation
import Testing

/// A client that is let in and then found out by its headers, over a real mail server.
@Suite("Verdicts at the end of the message", .bothEngines)
struct MessageVerdictTests {
    /// A dialect that nothing else speaks: a library, by decree.
    static let model = """
        argot-dialects 1
        dialect lab-library library
          origin test
          state ehlo EHLO {fqdn}
          state mail MAIL FROM:<{addr}> RET={x}
          state rcpt RCPT TO:<{addr}>
          state data DATA
          state message {message}
          state quit QUIT
          on start 220 to ehlo
          on ehlo 250 to mail
          on mail 250 to rcpt
          on rcpt 250 to data
          on data 354 to message
          on message any to quit
          final good quit
        """

    private func deliver(_ lab: any FilteredServer, _ headers: String) throws -> ServerReply {
        let conversation = try SMTPConversation(
            to: lab.server, as: ClientIdentity("203.0.113.77", name: "mail.linden.example"))
        #expect(try conversation.readReply().code == 220)
        try conversation.expect(250, "EHLO mail.linden.example")
        try conversation.expect(250, "MAIL FROM:<dora@linden.example> RET=HDRS")
        try conversation.expect(250, "RCPT TO:<user1@lab.example>")
        try conversation.expect(354, "DATA")
        try conversation.write(headers + "\r\n\r\nhello\r\n.\r\n")
        let reply = try conversation.readReply()
        try conversation.expect(221, "QUIT")
        return reply
    }

    static let honest = "From: <dora@linden.example>\r\nSubject: hello"
    static let untrue = honest + "\r\nX-Mailer: Microsoft Outlook 16.0"

    @Test(arguments: MailServerKind.usable)
    func aFalseClaimIsGreylistedAndTheSecondTryPasses(server: MailServerKind) throws {
        let lab = try server.filtered(
            ArgotDaemon.enforcing(
                "tempfail",
                [
                    "model_file": "DIRECTORY/model", "dialect_matching": "paper", "greylist_delay": "1s",
                ]), runsDaemon: false)
        try lab.daemon.write(Self.model, to: "model")
        try lab.daemon.start()
        #expect(try deliver(lab, Self.honest).code == 250)
        let refused = try deliver(lab, Self.untrue)
        #expect(refused.code == 451, "\(refused)")
        let isLetIn = try Poll.until(.after(.seconds(60))) { try deliver(lab, Self.untrue).code == 250 }
        #expect(isLetIn)
        try lab.server.waitUntilDelivered(2)
        func found() -> [ArgotDaemon.Line] { lab.daemon.verdicts().filter { $0.reasons.contains("claim.mailer") } }
        #expect(Poll.until(.after(.seconds(60))) { found().last?["applied"] == "accept" })
        let lines = found()
        #expect(lines.first?["applied"] == "tempfail")
        #expect(lines.allSatisfy { $0.reasons.contains("message.headers") })
    }
}
