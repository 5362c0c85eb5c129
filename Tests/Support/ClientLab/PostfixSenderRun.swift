/// A second private Postfix as the client: what one mail server says to another.
public struct PostfixSenderRun: Sendable {
    /// Who it was to the server.
    public let identity: ClientIdentity
    /// One record per connection it made.
    public let records: [ConversationRecord]
    /// Its own log.
    public let log: String

    /// The address and host name it has unless a run gives others.
    public static let identity = ClientIdentity("192.0.2.107", name: "mail.maple.example")

    /// Starts a Postfix in `directory`, submits one message for `recipients` to it, and lets it deliver to `server`.
    ///
    /// Returns when the Postfix has logged an outcome for every recipient, and throws when it has not in time.
    public init(
        server: any MailServer, to recipients: [String], as identity: ClientIdentity = PostfixSenderRun.identity,
        directory: String, within limit: Duration = .seconds(60)
    ) throws(LabError) {
        self.identity = identity
        let name = identity.name ?? "mail.maple.example"
        let domain = name.split(separator: ".").dropFirst().joined(separator: ".")
        let relay = try ClientRelay(to: server, as: identity)
        let sender = try PostfixInstance(
            directory: directory,
            overrides: [
                "myhostname": name, "mydestination": "", "mynetworks": "127.0.0.0/8",
                "smtpd_relay_restrictions": "permit_mynetworks, reject", "default_transport": "smtp",
                "relayhost": "[127.0.0.1]:\(relay.port)",
                // A refused message stays in the queue: no bounce, no second connection.
                "soft_bounce": "yes",
            ],
            services: ["smtp unix - - n - - smtp"])
        try sender.start()
        defer {
            sender.stop()
            relay.stop()
        }
        let submission = try SMTPConversation(port: sender.port)
        try submission.readReply()
        var commands = ["EHLO \(name)", "MAIL FROM:<dora@\(domain)>"]
        commands += recipients.map { "RCPT TO:<\($0)>" } + ["DATA"]
        for command in commands {
            let reply = try submission.command(command)
            guard reply.isPositive else {
                throw LabError(.refused, "the sending Postfix says \(reply)", at: command, remedy: sender.log)
            }
        }
        let message = RealClientRun.message(from: "dora@\(domain)", to: recipients, host: name)
        try submission.write("\(message).\r\n")
        try submission.readReply()
        try submission.command("QUIT")
        let isFinished = Poll.until(.after(limit)) {
            let outcomes = sender.log.split(separator: "\n").filter { $0.contains(" status=") }
            return recipients.allSatisfy { recipient in outcomes.contains { $0.contains("to=<\(recipient)>") } }
        }
        guard isFinished else {
            throw LabError(.timedOut, "the sending Postfix logged no outcome:\n\(sender.log)", at: directory)
        }
        records = relay.finishedRecords()
        log = sender.log
    }

    /// The record of its first connection, empty when it made none.
    public var record: ConversationRecord {
        records.first ?? ConversationRecord()
    }

    /// Whether the server took the message.
    public var isDelivered: Bool {
        records.contains { $0.exchanges.last { $0.command == "." }?.reply?.isPositive ?? false }
    }
}
