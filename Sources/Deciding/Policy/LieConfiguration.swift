/// Whom Argot may lie about, how often, and within which share of unknown recipients.
public struct LieConfiguration: Sendable, Hashable {
    /// The largest limit on lies an hour.
    public static let largestLimit = 1_000_000

    /// The recipients that may be lied about.
    public var recipients = RecipientSelection.all

    /// The recipients that are never lied about.
    public var exceptions = RecipientSelection()

    /// How many lies may be told for the first time within an hour, by this server.
    public var hourlyLimit = 500

    /// How many of them about recipients in one domain.
    public var domainLimit = 100

    /// How many of them about one recipient.
    public var recipientLimit = 20

    /// Which share of the recipients that a spammer asks for may be unknown to him, genuine ones included, 0...1; 0 for what
    /// is learned from other clients.
    public var share = 0.0

    /// The limits without any setting.
    public init() {}
}
