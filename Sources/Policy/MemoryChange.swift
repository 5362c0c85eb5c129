public import SMTP

/// A change of what is remembered, for whoever keeps it on disk.
public enum MemoryChange: Sendable, Hashable {
    /// A greylisted attempt.
    case greylist(KeyedHash, GreylistEntry)

    /// A network's passed attempts.
    case network(KeyedHash, ClientRecord)

    /// A client's clean messages.
    case client(KeyedHash, ClientRecord)
}
