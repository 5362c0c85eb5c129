public import SMTP

/// A change of what is remembered, for whoever keeps it on disk.
public enum MemoryChange: Sendable, Hashable {
    /// A greylisted attempt.
    case greylist(KeyedHash, GreylistEntry)

    /// A network's passed attempts.
    case network(KeyedHash, ClientRecord)

    /// A client's clean messages, or the loss of its standing.
    case client(KeyedHash, ClientRecord)

    /// The clean messages of all clients of a network; none when the network's standing is lost.
    case clientNetwork(KeyedHash, ClientRecord)
}
