import Campaigns
import Keeping
import KeyedHashing
import SMTP

/// A recipient whose messages are grouped into campaigns: hashed, with what it was to the client.
struct CampaignRecipient: Hashable, Sendable {
    var recipient: KeyedHash
    var network: KeyedHash
    var domain: String
    var dialect: String
    var treatment: CampaignMail.Treatment
    /// Whether the client has a good history, or is always let in: what it sends is in everybody's mail.
    var isOfGoodClient: Bool
}

/// A message to such recipients, from its first recipient to its end. By itself: most sessions have none.
final class CampaignMessage {
    private(set) var recipients: [CampaignRecipient] = []
    private var reader: CampaignReader

    private static let mostRecipients = 100

    init(key: HashingKey) {
        reader = CampaignReader(key: key)
    }

    /// One more recipient.
    func add(_ recipient: CampaignRecipient) {
        if recipients.count < Self.mostRecipients { recipients.append(recipient) }
    }

    /// Whether more of the body is wanted.
    var wantsBody: Bool { reader.wantsBody }

    /// Takes a header, the end of the headers, or a piece of the body.
    func take(_ kind: SessionEvent.Kind, _ bytes: Span<UInt8>) { reader.take(kind, bytes) }

    /// The message was taken: what the slow side is told of it.
    func sighting(session: String, at time: UnixTime) -> CampaignSighting {
        CampaignSighting(time: time, session: session, recipients: recipients, shape: reader.finish())
    }
}

/// A message that is to be grouped.
struct CampaignSighting: Sendable {
    var time: UnixTime
    var session: String
    var recipients: [CampaignRecipient]
    var shape: MessageShape
}
