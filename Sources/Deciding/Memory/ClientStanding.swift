import Policy

/// What a client's history says of it.
public struct ClientStanding: Sendable, Hashable {
    /// Whether the client has sent clean mail at all.
    public var isKnown = false

    /// Whether it has sent enough of it for long enough.
    public var isGood = false

    /// Whether any client of its network, /24 or /64, has delivered a clean message within the history's lifetime.
    public var networkHasDelivered = false

    /// Whether any has, its loss of standing since aside.
    public var networkHadDelivered = false

    /// Whether it has lost its standing: it is neither known nor good until that is long enough ago.
    public var isRevoked = false

    /// A client of whom nothing is known.
    public init() {}
}
