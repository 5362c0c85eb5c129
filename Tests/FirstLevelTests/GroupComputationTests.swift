import FirstLevel
import SMTP
import SenderExchange
import Seeded
import Signing
import SpamTracker
import Testing

@Suite("What a group computes")
struct GroupComputationTests {
    @Test("bots that several sites have seen are listed, honest senders are not, and strangers are judged by the model")
    func separates() throws {
        let group = Group()
        let outcome = try #require(try group.outcome())
        let snapshot = outcome.snapshot
        #expect(snapshot.until == Group.start + 3 * Group.day)
        #expect(!snapshot.model.clusters.isEmpty)
        let bots = (0..<60).compactMap { snapshot.listed[SenderKey(bits: Group.bot($0))] }
        #expect(bots.count > 50)
        #expect(bots.contains { $0.sites > 1 })
        #expect(snapshot.listed[SenderKey(bits: Group.provider)] == nil)
        let honest = (0..<80).filter {
            snapshot.listed[SenderKey(bits: Group.honest($0 / 20 * 100 + $0 % 20))].map { $0.probability > 900 }
                ?? false
        }
        #expect(honest.isEmpty)
    }

    @Test("the snapshot does not depend on the order of arrival, nor on threads")
    func determinism() throws {
        let group = Group()
        let expected = try #require(try group.outcome()).snapshot.bytes
        var generator = SeededGenerator(seed: 5)
        for threads in [1, 2, 7] {
            var shuffled = group
            shuffled.submissions.shuffle(using: &generator)
            var sites = shuffled.sites()
            sites.shuffle(using: &generator)
            var options = GroupOptions()
            options.clustering.maximumThreads = threads
            let outcome = try GroupComputation(sites, group: group.id, options: options).run()
            #expect(outcome?.snapshot.bytes == expected)
        }
    }

    @Test("what is read back is what was published")
    func roundTrip() throws {
        let snapshot = try #require(try Group().outcome()).snapshot
        let read = try SenderSnapshot(bytes: snapshot.bytes, file: "x")
        #expect(read.bytes == snapshot.bytes)
        #expect(read.until == snapshot.until && read.listed.lines == snapshot.listed.lines)
        var generator = SeededGenerator(seed: 6)
        let bytes = snapshot.bytes
        for _ in 0..<300 {
            var changed = bytes
            for _ in 0..<2 {
                changed[.random(in: changed.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            _ = try? SenderSnapshot(bytes: changed, file: "x")
            #expect(throws: DocumentFault.self) {
                try SenderSnapshot(
                    bytes: Array(bytes.prefix(.random(in: 0..<bytes.count, using: &generator))), file: "x")
            }
        }
    }

    @Test("nothing of fewer than the anonymity's senders or sites is published, and no past sender")
    func anonymity() throws {
        var group = Group()
        // A sender that only one site knows, and one that three know.
        let alone = UInt64(1) << 32 | 0x0a01_0203
        for place in group.submissions.indices where group.submissions[place].site == 0 {
            var submission = group.submissions[place].submission
            let cell = SenderSubmission.Cell(slot: submission.from.seconds, sender: alone, column: 5, mails: 1)
            submission = SenderSubmission(
                group: submission.group, from: submission.from, until: submission.until,
                labelsFrom: submission.labelsFrom, columns: submission.columns, cells: submission.cells + [cell],
                labels: submission.labels)
            group.submissions[place].submission = submission
        }
        let snapshot = try #require(try group.outcome()).snapshot
        let model = snapshot.model
        #expect(!model.history.hasSeen(SenderKey(bits: alone)))
        #expect(model.history.hasSeen(SenderKey(bits: Group.provider)))
        #expect(model.history.hasSeen(SenderKey(bits: Group.bot(3))))
        #expect(model.clusters.allSatisfy { $0.senderCount >= 3 })
        let text = String(decoding: snapshot.bytes, as: UTF8.self)
        #expect(!text.contains("\nexample "))
        #expect(!text.contains("\ntrusted "))
        let without = try #require(try group.outcome { $0.anonymity = 1 }).snapshot
        #expect(without.model.history.hasSeen(SenderKey(bits: alone)))
    }

    @Test("a sensor that is not trusted changes nothing that was learned, and its senders are scored all the same")
    func scoredOnly() throws {
        var group = Group(sites: 5)
        let stranger = UInt64(1) << 32 | 0xCB00_7100 + 1
        for place in group.submissions.indices where group.submissions[place].site == 4 {
            let submission = group.submissions[place].submission
            // It calls all honest senders spammers, and sees a neighbour of bots.
            let lies = (0..<400).map { SenderSubmission.Label(sender: Group.honest($0), isSpam: true) }
            let cell = SenderSubmission.Cell(slot: submission.from.seconds, sender: stranger, column: 5, mails: 1)
            group.submissions[place].submission = SenderSubmission(
                group: submission.group, from: submission.from, until: submission.until,
                labelsFrom: submission.labelsFrom, columns: submission.columns, cells: submission.cells + [cell],
                labels: lies)
        }
        var without = group
        without.submissions.removeAll { $0.site == 4 }
        let scored = try #require(try group.outcome([4: .scored])).snapshot
        let alone = try #require(try without.outcome([4: .scored])).snapshot
        #expect(scored.sites == (4, 1))
        #expect(SenderModelDocument.text(for: scored.model) == SenderModelDocument.text(for: alone.model))
        #expect(scored.senderCount > alone.senderCount)
        #expect(scored.listed[SenderKey(bits: stranger)] != nil)
        #expect(alone.listed[SenderKey(bits: stranger)] == nil)
    }

    @Test("a sensor that floods, accuses or invents counts for no more than a quarter of what the others bring")
    func influence() throws {
        var group = Group(sites: 5)
        for place in group.submissions.indices where group.submissions[place].site == 4 {
            let submission = group.submissions[place].submission
            let invented = (0..<3_000).map { number in
                SenderSubmission.Cell(
                    slot: submission.from.seconds + 900, sender: 1 << 32 | 0x6000_0000 + UInt64(number) << 8,
                    column: UInt32(number % 6), mails: 1)
            }
            group.submissions[place].submission = SenderSubmission(
                group: submission.group, from: submission.from, until: submission.until,
                labelsFrom: submission.labelsFrom, columns: submission.columns, cells: submission.cells + invented,
                labels: (0..<3_000).map { .init(sender: 1 << 32 | 0x6000_0000 + UInt64($0) << 8, isSpam: true) })
        }
        let outcome = try #require(try group.outcome())
        #expect(outcome.leftOut > 2_500)
        let honest = outcome.senders.all
        #expect(honest < 600)
        // Without anybody to hold it against there is no cap.
        let uncapped = try #require(try group.outcome { $0.share = 1 })
        #expect(uncapped.leftOut == 0 && uncapped.senders.all > 3_000)
    }

    @Test("sites that contradict most others are not heard, however well they agree, whatever they accuse or whitewash")
    func outliers() throws {
        for (liars, isAccusing) in [([6], true), ([5, 6], true), ([5, 6], false)] as [([Int], Bool)] {
            var group = Group(sites: 7)
            // Everybody labels the same regulars, so that sites can be compared.
            for place in group.submissions.indices {
                let submission = group.submissions[place].submission
                let isLiar = liars.contains(group.submissions[place].site)
                let regulars = (0..<60).map {
                    SenderSubmission.Label(sender: Group.honest(700 + $0), isSpam: isLiar && isAccusing)
                }
                let bots = (0..<60).map {
                    SenderSubmission.Label(sender: Group.bot($0), isSpam: !(isLiar && !isAccusing))
                }
                group.submissions[place].submission = SenderSubmission(
                    group: submission.group, from: submission.from, until: submission.until,
                    labelsFrom: submission.labelsFrom, columns: submission.columns, cells: submission.cells,
                    labels: regulars + bots)
            }
            let outcome = try #require(try group.outcome())
            #expect(Set(outcome.unheard) == Set(liars.map { group.keys[$0].publicKey.id.bits }))
            // Their counts are still there, and their labels as if they had none.
            var silent = group
            for place in silent.submissions.indices where liars.contains(silent.submissions[place].site) {
                silent.submissions[place].submission.labels = []
            }
            #expect(try #require(try silent.outcome()).snapshot.bytes == outcome.snapshot.bytes)
        }
        #expect(try #require(try Group(sites: 7).outcome()).unheard.isEmpty)
    }

    @Test("counts that are told twice count once")
    func overlaps() throws {
        let group = Group(sites: 3)
        let expected = try #require(try group.outcome()).snapshot
        // The last submission of a site tells its whole past again, as after its progress was lost.
        var again = group
        let mine = again.submissions.indices.filter { again.submissions[$0].site == 1 }
        let last = again.submissions[mine[mine.count - 1]].submission
        let all = mine.flatMap { again.submissions[$0].submission.cells }
        again.submissions[mine[mine.count - 1]].submission = SenderSubmission(
            group: last.group, from: Group.start, until: last.until, labelsFrom: last.labelsFrom,
            columns: last.columns, cells: all, labels: last.labels)
        #expect(try #require(try again.outcome()).snapshot.bytes == expected.bytes)
    }

    @Test("what is older than the retention does not matter, whether a server still has it or not")
    func forgetting() throws {
        let group = Group(sites: 3, days: 6)
        var without = group
        without.submissions.removeAll { $0.submission.until <= Group.start + 2 * Group.day }
        func bytes(_ group: Group) throws -> [UInt8]? {
            try group.outcome { $0.retention = 3 * Group.day }?.snapshot.bytes
        }
        #expect(try bytes(group) == bytes(without))
    }

    @Test("without a trusted sensor there is no snapshot")
    func nobody() throws {
        #expect(try Group(sites: 2).outcome([0: .scored, 1: .scored]) == nil)
    }
}
