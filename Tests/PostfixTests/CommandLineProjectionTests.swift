import ClientLab
import DaemonLab
import Testing

/// The projection of conversations from the wire to a Postfix whose command lines are told, against what a real one tells
/// and hands over for the same client.
@Suite("Projection against Postfix with the command hook", .enabled(if: MailServerKind.postfix.isUsable))
struct CommandLineProjectionTests {
    static let settings = ["transcript_file": "DIRECTORY/transcripts"]

    private static func check(
        _ record: ConversationRecord, _ lab: FilteredPostfix, _ identity: ClientIdentity
    ) throws {
        let handedOver = try HandedOver(record, of: lab.daemon, from: identity.address)
        #expect(handedOver.vantage == "milter-postfix+wire")
        #expect(handedOver.difference == nil)
    }

    @Test(arguments: RealClient.usable)
    func realClients(client: RealClient) throws {
        let lab = try FilteredPostfix.hooked(Self.settings)
        let run = try RealClientRun(
            client, server: lab.server, to: ["user1@lab.example", "nosuch@lab.example", "user2@lab.example"],
            directory: lab.daemon.directory.path)
        try Self.check(run.record, lab, run.identity)
    }

    @Test(arguments: Persona.all)
    func personas(persona: Persona) throws {
        let lab = try FilteredPostfix.hooked(Self.settings)
        let run = try PersonaRun(persona, server: lab.server, to: ["user1@lab.example", "nosuch@lab.example"])
        try Self.check(run.record, lab, run.identity)
    }

    /// Odd conversations, and those that end in the middle of a message.
    @Test(arguments: HandedOver.oddConversations.map(\.name))
    func oddConversations(name: String) throws {
        let lab = try FilteredPostfix.hooked(Self.settings)
        let conversation = try SMTPConversation(to: lab.server, as: MailClient.honest.identity)
        try conversation.readReply()
        for line in HandedOver.oddConversations.first(where: { $0.name == name })?.lines ?? [] {
            try conversation.command(line)
        }
        conversation.drop()
        try Self.check(conversation.record, lab, MailClient.honest.identity)
    }
}
