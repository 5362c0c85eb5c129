import ClientLab
import DaemonLab
import Foundation
import Testing

/// The policy service beside the filter: what Postfix tells it about the greeting arrives in the session it belongs to.
@Suite("Policy service", Requirements.postfix)
struct PolicyServiceTests {
    static let settings = [
        "policy_socket": "unix:DIRECTORY/policy.sock", "transcript_file": "DIRECTORY/transcripts",
    ]

    static let restrictions = [
        "smtpd_recipient_restrictions": "check_policy_service unix:DIRECTORY/policy.sock",
        "smtpd_policy_service_default_action": "DUNNO",
    ]

    private struct Transcript: Decodable {
        struct Event: Decodable {
            var event: String?
            var args: [String]?
        }
        var vantage: String
        var client_ip: String
        var events: [Event]

        var proto: [String] { events.filter { $0.event == "proto" }.flatMap { $0.args ?? [] } }
    }

    /// The transcripts by client, once those of all `clients` are there. `XCLIENT` makes others beside them.
    private func transcripts(_ lab: FilteredPostfix, _ clients: [String]) throws -> [String: Transcript] {
        var found: [String: Transcript] = [:]
        let areThere = Poll.until(.after(.seconds(60))) {
            for line in lab.daemon.contents(of: "transcripts").split(separator: "\n") {
                guard let transcript = try? JSONDecoder().decode(Transcript.self, from: Data(line.utf8)) else {
                    continue
                }
                found[transcript.client_ip] = transcript
            }
            return clients.allSatisfy { found[$0] != nil }
        }
        #expect(areThere)
        return found
    }

    @Test func heloAndEHLOAreToldApart() throws {
        let lab = try FilteredPostfix(Self.settings, overrides: Self.restrictions)
        for (address, verb) in [("203.0.113.1", "HELO"), ("203.0.113.2", "EHLO")] {
            let identity = ClientIdentity(address, name: "mail.example.net")
            let conversation = try SMTPConversation(port: lab.postfix.port, as: identity)
            #expect(try conversation.readReply().code == 220)
            try conversation.expect(250, "\(verb) mail.example.net")
            try conversation.expect(250, "MAIL FROM:<a@example.net>")
            try conversation.expect(250, "RCPT TO:<user1@lab.example>")
            try conversation.expect(250, "RCPT TO:<user2@lab.example>")
            try conversation.expect(221, "QUIT")
        }
        let transcripts = try transcripts(lab, ["203.0.113.1", "203.0.113.2"])
        #expect(transcripts["203.0.113.1"]?.proto == ["SMTP"])
        #expect(transcripts["203.0.113.2"]?.proto == ["ESMTP"])
        #expect(transcripts["203.0.113.1"]?.vantage == "milter-postfix+policy")
    }

    @Test func sessionsAtTheSameTimeAreNotMixedUp() throws {
        let lab = try FilteredPostfix(Self.settings, overrides: Self.restrictions)
        let conversations = try (1...12).map { number in
            let identity = ClientIdentity("203.0.113.\(number)", name: "mail.example.net")
            let conversation = try SMTPConversation(port: lab.postfix.port, as: identity)
            #expect(try conversation.readReply().code == 220)
            try conversation.expect(250, "\(number.isMultiple(of: 2) ? "EHLO" : "HELO") mail.example.net")
            try conversation.expect(250, "MAIL FROM:<a@example.net>")
            return conversation
        }
        for conversation in conversations.reversed() { try conversation.expect(250, "RCPT TO:<user1@lab.example>") }
        for conversation in conversations { try conversation.expect(221, "QUIT") }
        let transcripts = try transcripts(lab, (1...12).map { "203.0.113.\($0)" })
        for number in 1...12 {
            #expect(transcripts["203.0.113.\(number)"]?.proto == [number.isMultiple(of: 2) ? "ESMTP" : "SMTP"])
        }
    }

    /// Without the service mail goes on, and the filter knows what it knew before.
    @Test func aServiceThatIsNotThereStopsNoMail() throws {
        let lab = try FilteredPostfix(
            ["transcript_file": "DIRECTORY/transcripts"], overrides: Self.restrictions)
        let identity = ClientIdentity("203.0.113.1", name: "mail.example.net")
        let conversation = try SMTPConversation(port: lab.postfix.port, as: identity)
        #expect(try conversation.readReply().code == 220)
        try conversation.expect(250, "HELO mail.example.net")
        try conversation.expect(250, "MAIL FROM:<a@example.net>")
        try conversation.expect(250, "RCPT TO:<user1@lab.example>")
        try conversation.expect(221, "QUIT")
        let transcripts = try transcripts(lab, ["203.0.113.1"])
        #expect(transcripts["203.0.113.1"]?.proto == [])
        #expect(transcripts["203.0.113.1"]?.vantage == "milter-postfix")
    }
}
