import ArgumentParser
import FoundationEssentials
import KeyedHashing
import SMTP
import Storage

/// Which verdicts a command is about. Addresses are hashed with the daemon's key before they are looked up.
struct JournalOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Only this client.", valueName: "address"))
    var client: String?

    @Option(name: .long, help: ArgumentHelp("Only this recipient.", valueName: "address"))
    var recipient: String?

    @Option(name: .long, help: ArgumentHelp("Only the last such time: 90s, 15m, 36h, 7d.", valueName: "time"))
    var since: TimeSpan?

    @Option(name: .long, help: ArgumentHelp("At most so many, newest first.", valueName: "number"))
    var limit = 100

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be at least 1") }
        if let client, ClientAddress(client) == nil { throw ValidationError("\"\(client)\" is not an address") }
    }

    /// The query for the journal.
    func query(session: String? = nil, queueID: String? = nil, key: () throws -> HashingKey) rethrows -> JournalQuery {
        let earliest = since.map { UnixTime(seconds: Int64(Date().timeIntervalSince1970) - $0.seconds) }
        return JournalQuery(
            session: session, queueID: queueID, client: try client.map { try key().hash(client: $0) },
            recipient: try recipient.map { try key().hash(recipient: $0) }, since: earliest, limit: limit)
    }
}
