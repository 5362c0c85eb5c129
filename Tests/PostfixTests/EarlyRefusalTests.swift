import ClientLab
import DaemonLab
import Testing

/// What a real Postfix refuses before any recipient (`smtpd_delay_reject = no`) stands in its log alone: `argot judgements
/// follow` reads it there while it is written, and hands it to argotd.
@Suite("Refusals before any recipient, in the log of a real Postfix", Requirements.postfix)
struct EarlyRefusalTests {
    /// Where Postfix refuses.
    enum Stage: String, CaseIterable {
        case connect, helo, mail

        /// The restriction, and what it looks up.
        var settings: [String: String] {
            let text = "554 5.7.1 Service unavailable; Client host [192.0.2.66] blocked using bl.example"
            return switch self {
            case .connect: ["smtpd_client_restrictions": "check_client_access inline:{ {192.0.2.66 = \(text)} }"]
            case .helo: ["smtpd_helo_restrictions": "check_helo_access inline:{ {listed.example = \(text)} }"]
            case .mail: ["smtpd_sender_restrictions": "check_sender_access inline:{ {a@listed.example = \(text)} }"]
            }
        }

        /// The word of the log.
        var word: String { self == .helo ? "EHLO" : rawValue.uppercased() }
    }

    /// A Postfix that refuses early, with a service behind a proxy, which may tell any client's address.
    private struct Lab {
        let filtered: FilteredPostfix
        private let port: UInt16

        init(_ settings: [String: String], isHooked: Bool) throws {
            let port = try LoopbackPort.free()
            let overrides = ["smtpd_delay_reject": "no", "smtpd_peername_lookup": "no"].merging(settings) { $1 }
            let services = [
                "127.0.0.1:\(port) inet n - n - - smtpd -o smtpd_upstream_proxy_protocol=haproxy"
            ]
            self.port = port
            filtered =
                try isHooked
                ? FilteredPostfix.hooked(overrides: overrides, services: services)
                : FilteredPostfix(overrides: overrides, services: services)
        }

        /// What a client is answered to its commands, and to nothing first.
        func speak(_ address: String, _ commands: String...) throws -> [String] {
            let conversation = try SMTPConversation(port: port)
            try conversation.write("PROXY TCP4 \(address) 127.0.0.1 4242 25\r\n")
            return try [conversation.readReply().description]
                + commands.map { try conversation.command($0).description }
        }
    }

    @Test("is a judgement of the session", arguments: Stage.allCases, [false, true])
    func refused(stage: Stage, isHooked: Bool) throws {
        let lab = try Lab(stage.settings, isHooked: isHooked)
        let daemon = lab.filtered.daemon
        // The log that Postfix's postlogd writes.
        let log = daemon.path("postfix/mail.log")
        let follower = try daemon.follow(log)
        let replies = try lab.speak(
            "192.0.2.66", "EHLO listed.example", "MAIL FROM:<a@listed.example>", "QUIT")
        #expect(replies.contains { $0.hasPrefix("554 5.7.1") && $0.contains("blocked using") }, "\(replies)")
        try lab.filtered.postfix.waitForLog(containing: "reject: \(stage.word) from")
        // Another client, which nobody refuses, is left alone.
        _ = try lab.speak("192.0.2.67", "EHLO other.example", "MAIL FROM:<a@other.example>", "QUIT")
        // Whom Postfix refuses at CONNECT it shows to no filter, whatever he says then: there is nothing that is judged.
        let isShown = stage != .connect
        let expected = ArgotDaemon.KnownSessions(sightings: isShown ? 2 : 1, judged: isShown ? 1 : 0)
        let isThere = try Poll.until(.after(.seconds(60))) { try daemon.knownSessions() == expected }
        #expect(isThere, "\(lab.filtered.server.log)")
        follower.stop()
        #expect(
            try daemon.followOnce(log).contains(
                isShown
                    ? "handed over: 1 taken, 0 on messages" : "handed over: 0 taken, 1 on messages that are not kept"))
    }
}
