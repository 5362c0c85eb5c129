public import SMTP

/// Whether what is submitted reaches the disk.
public enum StoreHealth: Hashable, Sendable {
    /// It does.
    case ok

    /// It does not, for this reason, since that time. Deciding goes on with what is in memory.
    case degraded(reason: String, since: UnixTime)
}
