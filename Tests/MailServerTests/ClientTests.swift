import ClientLab
import DaemonLab
import Testing

/// Real mail programs and the personas of bots, observed.
@Suite("Clients through argotd")
struct ClientTests {
    /// Whether `dialect` is among the candidates that a line names. A line names three at most.
    static func names(_ line: ArgotDaemon.Line?, _ dialect: String) -> Bool {
        line?["dialect"].split { $0 == "|" || $0 == "?" }.contains { $0 == dialect } ?? false
    }

    @Test(arguments: MailServerKind.usable, RealClient.usable)
    func aRealClientIsDelivered(server: MailServerKind, client: RealClient) throws {
        let lab = try server.filtered(["mode": "observe"])
        let run = try RealClientRun(
            client, server: lab.server, to: ["user1@lab.example"], directory: lab.daemon.directory.path)
        #expect(run.isDelivered, "\(run.output)")
        try lab.server.waitUntilDelivered(1)
        let line = try #require(lab.daemon.awaitVerdicts(1, on: run.identity.address).first)
        #expect(line["action"] == "accept")
        #expect(line["applied"] == "accept")
        #expect(Set(line.reasons).isDisjoint(with: ["dialect.bot", "dialect.attack"]), "\(line.text)")
        switch client {
        // A `?` says that software nobody knows would be as likely.
        case .python: #expect(Self.names(line, "python-smtplib"), "\(line.text)")
        case .curl, .msmtp, .perl, .sNail, .swaks: #expect(!line["dialect"].isEmpty)
        }
    }

    @Test(arguments: MailServerKind.usable)
    func postfixIsDelivered(server: MailServerKind) throws {
        let lab = try server.filtered(ArgotDaemon.enforcing("reject"))
        let run = try PostfixSenderRun(
            server: lab.server, to: ["user1@lab.example", "user2@lab.example"], directory: lab.daemon.path("sender")
        )
        #expect(run.isDelivered)
        try lab.server.waitUntilDelivered(2)
        let lines = lab.daemon.awaitVerdicts(2, on: run.identity.address)
        #expect(lines.count == 2)
        for line in lines {
            #expect(Self.names(line, "postfix"), "\(line.text)")
            #expect(line["action"] == "accept")
        }
    }

    @Test(arguments: MailServerKind.usable, Persona.all)
    func aPersonaIsDeliveredAndRecognised(server: MailServerKind, persona: Persona) throws {
        let lab = try server.filtered(["mode": "observe"])
        let run = try PersonaRun(persona, server: lab.server, to: ["user1@lab.example", "user2@lab.example"])
        let isGuessing = persona.reset != nil || persona.data == nil || persona.mail == nil
        if !isGuessing {
            #expect(run.isDelivered, "\(run.record.exchanges)")
            try lab.server.waitUntilDelivered(2)
        }
        let expected = Self.dialects[persona.name]
        let address = run.identity.address
        if persona.mail == nil {
            #expect(
                Poll.until(.after(.seconds(60))) {
                    lab.daemon.lines.contains { $0["event"] == "session" && $0["client"] == address }
                })
            let line = lab.daemon.lines.first { $0["event"] == "session" && $0["client"] == address }
            #expect(line?["dialect"] == expected)
            return
        }
        // A message whose headers tell more than its envelope gets a verdict of its own.
        let lines = lab.daemon.awaitVerdicts(2, on: address).filter { !$0.reasons.contains("message.headers") }
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { $0["applied"] == "accept" })
        if let expected {
            #expect(lines.first?["dialect"] == expected)
            #expect(lines.first?["action"] == "tempfail")
        } else {
            #expect(!lines.contains { $0.reasons.contains("dialect.bot") })
        }
    }

    /// The dialects of those personas that no honest program speaks like.
    private static let dialects = [
        "user.with.error": "spysheriff", "hydra-enum": "hydra-enum",
        "ylmf-pc": "ylmf-pc",
    ]
}

extension Persona: CustomTestStringConvertible {
    /// Its name.
    public var testDescription: String { name }
}
