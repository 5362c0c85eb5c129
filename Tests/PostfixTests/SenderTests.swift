import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

@Suite("Senders by whom they write to", Requirements.postfix)
struct SenderTests {
    typealias Client = FilteredPostfix.Client

    /// A client like many: it has a name, and nothing but its targets speaks against it.
    static func client(_ address: String) -> Client {
        // In letters: a name that holds the address would speak against the client, too.
        let letters = address.utf8.map { 0x30...0x39 ~= $0 ? $0 + 0x31 : UInt8(ascii: "-") }
        let name = "mail-\(String(decoding: letters, as: UTF8.self)).linden.example"
        return Client(
            identity: ClientIdentity(address, name: name), helo: "EHLO \(name)", sender: "dora@linden.example")
    }

    static let targets = ["t1.example", "t2.example", "t3.example", "t4.example"]
    static let others = ["h1.example", "h2.example", "h3.example", "h4.example"]

    static func lab() throws -> FilteredPostfix {
        try FilteredPostfix(
            ArgotDaemon.enforcing(
                "reject",
                [
                    "trap_addresses": "trap@t1.example", "senders_period": "4s", "senders_interval": "1s",
                    "senders_threshold": "0.6", "senders_window": "1h", "greylist_delay": "1h",
                ]),
            overrides: [
                "relay_domains": (targets + others).joined(separator: ", "), "relay_recipient_maps": "",
                "smtpd_client_connection_rate_limit": "0", "smtpd_client_recipient_rate_limit": "0",
            ])
    }

    /// A campaign: every bot writes to three of four domains, and the known ones to a trap as well. Honest senders
    /// write to three of four others, and now and then to a domain of the campaign.
    static func plant(_ lab: FilteredPostfix) throws {
        for number in 0..<20 {
            let bot = Self.client("203.0.\(113 + number).9")
            let first = number % 4
            let aims = (0..<3).map { "user1@" + targets[(first + $0) % 4] }
            _ = try lab.ask(bot, for: "trap@t1.example", aims[0], aims[1], aims[2])
            let honest = Self.client("198.51.\(100 + number).7")
            let circle = (0..<3).map { "user1@" + others[(first + $0) % 4] }
            _ = try lab.ask(honest, for: circle[0], circle[1], circle[2])
        }
    }

    /// Waits until what came so far is learned and clustered: the periods that it fell into are over.
    static func awaitScores(_ lab: FilteredPostfix) {
        let now = Date().timeIntervalSince1970
        _ = Poll.until(.after(.seconds(120))) {
            let isOver = Date().timeIntervalSince1970 > now + 10
            return isOver && lab.daemon.messages("senders clustered").contains { $0["clusters"] != "0" }
        }
    }

    /// What a client is answered that writes to three domains.
    static func ask(_ lab: FilteredPostfix, _ address: String, _ domains: [String]) throws -> [String] {
        let recipients = domains.map { "user1@\($0)" }
        return try lab.ask(client(address), for: recipients[0], recipients[1], recipients[2])
    }

    @Test func anUnseenMemberOfACampaignIsAskedToComeBackAndNobodyElse() throws {
        let lab = try Self.lab()
        try Self.plant(lab)
        Self.awaitScores(lab)
        let unseen = try Self.ask(lab, "192.88.1.5", ["t2.example", "t3.example", "t4.example"])
        #expect(unseen.last?.hasPrefix("451") == true)
        // It has the score alone against it, and is never refused for it, though certain_action is reject.
        let lines = lab.daemon.awaitVerdicts(3, on: "192.88.1.5")
        let refusal = try #require(lines.first { $0["action"] != "accept" })
        #expect(refusal.reasons == ["greylist.new", "senders.spam-cluster"])
        #expect(refusal["senders"].hasPrefix("p="))
        let honest = try Self.ask(lab, "192.89.1.5", ["h1.example", "h2.example", "h4.example"])
        #expect(honest.allSatisfy { $0.hasPrefix("250") })

        // What was learned outlives the daemon.
        #expect(lab.daemon.stop() != nil)
        try lab.daemon.start()
        #expect(lab.daemon.awaitMessage("senders loaded", count: 2))
        Self.awaitScores(lab)
        let again = try Self.ask(lab, "192.90.1.5", ["t1.example", "t2.example", "t4.example"])
        #expect(again.last?.hasPrefix("451") == true)
        let other = try Self.ask(lab, "192.91.1.5", ["h3.example", "h2.example", "h1.example"])
        #expect(other.allSatisfy { $0.hasPrefix("250") })
    }

    @Test func withoutATrapNothingIsLearned() throws {
        let lab = try Self.lab()
        try lab.daemon.configure(["trap_addresses": ""])
        #expect(try lab.daemon.reload())
        try Self.plant(lab)
        for number in 1...4 {
            let replies = try lab.ask(Self.client("192.92.\(number).5"), for: "user1@t2.example", "user1@t3.example")
            #expect(replies.allSatisfy { $0.hasPrefix("250") })
        }
        #expect(lab.daemon.messages("senders clustered").isEmpty)
        #expect(lab.daemon.verdicts().allSatisfy { $0.fields["senders"] == nil })
    }

    @Test func whatTheAdministratorSaysAfterwardsIsLearned() throws {
        let lab = try Self.lab()
        try lab.daemon.configure(["trap_addresses": ""])
        #expect(try lab.daemon.reload())
        try Self.plant(lab)
        // Nobody has a label while the mails come; the list is imported when they are over.
        let list = (0..<20).map { "203.0.\(113 + $0).9\n" }.joined()
        try lab.daemon.write(list, to: "list")
        let cells = Poll.until(.after(.seconds(120))) {
            let child = try? ChildProcess(
                FilterProcess.executable("argot"),
                [
                    "senders", "label", "--config", lab.daemon.configurationFile, "--blocklist",
                    lab.daemon.path("list"),
                ], output: lab.daemon.path("label-out"), errors: lab.daemon.path("label-err"))
            return child?.wait(until: .after(.seconds(60))) == .exited(0)
        }
        #expect(cells, "\(lab.daemon.contents(of: "label-err"))")
        let isLearned = Poll.until(.after(.seconds(120))) {
            lab.daemon.messages("senders clustered").contains { $0["relearned"] == "true" && $0["clusters"] != "0" }
        }
        #expect(isLearned)
        Self.awaitScores(lab)
        let unseen = try Self.ask(lab, "192.88.1.5", ["t2.example", "t3.example", "t4.example"])
        #expect(unseen.last?.hasPrefix("451") == true)
        let honest = try Self.ask(lab, "192.89.1.5", ["h1.example", "h2.example", "h4.example"])
        #expect(honest.allSatisfy { $0.hasPrefix("250") })
    }
}
