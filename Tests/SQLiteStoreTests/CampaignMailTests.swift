import Campaigns
import Keeping
import Memory
import SMTP
import Testing

@testable import SQLiteStore

@Suite("Messages of campaigns")
struct CampaignMailTests {
    private func mail(_ campaign: UInt64, at time: UnixTime = noon, to recipient: Int = 1) -> CampaignMail {
        CampaignMail(
            time: time, session: "s\(recipient)", campaign: CampaignID(campaign), recipient: hash(recipient),
            network: hash(2), recipientDomain: "lab.example", dialect: "cutwail", treatment: .lied)
    }

    private func mails(_ store: Store, since: UnixTime? = nil) throws -> [CampaignMail] {
        var mails: [CampaignMail] = []
        try store.campaignMails(since: since) { mails.append($0) }
        return mails
    }

    @Test("what was written is read, the oldest first")
    func reading() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let (early, late) = (mail(.max), mail(7, at: noon + 60, to: 5))
        try store.apply([.campaignMail(late), .campaignMail(early)])
        #expect(try mails(store) == [early, late])
        #expect(try mails(store, since: noon + 1) == [late])
        #expect(try store.counts().campaignMails == 2)
    }

    @Test("campaigns that join have one name, whatever order that is heard in", arguments: 0..<6)
    func joining(order: Int) throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let all: [StoreChange] = [
            .campaignMail(mail(9)), .campaignMail(mail(7)), .campaignMail(mail(3)), .campaignMail(mail(1)),
            .campaignsJoined(CampaignID(9), into: CampaignID(7)), .campaignsJoined(CampaignID(3), into: CampaignID(7)),
        ]
        try store.apply(Array(all[order...] + all[..<order]))
        #expect(try mails(store).map(\.campaign.number).sorted() == [1, 3, 3, 3])
        try store.apply([.campaignMail(mail(9, at: noon + 1))])
        #expect(try mails(store, since: noon + 1).map(\.campaign.number) == [3])
    }

    @Test("they are purged by recipient, by client's network and by age, and go with the key")
    func removal() throws {
        let scratch = Scratch()
        do {
            let store = try Store(path: scratch.database, hashingKey: testKey)
            try store.apply([
                .campaignMail(mail(1)), .campaignMail(mail(1, to: 5)), .campaignMail(mail(1, at: noon + 60, to: 6)),
            ])
            #expect(try store.purge(.recipient(hash(5)), lastSeenUpTo: noon + 99).campaignMails == 1)
            #expect(try store.purge(.olderThan(noon + 30), lastSeenUpTo: noon + 99).campaignMails == 1)
            #expect(try mails(store).map(\.recipient) == [hash(6)])
            var retention = Retention()
            retention.ledgerDays = 1
            _ = try store.prune(now: noon + 3_600, retention: retention)
            #expect(try mails(store).count == 1)
            _ = try store.prune(now: noon + 86_400 + 61, retention: retention)
            #expect(try mails(store).isEmpty)
            try store.apply([
                .campaignMail(mail(1)), .campaignsJoined(CampaignID(1), into: CampaignID(9)), .commonTemplate(7, noon),
            ])
            let state = try store.loadState()
            #expect(state.campaigns == [CampaignID(9): CampaignID(1)] && state.commonTemplates == [7])
        }
        let store = try Store(updating: scratch.database)
        #expect(try store.forgetHashes().removed.campaignMails == 1)
        #expect(try mails(store).isEmpty)
    }

    @Test("names of campaigns are read as they are written, and nothing else is")
    func names() {
        for number in [0, 1, 0xDEAD_BEEF, UInt64.max] {
            let id = CampaignID(number)
            #expect(CampaignID(id.description) == id)
            #expect(id.description.utf8.count == 18)
        }
        for name in ["", "c-", "c-+00000000000001", "c-0000000000000001f", "c-000000000000000", "d-0000000000000001"] {
            #expect(CampaignID(name) == nil)
        }
    }
}
