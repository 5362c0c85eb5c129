import ArgumentParser
import Configuration
import FoundationEssentials
import Keeping
import KeyedHashing
import SMTP

/// Which verdicts a command is about. Addresses are hashed with the daemon's key before they are looked up.
struct JournalOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Only this client.", valueName: "address"))
    var client: String?

    @Option(name: .long, help: ArgumentHelp("Only this recipient.", valueName: "address"))
    var recipient: String?

    @Option(name: .long, help: ArgumentHelp("Look back this far: 90s, 15m, 36h, 7d.", valueName: "time"))
    var since: TimeSpan?

    @Option(name: .long, help: ArgumentHelp("Show this many, newest first.", valueName: "number"))
    var limit = 100

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be at least 1") }
        if let client, ClientAddress(client) == nil { throw ValidationError("\"\(client)\" is not an address") }
    }

    /// What to say when there is no such verdict.
    func nothing(_ configuration: Configuration) -> String {
        let hint = recipient.map(Self.hint) ?? ""
        return "no verdict found: the journal keeps \(configuration.journalDays) days" + hint
    }

    /// An address without a domain is another one than the address with it, and seldom what was asked for.
    static func hint(_ address: String) -> String {
        guard MailAddress(argument: address.utf8).domain.isEmpty else { return "" }
        return "; \"\(address)\" has no domain: write the address as the client does, such as \(address)@example.org"
    }

    /// The query for the journal.
    func query(session: String? = nil, queueID: String? = nil, key: () throws -> HashingKey) rethrows -> JournalQuery {
        let earliest = since.map { UnixTime(seconds: Int64(Date().timeIntervalSince1970) - $0.seconds) }
        return JournalQuery(
            session: session, queueID: queueID, client: try client.map { try key().hash(client: $0) },
            recipient: try recipient.map { try key().hash(recipient: $0) }, since: earliest, limit: limit)
    }
}
