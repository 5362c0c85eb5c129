public import SMTP

/// By what a judgement that comes later names its message.
public enum MessageName: Sendable, Hashable {
    /// The mail server's queue id, hashed. Mail servers use one again after a time: the newest message counts.
    case queueID(KeyedHash)

    /// The Message-ID, hashed. The client chose it, so that several messages may have it.
    case messageID(KeyedHash)
}
