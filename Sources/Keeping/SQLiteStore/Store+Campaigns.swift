internal import Campaigns
public import Keeping
public import SMTP
internal import SQLite

extension Store {
    /// Hands out the messages of campaigns that came at `since` or later, the oldest first. O(rows).
    public func campaignMails(since: UnixTime?, _ body: (CampaignMail) -> Void) throws(StoreError) {
        try attempt { () throws(SQLiteError) in
            let row = try database.prepare(
                """
                SELECT time, session, campaign, recipient, network, recipient_domain, dialect, treatment
                FROM campaign_mail WHERE time BETWEEN ?1 AND ?2 ORDER BY time, id
                """)
            try row.bind([
                .integer(max(since?.seconds ?? .min, Self.plausibleTimes.lowerBound)),
                .integer(Self.plausibleTimes.upperBound),
            ])
            while try row.step() {
                guard let recipient = KeyedHash(row, at: 3), let network = KeyedHash(row, at: 4),
                    let treatment = CampaignMail.Treatment(rawValue: row.text(at: 7))
                else { continue }
                body(
                    CampaignMail(
                        time: UnixTime(seconds: row.integer(at: 0)), session: row.text(at: 1),
                        campaign: CampaignID(UInt64(bitPattern: row.integer(at: 2))), recipient: recipient,
                        network: network, recipientDomain: row.text(at: 5), dialect: row.text(at: 6),
                        treatment: treatment))
            }
        }
    }

    /// What campaigns have become. O(rows).
    func joinedCampaigns() throws(StoreError) -> [CampaignID: CampaignID] {
        let pairs = try rows("SELECT campaign, root FROM campaign_alias") { row in
            (CampaignID(UInt64(bitPattern: row.integer(at: 0))), CampaignID(UInt64(bitPattern: row.integer(at: 1))))
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The recipients that the ledger of lies names, and whether anybody was lied to about them. O(rows).
    func ledgerRecipients() throws(StoreError) -> [KeyedHash: Bool] {
        let told = try rows(
            "SELECT recipient, min(spared) FROM lie WHERE undone_at IS NULL GROUP BY recipient"
        ) { row -> (KeyedHash, Bool)? in KeyedHash(row, at: 0).map { ($0, row.integer(at: 1) == 0) } }
        return Dictionary(told) { $0 || $1 }
    }

    /// A message that comes late belongs to what its campaign has become.
    func insert(_ mail: CampaignMail) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO campaign_mail VALUES (NULL, ?1, ?2,
                coalesce((SELECT root FROM campaign_alias WHERE campaign = ?3), ?3), ?4, ?5, ?6, ?7, ?8)
            """
        ).run(
            .integer(mail.time.seconds), .text(mail.session), .bits(mail.campaign.number), mail.recipient.blob,
            mail.network.blob, .text(mail.recipientDomain), .text(mail.dialect), .text(mail.treatment.rawValue))
    }

    /// Whatever order servers hear it in, all call the same messages by one name. O(rows): campaigns join seldom.
    func join(_ campaign: CampaignID, into root: CampaignID) throws(SQLiteError) {
        let roots = try [campaign, root].map { id throws(SQLiteError) in try self.root(of: id) }
        guard roots[0] != roots[1] else { return }
        let (kept, gone) = (min(roots[0], roots[1]), max(roots[0], roots[1]))
        let values: [SQLiteValue] = [.bits(gone.number), .bits(kept.number)]
        try statement("UPDATE campaign_alias SET root = ?2 WHERE root = ?1").run(values)
        try statement("INSERT OR REPLACE INTO campaign_alias VALUES (?1, ?2)").run(values)
        try statement("UPDATE campaign_mail SET campaign = ?2 WHERE campaign = ?1").run(values)
    }

    private func root(of campaign: CampaignID) throws(SQLiteError) -> CampaignID {
        let row = try statement("SELECT root FROM campaign_alias WHERE campaign = ?1")
        defer { row.reset() }
        try row.bind([.bits(campaign.number)])
        return try row.step() ? CampaignID(UInt64(bitPattern: row.integer(at: 0))) : campaign
    }
}
