import Foundation

/// A real mail program at work: one message, through a relay that gives it an address of its own.
public struct RealClientRun: Sendable {
    /// Which program.
    public let client: RealClient
    /// Who it was to the server.
    public let identity: ClientIdentity
    /// How it ended; nil when it was still running at the time limit and was stopped.
    public let ending: ChildProcess.Ending?
    /// What it printed.
    public let output: String
    /// One record per connection it made.
    public let records: [ConversationRecord]

    /// Lets `client` send a small honest message to `recipients` at `server`.
    ///
    /// Its files go to `directory`. It greets with `name`, by default its own host name. Thrown is only that the program
    /// is missing or cannot be started; a refusal by the server shows in the records.
    public init(
        _ client: RealClient, server: any MailServer, to recipients: [String], as identity: ClientIdentity? = nil,
        greetingWith name: String? = nil, directory: String, within limit: Duration = .seconds(120)
    ) throws(LabError) {
        self.client = client
        self.identity = identity ?? client.identity
        let path = try Executable.require(client.executable, package: client.package)
        let host = name ?? self.identity.name ?? "[\(self.identity.address)]"
        let domain = (self.identity.name ?? "oak.example").split(separator: ".").dropFirst().joined(separator: ".")
        let sender = "dora@\(domain)"
        let folder = "\(directory)/\(client.rawValue)-\(UUID().uuidString.prefix(8))"
        let message = "\(folder)/message.eml"
        let isBodyOnly = client.input.isBodyOnly
        let text = Self.message(from: sender, to: recipients, host: host, isBodyOnly: isBodyOnly)
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try text.write(toFile: message, atomically: false, encoding: .utf8)
        } catch {
            throw LabError(.unusableDirectory, "cannot write the message (\(error))", at: folder)
        }
        let relay = try ClientRelay(to: server, as: self.identity)
        let child = try ChildProcess(
            path,
            client.arguments(
                port: relay.port, name: host, sender: sender, recipients: recipients, message: message),
            environment: ["HOME": folder], input: client.input.isMessage ? message : "/dev/null",
            output: "\(folder)/output", errors: "\(folder)/output")
        ending = child.wait(until: .after(limit))
        child.stop()
        records = relay.finishedRecords()
        relay.stop()
        output = (try? String(contentsOfFile: "\(folder)/output", encoding: .utf8)) ?? ""
    }

    /// The record of its first connection, empty when it made none.
    public var record: ConversationRecord {
        records.first ?? ConversationRecord()
    }

    /// Whether the server took the message.
    public var isDelivered: Bool {
        records.contains { $0.exchanges.last { $0.command == "." }?.reply?.isPositive ?? false }
    }

    /// A small honest message, as a mail program on `host` would write it.
    static func message(
        from sender: String, to recipients: [String], host: String, isBodyOnly: Bool = false
    ) -> String {
        let body = "Hello,\r\n\r\nthe minutes of Tuesday are on the usual shelf.\r\n\r\nDora\r\n"
        if isBodyOnly { return body.replacingOccurrences(of: "\r\n", with: "\n") }
        let dates = DateFormatter()
        dates.locale = Locale(identifier: "en_US_POSIX")
        dates.timeZone = TimeZone(identifier: "UTC")
        dates.dateFormat = "EEE, dd MMM yyyy HH:mm:ss Z"
        return """
            Date: \(dates.string(from: Date()))\r\nFrom: Dora <\(sender)>\r\n\
            To: \(recipients.joined(separator: ", "))\r\nSubject: A note from the laboratory\r\n\
            Message-ID: <\(UUID().uuidString.lowercased())@\(host)>\r\n\r\n\(body)
            """
    }
}
