/// Mails of one sender to one recipient domain in one time slot. Sender and domain are pseudonyms under the site's key.
public struct SenderCell: Hashable, Sendable {
    /// Start of the slot, in seconds since 1970.
    public var slot: Int64

    /// The sender's pseudonym.
    public var sender: UInt64

    /// The domain's keyed hash.
    public var domain: UInt64

    /// How many mails.
    public var mails: UInt32

    /// How many of them went to traps.
    public var trapped: UInt32

    /// How many an imported judgement called spam.
    public var spam: UInt32

    /// How many an imported judgement called honest.
    public var honest: UInt32

    /// How many were spoken in a bot's dialect, by a verdict that did not use a sender's score.
    public var bots: UInt32

    /// A cell of its parts.
    public init(
        slot: Int64, sender: UInt64, domain: UInt64, mails: UInt32, trapped: UInt32 = 0, spam: UInt32 = 0,
        honest: UInt32 = 0, bots: UInt32 = 0
    ) {
        self.slot = slot
        self.sender = sender
        self.domain = domain
        self.mails = mails
        self.trapped = trapped
        self.spam = spam
        self.honest = honest
        self.bots = bots
    }

    /// Takes in what another cell of the same place counted.
    public mutating func add(_ other: SenderCell) {
        mails = Self.sum(mails, other.mails)
        trapped = Self.sum(trapped, other.trapped)
        spam = Self.sum(spam, other.spam)
        honest = Self.sum(honest, other.honest)
        bots = Self.sum(bots, other.bots)
    }

    private static func sum(_ lhs: UInt32, _ rhs: UInt32) -> UInt32 {
        let (sum, overflow) = lhs.addingReportingOverflow(rhs)
        return overflow ? .max : sum
    }
}
