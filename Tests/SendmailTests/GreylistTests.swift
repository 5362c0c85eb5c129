import ClientLab
import DaemonLab
import Testing

@Suite("Greylisting on the wire of Sendmail", Requirements.sendmail)
struct GreylistTests {
    typealias Client = MailClient

    /// Asks again and again until the recipient is taken; the codes on the way.
    static func askUntilAccepted(_ lab: FilteredSendmail, _ client: Client) throws -> [Int] {
        var codes: [Int] = []
        _ = try Poll.until(.after(.seconds(60))) {
            let conversation = try lab.begin(client)
            defer { conversation.drop() }
            codes.append(try conversation.command("RCPT TO:<user1@lab.example>").code)
            return codes.last == 250
        }
        return codes
    }

    @Test func whoComesBackPasses() throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing("tempfail", ["greylist_delay": "1s"]))
        let device = Client.device(at: "192.0.2.30")
        let codes = try Self.askUntilAccepted(lab, device)
        #expect(codes.first == 451)
        #expect(codes.last == 250)
        #expect(codes.dropLast().allSatisfy { $0 == 451 })

        let words = lab.daemon.awaitVerdicts(codes.count).compactMap(\.reasons.first)
        #expect(words.first == "greylist.new")
        #expect(words.last == "greylist.passed")

        // The same sender speaking the same dialect passes from another network at once: a big sender's pool.
        let another = Client.device(at: "203.0.113.77")
        #expect(try lab.ask(another, for: "user1@lab.example") == ["250 2.1.5 <user1@lab.example>... Recipient ok"])
        // Another sender, another recipient or another dialect begins anew.
        let stranger = Client.device(at: "203.0.113.78").with(sender: "new@elsewhere.example")
        #expect(try lab.ask(stranger, for: "user1@lab.example")[0].hasPrefix("451"))
        #expect(try lab.ask(device, for: "user2@lab.example")[0].hasPrefix("451"))
        let other = Client.bot(at: "198.51.100.77").with(sender: device.sender)
        #expect(try lab.ask(other, for: "user1@lab.example")[0].hasPrefix("451"))
        // And the mail itself arrives.
        #expect(try lab.send(device).code == 250)
        try lab.sendmail.waitUntilDelivered(1)
    }

    @Test func aBotsRetryPassesForItsNetworkAlone() throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing("tempfail", ["greylist_delay": "1s"]))
        #expect(try Self.askUntilAccepted(lab, .bot).last == 250)
        #expect(
            try lab.ask(.bot(at: "192.0.2.99"), for: "user1@lab.example") == [
                "250 2.1.5 <user1@lab.example>... Recipient ok"
            ])
        #expect(try lab.ask(.bot(at: "203.0.113.77"), for: "user1@lab.example")[0].hasPrefix("451"))
    }

    @Test func aWholeNetworkPassesAfterEnoughRetries() throws {
        let lab = try FilteredSendmail(
            FilteredSendmail.enforcing("tempfail", ["greylist_delay": "1s", "greylist_auto_allow": "1"]))
        #expect(try Self.askUntilAccepted(lab, .bot).last == 250)
        let neighbour = Client.bot(at: "192.0.2.99").with(sender: "another@elsewhere.example")
        #expect(try lab.ask(neighbour, for: "user5@lab.example") == ["250 2.1.5 <user5@lab.example>... Recipient ok"])
    }

    @Test func anObservedAttemptCountsAsTheFirst() throws {
        let lab = try FilteredSendmail(FilteredSendmail.enforcing("tempfail", ["mode": "observe"]))
        #expect(try lab.ask(.bot, for: "user1@lab.example") == ["250 2.1.5 <user1@lab.example>... Recipient ok"])
        #expect(lab.daemon.awaitVerdicts(1).first?.reasons.contains { $0.contains("new") } == true)
    }
}
