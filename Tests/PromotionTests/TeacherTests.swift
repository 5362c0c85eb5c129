import Dialects
import Envelopes
import FoundationEssentials
import Judgements
import Keeping
import Promotion
import SMTP
import ScratchFiles
import TaughtSite
import Testing

@Suite struct TeacherTests {
    private let scratch: Scratch
    private var shelf: ModelShelf { ModelShelf(scratch.path + "/models") }

    init() throws { scratch = try Scratch() }

    private func teach(_ site: MadeUpSite, now: UnixTime? = nil) throws -> Teacher.Outcome {
        try shelf.alone {
            try Teacher(
                store: site, shelf: shelf, knowing: DialectModel(dialects: []), since: UnixTime(seconds: 0),
                now: now ?? site.end
            )
            .teach(named: SiteDialects([])).outcome
        }
    }

    private func card(_ outcome: Teacher.Outcome) throws -> ModelCard {
        guard case .taught(let card) = outcome else {
            Issue.record("\(outcome)")
            throw CancellationError()
        }
        return card
    }

    private func missing(_ outcome: Teacher.Outcome) -> String {
        if case .tooEarly(let missing) = outcome { missing } else { "" }
    }

    private func model(_ number: Int) throws -> EnvelopeModel {
        let data = try #require(FileManager.default.contents(atPath: shelf.model(number)))
        return try EnvelopeModelDocument.model(from: data, file: "model")
    }

    @Test func anUntouchedSiteTeachesItselfWithinDays() throws {
        let card = try card(try teach(MadeUpSite(days: 6)))
        #expect(card.promoted)
        #expect(card.number == 1)
        #expect(shelf.inForce == 1)
        #expect(card.sources.isEmpty)
        #expect(card.truth == "history")
        #expect(card.figures.recall > 0.5)
        #expect(card.figures.touched <= 1)
        #expect(try shelf.card(1) == card)
        #expect(try model(1).part(at: .afterHeaders).border != nil)
    }

    @Test func sourcesAreOnTheCard() throws {
        let card = try card(try teach(MadeUpSite(days: 8, judged: [.blocklist: .spam])))
        #expect(card.truth == "judgements")
        #expect(card.sources.map(\.source) == ["blocklist"])
        #expect(card.sources[0].spam == 240)
        #expect((card.sources[0].recall ?? 0) > 0.9)
    }

    @Test func saysWhatIsMissing() throws {
        #expect(missing(try teach(MadeUpSite(days: 4))).contains("4 are needed"))
        #expect(missing(try teach(MadeUpSite(days: 0, servers: 0, bots: 0))).contains("no message was kept"))
        #expect(missing(try teach(MadeUpSite(days: 9, servers: 3))).contains("came back"))
        #expect(shelf.numbers.isEmpty)
        #expect(shelf.inForce == nil)
    }

    @Test func aSiteThatFellSilentLeavesTheModelInForce() throws {
        let site = MadeUpSite(days: 8)
        _ = try teach(site)
        let later = UnixTime(seconds: site.end.seconds + 7 * 86_400)
        #expect(missing(try teach(site, now: later)).contains("no message has come for 7 days"))
        #expect(shelf.inForce == 1)
    }

    @Test func aFilterThatCallsEverythingSpamIsLeftOutAndNamed() throws {
        var site = MadeUpSite(days: 8)
        for index in site.all.indices {
            site.all[index].judgements = [MailJudgement(.spam, from: .filterHeader, at: site.all[index].time)]
        }
        let card = try card(try teach(site))
        #expect(card.sources.first?.left_out?.contains("day") ?? false)
        #expect(card.promoted)
    }

    /// The site moves to other names and networks and looks, or hardly anybody comes back: whatever is in force then has
    /// earned it on days that it had not seen, or is what was in force before.
    @Test(arguments: [
        (8, 30, 240, false), (8, 30, 240, true), (8, 9, 20, false), (8, 9, 20, true), (20, 12, 900, true),
        (6, 60, 10, false),
    ])
    func whatIsInForceHasEarnedIt(days: Int, servers: Int, bots: Int, looksSwapped: Bool) throws {
        _ = try teach(MadeUpSite(days: 8))
        for seed: UInt64 in 2..<5 {
            let before = shelf.inForce
            let outcome = try teach(
                MadeUpSite(days: days, servers: servers, bots: bots, seed: seed, looksSwapped: looksSwapped))
            guard case .taught(let card) = outcome, card.promoted else {
                #expect(shelf.inForce == before)
                continue
            }
            #expect(shelf.inForce == card.number)
            #expect(card.figures.touched <= max(1, card.figures.organisations / 100, card.in_force?.touched ?? 0))
            let rival = try #require(card.in_force)
            #expect(card.figures.found >= rival.found || card.figures.touched < rival.touched)
        }
    }

    /// Where those who come back look as bots did before, the old model would harm them, and the new one takes its place.
    @Test func aSiteThatHasMovedTeachesItselfAnew() throws {
        _ = try teach(MadeUpSite(days: 8))
        let card = try card(try teach(MadeUpSite(days: 8, seed: 3, looksSwapped: true)))
        #expect(card.in_force_number == 1)
        #expect((card.in_force?.touched ?? 0) > 1)
        #expect(card.promoted)
        #expect(card.figures.touched <= 1)
        #expect(shelf.inForce == 2)
    }

    @Test func twoTeachersAtOnceAreOneTooMany() throws {
        _ = try shelf.alone {
            #expect {
                try shelf.alone { () }
            } throws: { "\($0)".contains("another argot is teaching") }
        }
        try shelf.alone { () }
    }

    @Test func whatCannotBeWrittenLeavesTheModelInForce() throws {
        _ = try teach(MadeUpSite(days: 8))
        let text = FileManager.default.contents(atPath: shelf.model(1))
        // A directory lies where the next model is to be written.
        try FileManager.default.createDirectory(atPath: shelf.model(2), withIntermediateDirectories: false)
        #expect(throws: (any Error).self) { try teach(MadeUpSite(days: 8, seed: 2)) }
        #expect(shelf.inForce == 1)
        #expect(FileManager.default.contents(atPath: shelf.model(1)) == text)
        #expect(shelf.numbers == [1])
    }

    @Test func theAdministratorGoesBackAndForth() throws {
        _ = try teach(MadeUpSite(days: 8))
        _ = try teach(MadeUpSite(days: 9, seed: 2))
        try shelf.promote(2, because: "test")
        #expect(shelf.inForce == 2)
        #expect(shelf.previous == 1)
        try shelf.promote(1, because: "test")
        #expect(shelf.inForce == 1)
        #expect(shelf.previous == nil)
        try shelf.clear()
        #expect(shelf.inForce == nil)
        #expect(throws: DocumentFault.self) { try shelf.promote(7, because: "test") }
    }

    @Test func anOldCardThatIsDamagedIsNamedAndNoRival() throws {
        _ = try teach(MadeUpSite(days: 8))
        try Data("{".utf8).write(to: URL(filePath: shelf.path + "/0001.json"))
        #expect {
            _ = try shelf.card(1)
        } throws: { "\($0)".contains("0001.json") }
        #expect(shelf.cards.isEmpty)
        // Half of a model, as a crash of something else may leave it.
        try Data("argot-envelopes 1\n".utf8).write(to: URL(filePath: shelf.model(1)))
        let next = try card(try teach(MadeUpSite(days: 8, seed: 2)))
        #expect(next.number == 2)
        #expect(next.in_force == nil)
    }

    @Test func theShelfKeepsTheNewest() throws {
        let text = EnvelopeModelDocument.text(
            for: try {
                _ = try teach(MadeUpSite(days: 6)); return try model(1)
            }())
        var card = try shelf.card(1)
        for number in 2...40 {
            card.number = number
            card.promoted = false
            try shelf.add(text, card)
        }
        #expect(shelf.numbers.count == 22)
        #expect(shelf.numbers.first == 1)
        #expect(shelf.inForce == 1)
    }
}
