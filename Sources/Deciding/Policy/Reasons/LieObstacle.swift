/// Why a lie that was due was not told. The raw value is the word used in logs.
public enum LieObstacle: String, Sendable, Hashable, CaseIterable {
    /// The recipient is none of those that may be lied about.
    case recipient = "lie.recipient"

    /// The recipient is one that is never lied about.
    case optedOut = "lie.opted-out"

    /// The client or its network has delivered mail that nothing of weight counted against.
    case history = "lie.history"

    /// The client belongs to a pool or a sender that is known to be honest and to retry badly.
    case pool = "lie.pool"

    /// The client may pass on the mail of many.
    case relay = "lie.relay"

    /// One client brings most of the site's mail: something stands before the mail server.
    case front = "lie.front"

    /// The client would meet with more unknown recipients than is plausible.
    case share = "lie.share"

    /// So many lies were told within the hour.
    case hourlyLimit = "lie.limit.hour"

    /// So many were told about recipients in the domain.
    case domainLimit = "lie.limit.domain"

    /// So many were told about the recipient.
    case recipientLimit = "lie.limit.recipient"

    /// The lie would not be byte for byte what the mail server says.
    case wording = "lie.wording"

    /// The draw has spared the recipient, which belongs to the control group.
    case spared = "lie.spared"

    /// What it says, as a sentence.
    public var sentence: String {
        switch self {
        case .recipient: "no fake rejection: the recipient is not in fake_reject_recipients"
        case .optedOut: "no fake rejection: the recipient is in no_fake_reject_recipients"
        case .history: "no fake rejection: honest mail has come from its network"
        case .pool: "no fake rejection: it is one of the senders in retry_exemptions"
        case .relay: "no fake rejection: its network may pass on the mail of many senders"
        case .front: "no fake rejection: one address brings most of the mail, so clients cannot be told apart"
        case .share:
            "no fake rejection: it would meet with more unknown recipients than is plausible (fake_reject_share)"
        case .hourlyLimit: "no fake rejection: fake_reject_hourly_limit has been reached"
        case .domainLimit: "no fake rejection: fake_reject_domain_limit has been reached"
        case .recipientLimit: "no fake rejection: fake_reject_recipient_limit has been reached"
        case .wording: "no fake rejection: it could not be given in the mail server's own words"
        case .spared: "a fake rejection was due, and the recipient was spared: it is in the control group"
        }
    }
}
