public import SMTP

/// What the journal and the clients' histories say of enforcing: who would be refused that has sent clean mail.
public struct EnforcingOutlook: Hashable, Sendable {
    /// When the first and the last verdict was reached; `nil` without one.
    public var first: UnixTime?
    /// When the last verdict was reached.
    public var last: UnixTime?
    /// On how many days there were verdicts.
    public var days = 0
    /// How many clients had one.
    public var clients = 0
    /// How many clients are remembered that have sent clean mail.
    public var clean = 0
    /// How many of them were seen lately.
    public var cleanLately = 0
    /// How many of those would have been refused lately, after their first clean message.
    public var cleanRefused = 0
    /// How many clients gave this host's own name or address at HELO and would have been refused for it.
    public var ownName = 0
    /// How many clients came on several days, were each time to come back, never did, and spoke no bot's dialect.
    public var neverBack = 0
    /// How many clients that would have been refused have sent clean mail of many senders.
    public var relays = 0

    /// Nothing known.
    public init() {}
}
