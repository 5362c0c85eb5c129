public import SMTP

/// By what a judgement that comes later names its message.
public enum MessageName: Sendable, Hashable {
    /// The mail server's queue id, hashed. Mail servers use one again after a time: the newest message counts.
    case queueID(KeyedHash)

    /// The Message-ID, hashed. The client chose it, so that several messages may have it.
    case messageID(KeyedHash)

    /// The session of a client, hashed, that was going on at a time and asked for no recipient: the first one that ended
    /// within ten minutes from then.
    case session(of: KeyedHash, at: UnixTime)

    /// Within how many seconds a session ends that was going on.
    public static let longestSession: Int64 = 600
}
