import ClientLab
import DaemonLab
import Testing

/// Who comes back, and who has to.
@Suite("Greylisting on the wire")
struct GreylistTests {
    /// Asks again and again until the recipient is taken; the codes on the way.
    static func askUntilAccepted(_ lab: any FilteredServer, _ client: MailClient) throws -> [Int] {
        var codes: [Int] = []
        _ = try Poll.until(.after(.seconds(60))) {
            let conversation = try lab.begin(client)
            defer { conversation.drop() }
            codes.append(try conversation.command("RCPT TO:<user1@lab.example>").code)
            return codes.last == 250
        }
        return codes
    }

    @Test(arguments: MailServerKind.usable)
    func whoComesBackPasses(server: MailServerKind) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("tempfail", ["greylist_delay": "1s"]))
        let device = MailClient.device(at: "192.0.2.30")
        let codes = try Self.askUntilAccepted(lab, device)
        #expect(codes.first == 451)
        #expect(codes.last == 250)
        #expect(codes.dropLast().allSatisfy { $0 == 451 })

        let words = lab.daemon.awaitVerdicts(codes.count).compactMap(\.reasons.first)
        #expect(words.first == "greylist.new")
        #expect(words.last == "greylist.passed")

        // The same sender speaking the same dialect passes from another network at once: a big sender's pool.
        let another = MailClient.device(at: "203.0.113.77")
        #expect(try lab.ask(another, for: "user1@lab.example") == [server.accepted()])
        // Another sender, another recipient or another dialect begins anew.
        let stranger = MailClient.device(at: "203.0.113.78").with(sender: "new@elsewhere.example")
        #expect(try lab.ask(stranger, for: "user1@lab.example")[0].hasPrefix("451"))
        #expect(try lab.ask(device, for: "user2@lab.example")[0].hasPrefix("451"))
        let other = MailClient.bot(at: "198.51.100.77").with(sender: device.sender)
        #expect(try lab.ask(other, for: "user1@lab.example")[0].hasPrefix("451"))
        // And the mail itself arrives.
        #expect(try lab.send(device).code == 250)
        try lab.server.waitUntilDelivered(1)
    }

    @Test(arguments: MailServerKind.usable)
    func aBotsRetryPassesForItsNetworkAlone(server: MailServerKind) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("tempfail", ["greylist_delay": "1s"]))
        #expect(try Self.askUntilAccepted(lab, .bot).last == 250)
        #expect(try lab.ask(.bot(at: "192.0.2.99"), for: "user1@lab.example") == [server.accepted()])
        #expect(try lab.ask(.bot(at: "203.0.113.77"), for: "user1@lab.example")[0].hasPrefix("451"))
    }

    @Test(arguments: MailServerKind.usable)
    func aWholeNetworkPassesAfterEnoughRetries(server: MailServerKind) throws {
        let lab = try server.filtered(
            ArgotDaemon.enforcing("tempfail", ["greylist_delay": "1s", "greylist_auto_allow": "1"]))
        #expect(try Self.askUntilAccepted(lab, .bot).last == 250)
        let neighbour = MailClient.bot(at: "192.0.2.99").with(sender: "another@elsewhere.example")
        #expect(try lab.ask(neighbour, for: "user5@lab.example") == [server.accepted("user5@lab.example")])
    }

    @Test(arguments: MailServerKind.usable)
    func anObservedAttemptCountsAsTheFirst(server: MailServerKind) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("tempfail", ["mode": "observe"]))
        #expect(try lab.ask(.bot, for: "user1@lab.example") == [server.accepted()])
        #expect(lab.daemon.awaitVerdicts(1).first?.reasons.contains { $0.contains("new") } == true)
    }
}
