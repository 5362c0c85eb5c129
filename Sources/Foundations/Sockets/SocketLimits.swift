/// What the connections of a socket may cost.
public struct SocketLimits: Sendable, Hashable {
    /// How many connections are served at once, at least 1.
    public var connections: Int

    /// How long a peer may take to be answered for the first time, and again to take each answer; `nil` for ever.
    public var patience: Duration?

    /// The most bytes of an answer.
    public var answerBytes: Int

    /// Whether the processes of a user are told apart when somebody has to give way: where each has one connection, and
    /// one that has many is no reason for the others to lose theirs. Else all processes of a user are one.
    public var countsProcesses: Bool

    /// Limits from their parts.
    public init(
        connections: Int = 1_000, patience: Duration? = nil, answerBytes: Int = 1 << 20, countsProcesses: Bool = false
    ) {
        self.connections = max(1, connections)
        self.patience = patience
        self.answerBytes = answerBytes
        self.countsProcesses = countsProcesses
    }
}
