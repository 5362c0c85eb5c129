import ClientLab
import DaemonLab
import EngineTraits
import Testing

/// Bodies over real mail servers: those that are read, those that are skipped, and all of them delivered whole.
@Suite("Campaigns over a mail server", .bothEngines)
struct CampaignTests {
    /// A message whose address stands behind so many bytes; the reply to it.
    private func send(_ lab: any FilteredServer, _ client: MailClient, to recipients: [String], _ length: Int) throws
        -> ServerReply
    {
        let conversation = try lab.begin(client)
        for recipient in recipients { try conversation.expect(250, "RCPT TO:<\(recipient)@lab.example>") }
        try conversation.expect(354, "DATA")
        let lines = String(repeating: String(repeating: "word ", count: 14) + "\r\n", count: length / 72)
        try conversation.write(
            "From: <\(client.sender)>\r\nSubject: hello there\r\n\r\n\(lines)Buy: http://pills.example/shop?id=\(length)\r\n.\r\n"
        )
        let reply = try conversation.readReply()
        try conversation.expect(221, "QUIT")
        return reply
    }

    @Test(arguments: MailServerKind.usable)
    func messagesToTrapsAreReadAndAllAreDelivered(server: MailServerKind) throws {
        let lab = try server.filtered(["trap_addresses": "user9@lab.example", "campaigns": "traps"])
        for (number, length) in [0, 65_400, 150_000].enumerated() {
            let client = MailClient.bot(at: "203.0.\(number + 10).9")
            #expect(try send(lab, client, to: ["user1", "user9"], length).code == 250)
        }
        #expect(try send(lab, .honest, to: ["user2"], 300_000).code == 250)
        try lab.server.waitUntilDelivered(7)
        // Lines are a byte shorter on disk.
        let texts = lab.server.deliveredTexts()
        for length in [0, 65_400, 150_000, 300_000] {
            #expect(
                texts.contains { $0.contains("shop?id=\(length)\n") && $0.utf8.count > length * 9 / 10 }, "\(length)")
        }
        let listed = try lab.daemon.campaigns(ofMessages: 3)
        #expect(listed.map(\.messages) == [3] && listed.first?.to_traps == 3 && listed.first?.networks == 3)
    }
}
