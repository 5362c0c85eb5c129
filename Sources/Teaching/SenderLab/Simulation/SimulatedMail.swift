public import SMTP

/// One simulated mail, with the truth about it.
public struct SimulatedMail: Hashable, Sendable {
    /// When.
    public var time: UnixTime

    /// Who; an address of the private block 10.0.0.0/8.
    public var sender: ClientAddress

    /// The recipient domain, 0 ..< domains.
    public var domain: Int

    /// The campaign of a bot; `nil` for honest senders.
    public var campaign: Int?

    /// Whether a blocklist lists the sender in this period.
    public var isListed: Bool

    /// Whether it is spam.
    public var isSpam: Bool { campaign != nil }

    /// The domain's name.
    public var domainName: String { "d\(domain).example" }
}
