import Campaigns
import Seeded
import Testing

/// How messages are grouped.
@Suite("Campaign table")
struct CampaignTableTests {
    private func shape(_ sites: [UInt64], layout: UInt64, subject: UInt64 = 1) -> MessageShape {
        MessageShape(
            templates: sites.map { MessageShape.Template(key: $0, kind: .site) }, layout: layout,
            layoutAndSubject: layout &* 1_000_003 &+ subject)
    }

    @Test("One template, one campaign, whatever the layout; named after the smallest")
    func sharing() {
        var table = CampaignTable()
        #expect(
            table.place(shape([20, 30], layout: 1))
                == .init(campaign: CampaignID(20), joined: [CampaignID(30)], isNew: true))
        #expect(table.place(shape([30], layout: 2))?.campaign == CampaignID(20))
        let smaller = table.place(shape([30, 10], layout: 1))
        #expect(smaller == .init(campaign: CampaignID(10), joined: [CampaignID(20)]))
        #expect(table.place(shape([20], layout: 9))?.campaign == CampaignID(10))
        #expect(table.campaignCount == 1 && table.templateCount == 3)
    }

    @Test("A message joins two campaigns of its layout")
    func joining() {
        var table = CampaignTable()
        _ = table.place(shape([5], layout: 1))
        _ = table.place(shape([7], layout: 1))
        #expect(table.campaignCount == 2)
        #expect(table.place(shape([5, 7], layout: 1)) == .init(campaign: CampaignID(5), joined: [CampaignID(7)]))
        #expect(table.place(shape([7], layout: 4))?.campaign == CampaignID(5) && table.campaignCount == 1)
    }

    @Test("What is in everybody's mail joins nobody")
    func everybody() {
        var table = CampaignTable()
        var campaigns: Set<CampaignID> = []
        for sender: UInt64 in 1...20 {
            for _ in 0..<3 { campaigns.insert(table.place(shape([500, 1_000 + sender], layout: sender))!.campaign) }
        }
        // The first one may be named after it.
        #expect(campaigns.count == 20)
        // By itself it groups nothing more than layout and subject do.
        #expect(table.place(shape([500], layout: 90))?.campaign != table.place(shape([500], layout: 91))?.campaign)
    }

    @Test("What good clients send joins nobody, and two of them have to")
    func good() {
        var table = CampaignTable()
        table.noteGood(shape([500], layout: 1), of: 8)
        table.noteGood(shape([500], layout: 1), of: 8)
        let first = table.place(shape([500], layout: 4))?.campaign
        #expect(first == CampaignID(500) && table.place(shape([500], layout: 5))?.campaign == first)
        table.noteGood(shape([500], layout: 1), of: 10)
        #expect(table.place(shape([500], layout: 6))?.campaign != first)
        // Layout and subject of a message without addresses can be everybody's, too.
        for client: UInt64 in [2, 4] { table.noteGood(shape([], layout: 7), of: client) }
        #expect(table.place(shape([], layout: 7)) == nil)
    }

    @Test("Without addresses layout and subject group")
    func plain() {
        var table = CampaignTable()
        let one = table.place(shape([], layout: 1))?.campaign
        #expect(table.place(shape([], layout: 1))?.campaign == one)
        #expect(table.place(shape([], layout: 1, subject: 2))?.campaign != one)
        #expect(table.place(shape([], layout: 2))?.campaign != one)
    }

    @Test("What was kept is known again")
    func restoring() {
        var table = CampaignTable()
        table.restore([(CampaignID(30), CampaignID(20)), (CampaignID(40), CampaignID(20))])
        #expect(table.campaignCount == 1 && table.templateCount == 3)
        for key: UInt64 in [20, 30, 40] { #expect(table.place(shape([key], layout: key))?.campaign == CampaignID(20)) }
    }

    @Test("What is in everybody's mail stays so after a restart")
    func restoringCommon() {
        var table = CampaignTable()
        var (common, joined): ([UInt64], [(campaign: CampaignID, root: CampaignID)]) = ([], [])
        for sender: UInt64 in 1...6 {
            let placement = table.place(shape([500, 1_000 + sender], layout: sender))!
            common += placement.common
            joined += placement.joined.map { ($0, placement.campaign) }
        }
        #expect(common == [500] && joined.map(\.campaign) == [CampaignID(1_001)])
        var other = CampaignTable()
        other.restore(joined, common: common)
        let campaigns = (7...12 as ClosedRange<UInt64>).map {
            other.place(shape([500, 1_000 + $0], layout: $0))!.campaign
        }
        #expect(Set(campaigns).count == 6)
        // Without it, the first one would be taken for a part of what was named after it.
        var forgetful = CampaignTable()
        forgetful.restore(joined)
        #expect(forgetful.place(shape([500], layout: 7))?.campaign == CampaignID(500))
    }

    @Test("Memory is bounded, and what was seen longest ago makes room")
    func capacity() {
        var rules = CampaignRules()
        rules.capacity = 300
        var table = CampaignTable(rules: rules)
        for key: UInt64 in 1...10_000 {
            _ = table.place(shape([key * 64, 64 * (key / 7 + 20_000)], layout: key / 7))
            #expect(table.place(shape([64], layout: 1))?.campaign == CampaignID(64))
            #expect(table.templateCount <= 300 && table.campaignCount <= table.templateCount)
        }
        table.restore((1...900).map { (CampaignID($0 * 3), CampaignID($0 * 3 + 1)) })
        #expect(table.templateCount == 300)
    }

    @Test(
        "Whatever comes, the books are right, and the same messages give the same campaigns",
        arguments: 0..<20 as Range<UInt64>)
    func anything(seed: UInt64) {
        var rules = CampaignRules()
        rules.capacity = 256
        var (one, other) = (CampaignTable(rules: rules), CampaignTable(rules: rules))
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<3_000 {
            let templates = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                MessageShape.Template(
                    key: UInt64.random(in: 1...900, using: &generator),
                    kind: [.site, .home, .path, .drawn].randomElement(using: &generator)!)
            }
            let shape = MessageShape(
                templates: templates, layout: .random(in: 0...20, using: &generator),
                layoutAndSubject: .random(in: 1_000...1_100, using: &generator))
            if Int.random(in: 0..<50, using: &generator) == 0 {
                one.noteGood(shape, of: shape.layout)
                other.noteGood(shape, of: shape.layout)
            } else {
                #expect(one.place(shape) == other.place(shape))
            }
            #expect(one.templateCount <= 256 && 0...one.templateCount ~= one.campaignCount)
        }
    }
}
