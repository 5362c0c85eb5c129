import ClientLab
import DaemonLab
import FakeMTA
import Testing

/// What Sendmail tells a filter in macros, and the fake MTA in its place.
@Suite("Macros of Sendmail", Requirements.sendmail)
struct MacroTests {
    static let clients = [
        ClientPeer(name: "host.example.net", ip: "192.0.2.10", port: 4242), ClientPeer(ip: "192.0.2.11", port: 4243),
        ClientPeer(ip: "2001:db8::a:10", port: 4244),
    ]

    /// Greetings: EHLO, HELO, none.
    static let greetings: [Bool?] = [true, false, nil]

    @Test(arguments: clients, greetings)
    func theFakeMTATellsTheSame(client: ClientPeer, isExtended: Bool?) throws {
        let real = try Self.real(client, isExtended)
        let fake = try Self.fake(client, isExtended)
        #expect(fake == real)
        #expect(real.contains { $0.hasPrefix("macro {rcpt_addr}=\"550 5.1.1 User unknown\"") })
    }

    private static func real(_ client: ClientPeer, _ isExtended: Bool?) throws -> [String] {
        let filter = try ScriptedFilter(options: ["--macros"])
        let directory = try ScratchDirectory()
        let sendmail = try SendmailInstance(directory: "\(directory.path)/sendmail", filter: "S=\(filter.socket), F=T")
        try sendmail.start()
        let identity = ClientIdentity(client.ip ?? "", name: client.name, port: client.port)
        let conversation = try SMTPConversation(to: sendmail, as: identity)
        try conversation.readReply()
        if let isExtended { try conversation.expect(250, isExtended ? "EHLO a.example" : "HELO a.example") }
        for (code, line) in [
            (250, "MAIL FROM:<A@b.example>"), (250, "RCPT TO:<User1@lab.example>"),
            (550, "RCPT TO:<Nosuch@lab.example>"),
            (250, "RSET"), (250, "MAIL FROM:<>"), (250, "RCPT TO:<user2@lab.example>"), (354, "DATA"),
            (250, "Subject: x\r\n\r\ny\r\n."), (221, "QUIT"),
        ] {
            try conversation.expect(code, line)
        }
        try filter.awaitClose(ofSession: 1)
        return normalised(filter)
    }

    private static func fake(_ client: ClientPeer, _ isExtended: Bool?) throws -> [String] {
        let filter = try ScriptedFilter(options: ["--macros"])
        var identity = MTAIdentity.sendmail
        identity.daemonName = "MTA"
        if client.ip?.contains(":") == true { identity.daemonName = "MTA6" }
        let session = try FakeMTASession(socket: filter.socket, offer: .sendmail, identity: identity)
        _ = try session.connect(client)
        if let isExtended { _ = try session.helo("a.example", isExtended: isExtended) }
        _ = try session.mail("<A@b.example>")
        _ = try session.rcpt("<User1@lab.example>")
        _ = try session.rcpt("<Nosuch@lab.example>", refusedByMTA: .sendmailUnknownUser)
        try session.abort()
        _ = try session.mail("<>")
        _ = try session.rcpt("<user2@lab.example>")
        _ = try session.data()
        _ = try session.message(MessageContent(lines: ["Subject: x", "", "y"]))
        try session.quit()
        return normalised(filter)
    }

    /// The record with queue ids by the order in which they came.
    private static func normalised(_ filter: ScriptedFilter) -> [String] {
        var ids: [Substring] = []
        return filter.record(ofSession: 1).map { line in
            guard line.hasPrefix("macro i=") else { return line }
            let id = line.dropFirst(8)
            if !ids.contains(id) { ids.append(id) }
            return "macro i=\(ids.firstIndex(of: id) ?? -1)"
        }
    }
}
