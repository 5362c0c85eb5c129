public import Campaigns
public import Keeping
public import SMTP

/// The campaigns that are known, each with what came of it.
public struct CampaignList: Sendable {
    /// A campaign.
    public struct Entry: Sendable, Hashable {
        /// What it is known by.
        public let campaign: CampaignID

        /// When it was first seen, and last.
        public internal(set) var firstSeen, lastSeen: UnixTime

        /// How many messages came of it, one for each recipient.
        public internal(set) var messages = 0

        /// How many of them, by what the recipient was to them.
        public internal(set) var treatments: [CampaignMail.Treatment: Int] = [:]

        /// To how many recipients, from how many networks.
        public internal(set) var recipients = 0, networks = 0

        /// The domains that it writes to and the dialects that it is sent in, the most frequent first, at most
        /// ``CampaignList/words``.
        public internal(set) var domains: [String] = [], dialects: [String] = []
    }

    /// How many domains and dialects of a campaign are named.
    public static let words = 8

    /// The campaigns, the one that was seen last first.
    public let entries: [Entry]

    private struct Tally {
        var entry: Entry
        var recipients: Set<KeyedHash> = []
        var networks: Set<KeyedHash> = []
        var domains: [String: Int] = [:]
        var dialects: [String: Int] = [:]

        static func mostFrequent(_ counts: [String: Int]) -> [String] {
            counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(CampaignList.words).map(\.key)
        }
    }

    /// The campaigns whose messages came at `since` or later. O(messages of campaigns).
    public init(since: UnixTime?, in journal: some Journal) throws(StoreError) {
        var tallies: [CampaignID: Tally] = [:]
        try journal.campaignMails(since: since) { mail in
            let first = Tally(entry: Entry(campaign: mail.campaign, firstSeen: mail.time, lastSeen: mail.time))
            var tally = tallies.removeValue(forKey: mail.campaign) ?? first
            tally.entry.messages += 1
            tally.entry.lastSeen = max(tally.entry.lastSeen, mail.time)
            tally.entry.treatments[mail.treatment, default: 0] += 1
            tally.recipients.insert(mail.recipient)
            tally.networks.insert(mail.network)
            tally.domains[mail.recipientDomain, default: 0] += 1
            if !mail.dialect.isEmpty { tally.dialects[mail.dialect, default: 0] += 1 }
            tallies[mail.campaign] = tally
        }
        entries = tallies.values
            .map { tally in
                var entry = tally.entry
                entry.recipients = tally.recipients.count
                entry.networks = tally.networks.count
                entry.domains = Tally.mostFrequent(tally.domains)
                entry.dialects = Tally.mostFrequent(tally.dialects)
                return entry
            }
            .sorted { ($1.lastSeen, $0.campaign) < ($0.lastSeen, $1.campaign) }
    }
}
