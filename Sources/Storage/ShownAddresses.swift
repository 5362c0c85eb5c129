/// Whom a verdict is about, in clear: kept only where the administrator wants it (`journal_addresses = clear`).
public struct ShownAddresses: Hashable, Sendable {
    /// The client's address; empty when there was none.
    public let client: String

    /// The envelope sender without brackets; empty for the null sender.
    public let sender: String

    /// The recipient without brackets; empty when there was none.
    public let recipient: String

    /// The longest text that is kept of each, in characters: twice what RFC 5321 allows a path.
    static let longest = 512
}
