import ClientLab
import DaemonLab
import FakeMTA
import Foundation

extension ArgotDaemon {
    /// Settings that refuse a certain bot for good.
    static func enforcing(_ more: [String: String] = [:]) -> [String: String] {
        ["mode": "enforce", "enforce": "tempfail reject", "certain_action": "reject"].merging(more) { $1 }
    }

    /// A session of a mail server that has negotiated.
    func session(
        fragmentation: Fragmentation = .whole, offer: NegotiationOffer = .postfix, identity: MTAIdentity = .postfix,
        timeout: Duration = .seconds(60)
    ) throws -> FakeMTASession {
        try FakeMTASession(
            socket: socket, fragmentation: fragmentation, timeout: timeout, offer: offer, identity: identity)
    }

    /// A session of the bot that every test may count on being refused, up to and with MAIL.
    func botSession(fragmentation: Fragmentation = .whole) throws -> FakeMTASession {
        let session = try session(fragmentation: fragmentation)
        _ = try session.connect(.bot)
        _ = try session.helo(ClientPeer.botName)
        _ = try session.mail("<pat@elsewhere.example>")
        return session
    }

    /// What the bot is answered to RCPT; `nil` when it is not refused. The session has ended when this returns.
    func botReply() throws -> String? {
        let session = try botSession()
        let reply = try session.rcpt("<user1@lab.example>").replyText
        try session.quit()
        return reply
    }

    /// Whether a new session is served and judged; where it is not yet, asks again for a while.
    func isServing(within limit: Duration = .seconds(60)) -> Bool {
        Poll.until(.after(limit)) { (try? botReply()) == refusal }
    }
}

/// What the bot is told under ``ArgotDaemon/enforcing(_:)``.
let refusal = "550 5.7.1 Refused by local policy, please contact the postmaster"

extension ClientPeer {
    /// A bot without a name.
    static let bot = ClientPeer(ip: "192.0.2.14")
    /// What it says in HELO: a constant that only one known bot uses.
    static let botName = "User.With.Error"
    /// A host that nothing speaks against.
    static let honest = ClientPeer(name: "mail.linden.example", ip: "192.0.2.201")
}

extension MilterAnswer {
    /// The reply chosen by the filter; `nil` when there is none.
    var replyText: String? {
        if case .reply(let reply) = verdict { reply.lines.joined(separator: " / ") } else { nil }
    }
}

/// Conditions of tests.
enum Requirements {
    /// Whether a missing program is a failure.
    static let isInCI = ProcessInfo.processInfo.environment["CI"] != nil

    /// Whether a program is there, or must be.
    static func has(_ program: String) -> Bool { isInCI || Executable.path(of: program) != nil }
}
