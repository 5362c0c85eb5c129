public import Campaigns
public import SMTP

/// One message of a campaign to one recipient, as the experiment with lies counts it.
public struct CampaignMail: Hashable, Sendable {
    /// What the recipient was to the message.
    public enum Treatment: String, Sendable, CaseIterable {
        /// The message was judged as spam, and nothing else is known of the recipient.
        case none
        /// The recipient is a trap.
        case trap
        /// The recipient was lied about: to this client, or to another one before.
        case lied
        /// The recipient deserved a lie and was spared: it belongs to the control group.
        case spared
    }

    /// When it came.
    public var time: UnixTime

    /// The session it came in.
    public var session: String

    /// What it belongs to.
    public var campaign: CampaignID

    /// The recipient, and the client's network, hashed as the ledger of lies hashes them.
    public var recipient, network: KeyedHash

    /// The recipient's domain, folded.
    public var recipientDomain: String

    /// The dialect that the client spoke; empty when there was no opinion.
    public var dialect: String

    /// What the recipient was to it.
    public var treatment: Treatment

    /// A message by its parts.
    public init(
        time: UnixTime, session: String, campaign: CampaignID, recipient: KeyedHash, network: KeyedHash,
        recipientDomain: String, dialect: String = "", treatment: Treatment = .none
    ) {
        self.time = time
        self.session = session
        self.campaign = campaign
        self.recipient = recipient
        self.network = network
        self.recipientDomain = recipientDomain
        self.dialect = dialect
        self.treatment = treatment
    }
}
