public import Campaigns
public import Memory
public import Judgements
public import Policy
public import SMTP

/// What the daemon hands over to be kept. All but verdicts, cells, campaigns' messages and replies may be applied twice without harm.
public enum StoreChange: Sendable, Hashable {
    /// Something that decides is to be remembered or forgotten.
    case memory(MemoryChange)

    /// A verdict was reached; its addresses are hashed before they are written, and in clear only if they are to be shown.
    indirect case verdict(VerdictRecord, showsAddresses: Bool = false)

    /// Senders have written to domains: added to what is stored.
    case senderCells([SenderCell])

    /// A message, or a refused session, was seen.
    ///
    /// A retry is the sighting that it repeats: see ``Sighting/attempt``. Of one client at most
    /// ``Sighting/dailyLimit`` are kept a day; the others are only counted.
    indirect case sighting(Sighting)

    /// A message of a campaign came.
    case campaignMail(CampaignMail)

    /// Two campaigns are one, now and later; the smaller number is kept, whichever is named first.
    case campaignsJoined(CampaignID, into: CampaignID)

    /// The template with this hash is in everybody's mail, and joins no campaigns: see `CampaignTable`.
    case commonTemplate(UInt64, UnixTime)

    /// Somebody who logged in has written to the address with this hash.
    case correspondent(KeyedHash, UnixTime)

    /// The mail server refused a recipient in words that tell nothing; they name nobody.
    case unreadReply(String, UnixTime)

    /// Somebody has judged the messages of a name.
    case judged(MessageName, MailJudgement)

    /// What other servers have noted, up to a place in their log: kept with the place, all or nothing, so that each is kept
    /// once.
    indirect case heard([StoreChange], place: String)
}
