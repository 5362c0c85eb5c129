import Policy

/// Which of the records is meant that are counted per server.
public enum HistoryKind: UInt8, Sendable, Hashable, CaseIterable {
    /// The passed greylist attempts of a network.
    case passes

    /// The clean messages of a client.
    case client

    /// What the clients of a network have delivered.
    case clientNetwork
}
