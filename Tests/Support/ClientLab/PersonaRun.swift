import Seeded

/// A persona at work: one connection, from connect to the end.
public struct PersonaRun: Sendable {
    /// Who spoke.
    public let persona: Persona
    /// Who it was to the server.
    public let identity: ClientIdentity
    /// What was said, by both.
    public let record: ConversationRecord

    /// Lets `persona` talk to `server` about `recipients`; the same `seed` gives the same bytes.
    ///
    /// What the server does to it (refusals, hanging up) is part of the record, not an error; thrown is only that no
    /// connection came about or that the server fell silent.
    public init(
        _ persona: Persona, server: any MailServer, to recipients: [String], as identity: ClientIdentity? = nil,
        seed: UInt64 = 1, replyLimit: Duration = .seconds(120)
    ) throws(LabError) {
        self.persona = persona
        self.identity = identity ?? persona.identity
        let conversation = try SMTPConversation(to: server, as: self.identity, replyLimit: replyLimit)
        var speaker = Speaker(
            persona: persona, identity: self.identity, conversation: conversation,
            generator: SeededGenerator(seed: persona.name.utf8.reduce(seed) { $0 &* 257 &+ UInt64($1) }))
        do {
            try speaker.converse(about: recipients)
        } catch {
            guard error.code == .connectionClosed else { throw error }
        }
        conversation.drop()
        record = conversation.record
    }

    /// Whether the server took the message.
    public var isDelivered: Bool {
        record.exchanges.last { $0.command == "." }?.reply?.isPositive ?? false
    }
}

/// The state of a persona in a conversation.
private struct Speaker {
    let persona: Persona
    let identity: ClientIdentity
    let conversation: SMTPConversation
    var generator: SeededGenerator
    var recipient = ""
    var serverName = ""

    mutating func converse(about recipients: [String]) throws(LabError) {
        recipient = recipients.first ?? ""
        if persona.speaksFirst, let line = persona.greeting.first { try write(line) }
        let banner = try conversation.readReply()
        serverName = banner.text.split(separator: " ").first.map(String.init) ?? ""
        if !banner.isPositive {
            guard try hasPatience() else { return }
        }
        for (number, line) in persona.greeting.enumerated() {
            if !(persona.speaksFirst && number == 0) { try write(line) }
            guard try isAccepted() else { return }
        }
        guard let mail = persona.mail else { return try leave() }
        var accepted = 0
        for (number, address) in recipients.enumerated() {
            recipient = address
            if number == 0 || persona.reset != nil {
                try write(mail)
                guard try isAccepted() else { return }
            }
            try write(persona.recipient)
            let reply = try conversation.readReply()
            if reply.isPositive { accepted += 1 } else if !(try hasPatience()) { return }
            if let reset = persona.reset {
                try write(reset)
                guard try isAccepted() else { return }
            }
        }
        if let data = persona.data, accepted > 0 {
            try write(data)
            guard try isAccepted() else { return }
            try write(persona.message)
            try conversation.write(".\r\n")
            guard try isAccepted() else { return }
        }
        try leave()
    }

    private mutating func write(_ template: Template) throws(LabError) {
        let text = template.text { placeholder in value(of: placeholder) }
        try conversation.write(text)
    }

    private func isAccepted() throws(LabError) -> Bool {
        if try conversation.readReply().isPositive { return true }
        return try hasPatience()
    }

    /// What a refusal makes of it: whether it goes on.
    private func hasPatience() throws(LabError) -> Bool {
        switch persona.onRefusal {
        case .goesOn: return true
        case .drops: return false
        case .quits:
            try conversation.command("QUIT")
            return false
        }
    }

    private mutating func leave() throws(LabError) {
        guard let farewell = persona.farewell else { return }
        try write(farewell)
        try conversation.readReply()
    }

    private mutating func value(of placeholder: Template.Placeholder) -> String {
        switch placeholder {
        case .randomLabel: generator.word(8)
        case .randomCapitals: generator.word(8, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        case .randomNumber: String(Int.random(in: 10000...99999, using: &generator))
        case .sender: persona.sender
        case .recipient: recipient
        case .clientAddress: identity.address
        case .clientName: identity.name ?? "[\(identity.address)]"
        case .serverName: serverName
        }
    }
}
