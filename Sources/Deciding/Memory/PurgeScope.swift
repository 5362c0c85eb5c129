import Policy
public import SMTP

/// What an administrator wants to be removed before its time.
public enum PurgeScope: Hashable, Sendable {
    /// What was last touched before a time.
    case olderThan(UnixTime)

    /// Everything about one client: its verdicts, its history, its mails as a sender, what its network has delivered, and
    /// what `network`, as the greylist knows it, has passed and was lied to.
    case client(ClientKeys, network: KeyedHash, sender: UInt64)

    /// The verdicts about one envelope sender.
    case sender(KeyedHash)

    /// The verdicts about one recipient, and the lies about it.
    case recipient(KeyedHash)

    /// All that the greylist remembers. Its entries are hashes over network, sender and recipient together, so nobody
    /// can tell whose they are, and they go all or not at all.
    case greylist

    /// Everything; the labels of senders' networks, which the administrator has set, only when asked for.
    case everything(labels: Bool)
}
