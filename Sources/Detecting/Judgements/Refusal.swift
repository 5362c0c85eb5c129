/// What a refusal of the mail server is about.
public enum Refusal: Sendable, Hashable {
    /// A blocklist knows the client, its HELO or the sender.
    case blocklist

    /// A rule of the site's own about the client, its HELO or the sender.
    case policy

    /// The recipient does not exist.
    case unknownUser

    /// The recipient's mailbox is full.
    case mailboxFull

    /// The mail server does not relay to the recipient.
    case relayDenied

    /// A rule about the recipient.
    case recipientRule

    /// Greylisting, a fault, or whatever else may be over soon: it says nothing of the client.
    case temporary

    /// In words that tell nothing; whatever may name somebody is masked.
    case unread(String)

    /// The source whose judgement it is, if it is one by itself.
    public var source: JudgementSource? {
        switch self {
        case .blocklist: .blocklist
        case .policy: .policy
        case .unknownUser, .mailboxFull, .relayDenied, .recipientRule, .temporary, .unread: nil
        }
    }
}
