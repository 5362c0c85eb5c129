/// What makes a client's history good. Times are in seconds.
public struct HistoryConfiguration: Sendable, Hashable {
    /// How many clean messages it takes; 0 switches the exemption off.
    public var minimumMessages = 5

    /// How long ago the first of them must have been.
    public var minimumAge: Int64 = 3 * 86_400

    /// How long a client is remembered after its last message.
    public var lifetime: Int64 = 90 * 86_400

    /// How long a client that has lost its standing cannot regain one.
    public var revocation: Int64 = 30 * 86_400

    /// How many clients, and as many networks, are remembered at most, shared out by network.
    public var capacity = 100_000

    /// The defaults.
    public init() {}
}
