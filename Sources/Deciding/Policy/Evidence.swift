/// All that a verdict on one recipient may depend on.
public struct Evidence: Sendable {
    /// What the verdict is on.
    public var attempt: DeliveryAttempt

    /// What the detectors have found, most telling first.
    public var signals: [Signal]

    /// Whether the client has logged in.
    public var isAuthenticated: Bool

    /// The last HELO argument; `nil` when none came.
    public var helo: String?

    /// Whether the client has a history of clean mail.
    public var hasGoodHistory: Bool

    /// Whether somebody in the client's network has delivered a message before that nothing of weight spoke against.
    public var networkHasDelivered: Bool

    /// Whether somebody in that network has, whatever its clients have done since.
    public var networkHadDelivered: Bool

    /// Evidence of its parts.
    public init(
        _ attempt: DeliveryAttempt, signals: [Signal] = [], isAuthenticated: Bool = false, helo: String? = nil,
        hasGoodHistory: Bool = false, networkHasDelivered: Bool = false, networkHadDelivered: Bool = false
    ) {
        self.attempt = attempt
        self.signals = signals
        self.isAuthenticated = isAuthenticated
        self.helo = helo
        self.hasGoodHistory = hasGoodHistory
        self.networkHasDelivered = networkHasDelivered
        self.networkHadDelivered = networkHadDelivered
    }
}
