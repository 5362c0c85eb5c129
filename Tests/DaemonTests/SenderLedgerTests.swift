import Configuration
import Decision
import Envelopes
import Judgements
import Keeping
import KeyedHashing
import SMTP
import SQLiteStore
import SpamTracker
import Testing

@testable import Daemon

@Suite("The senders' ledger")
struct SenderLedgerTests {
    typealias Site = LedgerSite

    private func text(_ result: SenderTracker.Workload.Result) -> String {
        SenderModelDocument.text(for: result.model)
    }

    /// What was learned of each domain, by name: another order of arrival gives other numbers, and sums in another order.
    private func agree(_ one: SenderModel, _ other: SenderModel) -> Bool {
        func evidence(_ model: SenderModel) -> [String: [Int64]] {
            Dictionary(
                uniqueKeysWithValues: model.table.names.enumerated().map { number, name in
                    let known = number < model.domains.spam.count
                    let values = known ? [model.domains.spam[number], model.domains.background[number]] : [0, 0]
                    return (name, values.map { Int64(($0 * 1e9).rounded()) })
                })
        }
        let weights = zip(
            one.combinedModel.weights + one.contrastModel.weights,
            other.combinedModel.weights + other.contrastModel.weights)
        return evidence(one) == evidence(other) && weights.allSatisfy { abs($0 - $1) < 1e-6 }
            && one.clusters.map(\.senderCount) == other.clusters.map(\.senderCount)
    }

    /// What a ledger learns that knew all labels from the start: the reference for one that learns them late.
    private func reference(of site: Site, onDay day: Int64) throws -> SenderTracker.Workload.Result {
        site.ledger = SenderLedger(site.settings, key: site.key)
        try site.reload(onDay: day)
        return try site.work(onDay: day)
    }

    @Test("what is stored and read again teaches what was recorded live")
    func survivesRestart() throws {
        let site = try Site()
        for day in Int64(0)..<4 {
            try site.send(onDay: day, trapped: 0..<10)
            try site.work(onDay: day + 1)
        }
        let live = try site.work(onDay: 5)
        let again = try reference(of: site, onDay: 5)
        #expect(live.model.canJudge && !live.model.clusters.isEmpty)
        #expect(agree(again.model, live.model))
        #expect(again.senders == live.senders)
    }

    @Test("labels said days after the mails are learned by the next work, as if they had been known")
    func learnsLateLabels() throws {
        let site = try Site()
        for day in Int64(0)..<4 {
            try site.send(onDay: day, trapped: 0..<2)
            try site.work(onDay: day + 1)
        }
        let before = try site.work(onDay: 4)
        #expect(!before.hasRelearned)
        for bot in 2..<12 { try site.label(Site.bot(bot)) }
        try site.reload(onDay: 4)
        let after = try site.work(onDay: 4)
        #expect(after.hasRelearned)
        #expect(after.model.domains.spamTotal > before.model.domains.spamTotal * 3)
        #expect(after.senders.spam > before.senders.spam)
        #expect(agree(after.model, try reference(of: site, onDay: 4).model))
        // Nothing is learned a third time.
        #expect(try !site.work(onDay: 4).hasRelearned)
    }

    /// A message of a bot or an honest sender, as the daemon keeps it.
    private func sighting(_ client: ClientAddress, _ number: Int, on day: Int64, of site: Site) -> Sighting {
        Sighting(
            id: "s\(day)-\(number).1", time: Site.midnight + day * Site.day + 3_600,
            client: site.key.hash(client: client),
            network: KeyedHash(bits: UInt128(number)), sender: site.ledger.pseudonyms.sender(client).bits,
            vantage: .milterPostfix, envelope: EnvelopeSummary(text: "")!)
    }

    @Test("what others say of messages labels their senders, late too, by its rank")
    func learnsJudgements() throws {
        let site = try Site()
        var changes: [StoreChange] = []
        for day in Int64(0)..<4 {
            try site.send(onDay: day)
            for bot in 0..<20 {
                var one = sighting(Site.bot(bot), bot, on: day, of: site)
                one.queueID = KeyedHash(bits: UInt128(1_000 * (day + 1) + Int64(bot)) << 64)
                changes.append(.sighting(one))
            }
            for sender in 0..<20 {
                changes.append(.sighting(sighting(Site.honest(sender), 100 + sender, on: day, of: site)))
            }
        }
        try site.store.apply(changes)
        func hear(onDay day: Int64) throws {
            let now = Site.midnight + day * Site.day + 60
            try site.ledger.hear(Store(readingFrom: site.database), settings: site.settings, now: now)
        }
        // Everybody was seen, and nobody has said anything: what Argot itself makes of it is no label.
        try hear(onDay: 4)
        #expect(!site.ledger.hasLabels)
        try site.work(onDay: 4)
        for day in Int64(0)..<4 {
            for bot in 0..<10 {
                let queueID = KeyedHash(bits: UInt128(1_000 * (day + 1) + Int64(bot)) << 64)
                let judgement = MailJudgement(.spam, from: .filterLog, at: Site.midnight + 4 * Site.day)
                #expect(try site.store.judge(.queueID(queueID), judgement) == 1)
            }
        }
        try hear(onDay: 4)
        #expect(site.ledger.hasLabels && site.ledger.isRelearning)
        let learned = try site.work(onDay: 4)
        #expect(learned.hasRelearned && learned.senders.spam == 10 && learned.model.domains.spamTotal > 0)
        #expect(learned.model.canJudge && !learned.model.clusters.isEmpty)
        #expect(agree(learned.model, try reference(of: site, onDay: 4).model))
        // The administrator stands above.
        for bot in 0..<10 { try site.label(Site.bot(bot), spam: false) }
        try site.reload(onDay: 4)
        #expect(try site.work(onDay: 4).senders.spam == 0)
    }

    @Test("a label that is taken back is unlearned")
    func unlearns() throws {
        let site = try Site()
        for day in Int64(0)..<3 { try site.send(onDay: day, trapped: 0..<6) }
        let before = try site.work(onDay: 3)
        let networks = (6..<20).map { AddressPrefix(containing: Site.bot($0), length: 24) }
        try site.store.replaceBlocklist("list", with: networks, at: Site.midnight)
        try site.reload(onDay: 3)
        let listed = try site.work(onDay: 3)
        #expect(listed.model.domains.spamTotal > before.model.domains.spamTotal)
        try site.store.replaceBlocklist("list", with: [], at: Site.midnight)
        try site.reload(onDay: 3)
        #expect(text(try site.work(onDay: 3)) == text(before))
    }

    @Test("a trap that is hit at last tells of the days before; one that a stranger hits tells nothing of them")
    func learnsLateTraps() throws {
        let site = try Site()
        for day in Int64(0)..<3 { try site.send(onDay: day, trapped: 0..<2) }
        let before = try site.work(onDay: 3)
        #expect(!site.ledger.isRelearning)
        site.aim(ClientAddress(ipv4: 0x0102_0304), "trap.example", Site.midnight + 3 * Site.day + 100, isTrap: true)
        #expect(!site.ledger.isRelearning)
        for bot in 2..<12 {
            site.aim(Site.bot(bot), "trap.example", Site.midnight + 3 * Site.day + 200, isTrap: true)
        }
        #expect(site.ledger.isRelearning)
        try site.store.add(site.ledger.takeNewCells())
        let after = try site.ledger.workload(at: Site.midnight + 3 * Site.day + 300, settings: site.settings).run()
        #expect(after.hasRelearned)
        #expect(after.model.domains.spamTotal > before.model.domains.spamTotal * 3)
        _ = site.ledger.adopt(after)
        #expect(agree(try site.work(onDay: 3).model, try reference(of: site, onDay: 3).model))
    }

    @Test("mails imported for days that were learned are learned with them")
    func learnsLateMails() throws {
        let site = try Site()
        for day in Int64(0)..<3 { try site.send(onDay: day, trapped: 0..<4) }
        let before = try site.work(onDay: 3)
        let pseudonyms = SenderPseudonyms(key: site.key)
        let slot = Site.midnight.seconds + Site.day + 7_200
        try site.store.add(
            (0..<30).map { number in
                SenderCell(
                    slot: slot, sender: pseudonyms.sender(ClientAddress(ipv4: 0x0A00_0001 + UInt32(number) << 8)).bits,
                    domain: pseudonyms.domain("t\(number % 6).example"), mails: 1, spam: 1)
            })
        try site.reload(onDay: 3)
        let after = try site.work(onDay: 3)
        #expect(after.hasRelearned)
        #expect(after.model.domains.spamTotal > before.model.domains.spamTotal + 20)
    }

    @Test("what the matrix is about to forget is kept as it was learned, and survives a restart")
    func keepsWhatIsForgotten() throws {
        let site = try Site { $0.senderRetention = 5 * Site.day }
        for day in Int64(0)..<12 {
            try site.send(onDay: day, bots: day < 6 ? 0..<20 : 20..<40, trapped: day < 6 ? 0..<10 : 20..<30)
            try site.work(onDay: day + 1)
        }
        let before = try site.work(onDay: 12)
        let base = try #require(before.base.learnedUntil)
        #expect(base <= Site.midnight + 10 * Site.day && base >= Site.midnight + 8 * Site.day)
        // The first campaign is in nothing but the base: a label for it changes nothing, one for the second does.
        try site.label(Site.bot(12))
        try site.reload(onDay: 12)
        let unchanged = try site.work(onDay: 12)
        #expect(unchanged.hasRelearned)
        #expect(text(unchanged) == text(before))
        try site.label(Site.bot(33))
        let models = SenderModels(model: unchanged.model, base: unchanged.base)
        site.ledger = SenderLedger(site.settings, key: site.key)
        try site.reload(onDay: 12, models: models)
        let after = try site.work(onDay: 12)
        #expect(after.hasRelearned)
        #expect(after.model.domains.spamTotal > before.model.domains.spamTotal)
        #expect(after.model.history.hasSeen(SenderPseudonyms(key: site.key).sender(Site.bot(3))))
    }

    @Test("with nothing to learn from again, nothing that was learned is lost")
    func losesNothing() throws {
        let site = try Site()
        for day in Int64(0)..<4 { try site.send(onDay: day, trapped: 0..<10) }
        let learned = try site.work(onDay: 4)
        let empty = try Site()
        for base in [learned.base, nil] {
            empty.ledger = SenderLedger(empty.settings, key: empty.key)
            try empty.reload(onDay: 4, models: SenderModels(model: learned.model, base: base))
            let result = try empty.work(onDay: 4)
            #expect(!result.hasRelearned)
            #expect(result.model.inputHash == learned.model.inputHash)
            #expect(result.model.domains.spamTotal == learned.model.domains.spamTotal)
        }
    }

    @Test("a bot's dialect labels only where the administrator allows it; nobody's label makes no score")
    func mindsPermissions() throws {
        for isAllowed in [false, true] {
            let site = try Site { $0.sendersLearnFromDialects = isAllowed }
            for bot in 0..<10 {
                _ = site.ledger.record(
                    SenderAim(
                        client: Site.bot(bot), domain: "t\(bot % 3).example", time: Site.midnight + 60,
                        isBotDialect: true),
                    settings: site.settings)
            }
            #expect(site.ledger.hasLabels == isAllowed)
            #expect(try site.work(onDay: 1).senders.spam == (isAllowed ? 10 : 0))
        }
    }
}
