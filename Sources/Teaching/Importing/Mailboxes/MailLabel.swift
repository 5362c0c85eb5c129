/// What is known of a stored message. The raw value is the word in records.
package enum MailLabel: String, Sendable, Encodable, CaseIterable {
    /// It is spam.
    case spam

    /// It was wanted.
    case honest = "ham"

    /// Nobody has said.
    case unknown

    /// Reads what transcripts and people call it; any other word is unknown.
    package init(word: String?) {
        switch word?.lowercased() {
        case "spam", "bot", "junk": self = .spam
        case "ham", "honest", "legit": self = .honest
        default: self = .unknown
        }
    }
}

/// What the name of a folder says of the messages in it.
enum FolderKind {
    /// People and filters put spam there.
    case junk

    /// What was thrown away: spam and honest mail.
    case trash

    /// What the owner wrote.
    case own

    /// Anything else.
    case other

    /// The kind of a folder by its name: of `.INBOX.Junk`, `Junk/` or `Spam.mbox` the last word counts.
    init(name: some StringProtocol) {
        var name = name.lowercased()
        for ending in [".gz", ".mbox", ".mbx"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
        let word = name.split(separator: ".").last.map(String.init) ?? name
        self =
            switch word {
            case "junk", "spam", "junk e-mail", "junk email", "junkmail", "bulk", "bulk mail": .junk
            case "trash", "deleted messages", "deleted items", "deleted": .trash
            case "sent", "sent messages", "sent items", "sent mail", "sent-mail", "drafts", "templates", "outbox": .own
            default: .other
            }
    }
}
