import ClientLab
import Foundation

/// A client that has spoken: what the table says of it besides the verdict.
struct Act {
    /// Its name.
    let name: String
    /// Its address.
    let address: String
    /// Both sides of its connection.
    let record: ConversationRecord

    /// The lines that make its dialect visible: greeting, MAIL, RCPT, and else what it said instead.
    var essence: String {
        var lines = [record.command("EHLO") ?? record.command("HELO") ?? "(no greeting)"]
        if let mail = record.command("MAIL") { lines.append(mail) }
        let recipients = record.exchanges.filter { $0.command.uppercased().hasPrefix("RCPT") }
        if let first = recipients.first { lines.append(first.command) }
        if recipients.count > 1 { lines.append("(and \(recipients.count - 1) more RCPT)") }
        if lines.count == 1, let other = record.exchanges.dropFirst().first { lines.append(other.command) }
        let isPolite = record.command("QUIT") != nil
        return (lines + (isPolite ? [] : ["(no QUIT)"])).joined(separator: "\n")
    }

    /// What the server answered where it mattered.
    var reply: String {
        guard let line = record.decidingReply?.lines.last else { return "nothing" }
        // Postfix's queue number is of no use here.
        return String(line.range(of: " as ").map { line[..<$0.lowerBound] } ?? line[...])
    }
}
