import Policy
public import SMTP

/// A change of what is remembered, as it is carried to whoever keeps it. Each may be applied twice without harm.
public enum MemoryChange: Sendable, Hashable {
    /// A greylisted attempt.
    case greylist(KeyedHash, GreylistEntry)

    /// A network's passed attempts.
    case network(KeyedHash, ClientRecord)

    /// A client's clean messages, or the loss of its standing.
    case client(KeyedHash, ClientRecord)

    /// The clean messages of all clients of a network.
    case clientNetwork(KeyedHash, ClientRecord)

    /// A greylisted attempt gave way to others.
    case greylistRemoved(KeyedHash)

    /// A network's passed attempts gave way to others.
    case networkRemoved(KeyedHash)

    /// A client's history gave way to others.
    case clientRemoved(KeyedHash)

    /// What a network's clients have sent gave way to others.
    case clientNetworkRemoved(KeyedHash)

    /// A lie was told, or spared. A pair that was lied to before is counted once more if the time is later.
    case lie(LieRecord)

    /// What another server knows of a lie: taken in by the laws of ``Mergeable``.
    case lieHeard(LieRecord)
}
