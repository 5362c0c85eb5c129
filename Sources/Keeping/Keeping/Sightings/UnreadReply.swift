public import SMTP

/// A refusal of the mail server that nobody could make a judgement of.
public struct UnreadReply: Sendable, Hashable {
    /// Its words; addresses, names of hosts and numbers in them are masked.
    public var text: String

    /// How often it was given.
    public var count: Int

    /// When it was given last.
    public var last: UnixTime

    /// A reply from its parts.
    public init(text: String, count: Int, last: UnixTime) {
        self.text = text
        self.count = count
        self.last = last
    }
}
