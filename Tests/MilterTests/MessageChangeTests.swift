import EngineTraits
import FakeMTA
import Testing

@Suite("Changes at the end of the message", .bothEngines)
struct MessageChangeTests {
    static let withoutSpace = NegotiationOffer(steps: MilterSteps.all.subtracting(.leadingSpace))

    struct Change: CustomTestStringConvertible, Sendable {
        var option: String
        var modification: MilterModification
        var action: MilterActions

        init(_ option: String, _ modification: MilterModification) {
            self.option = option
            self.modification = modification
            action = modification.neededAction
        }

        var testDescription: String { option }
    }

    static let changes = [
        Change("addheader:X-A: one: two", .addHeader(name: "X-A", value: " one: two")),
        Change("addheader:X-A: folded\n\ttwice\n x", .addHeader(name: "X-A", value: " folded\n\ttwice\n x")),
        Change("addheader:X-A: 100% %s", .addHeader(name: "X-A", value: " 100% %s")),
        Change("insheader:0:X-B: top", .insertHeader(index: 0, name: "X-B", value: " top")),
        Change("insheader:7:X-B: lower", .insertHeader(index: 7, name: "X-B", value: " lower")),
        Change("chgheader:Subject:1: new", .changeHeader(name: "Subject", index: 1, value: " new")),
        Change("chgheader:To:2:", .deleteHeader(name: "To", index: 2)),
        Change("quarantine:odd: very", .quarantine(reason: "odd: very")),
        Change("chgfrom:<b@example.net>", .changeSender("<b@example.net>", arguments: nil)),
        Change("addrcpt:<c@lab.example>", .addRecipient("<c@lab.example>", arguments: nil)),
        Change("delrcpt:<b@lab.example>", .deleteRecipient("<b@lab.example>")),
        Change("replacebody:new body", .replaceBody(Array("new body".utf8))),
    ]

    static func answer(_ options: [String], offer: NegotiationOffer) throws -> (answer: MilterAnswer, record: [String])
    {
        let filter = try ScriptedFilter(
            ScriptedFilter.probe, options: options.flatMap { ["--answer", "eom=\($0)"] })
        let session = try FakeMTASession(socket: filter.socket, offer: offer)
        for stage in Stage.allCases.dropLast() where stage != .data && stage != .unknown {
            _ = try stage.answer(of: session)
        }
        let answer = try session.endOfMessage()
        try session.quit()
        return (answer, filter.record(ofSession: 1))
    }

    @Test(arguments: changes)
    func isMade(change: Change) throws {
        let run = try Self.answer([change.option], offer: .postfix)
        #expect(run.answer == MilterAnswer(.continue, modifications: [change.modification]))
        #expect(run.record.suffix(2) == ["eom", "close"])
    }

    /// The mail server writes the blank itself then.
    @Test func withoutLeadingSpaceHeadersComeWithoutTheirBlank() throws {
        let run = try Self.answer(
            ["addheader:X-A: one", "insheader:0:X-B: two", "chgheader:Subject:1: new"], offer: Self.withoutSpace)
        #expect(
            run.answer.modifications == [
                .addHeader(name: "X-A", value: "one"), .insertHeader(index: 0, name: "X-B", value: "two"),
                .changeHeader(name: "Subject", index: 1, value: "new"),
            ])
    }

    @Test(arguments: changes)
    func isRefusedIfItWasNotOffered(change: Change) throws {
        let offer = NegotiationOffer(actions: MilterActions.all.subtracting(change.action))
        let run = try Self.answer([change.option], offer: offer)
        #expect(run.answer == MilterAnswer(.continue))
        #expect(run.record.suffix(3) == ["eom", "error actionNotAgreed", "close"])
    }

    @Test func anOldMailServerOffersSome() throws {
        let run = try Self.answer(["chgfrom:<x@example.net>", "addheader:X-A: one"], offer: .version2)
        #expect(run.answer == MilterAnswer(.continue, modifications: [.addHeader(name: "X-A", value: "one")]))
    }

    @Test(arguments: ["addheader:X A: x", "addheader:X-Ä: x", "addheader:X-A: a\rb", "addheader:X-A: a\nBcc: b"])
    func aHeaderThatWouldBreakTheMessageIsRefused(option: String) throws {
        let run = try Self.answer([option], offer: .postfix)
        #expect(run.answer == MilterAnswer(.continue))
        #expect(run.record.suffix(3) == ["eom", "error headerSyntax", "close"])
    }

    @Test func comeInOrderBeforeTheVerdict() throws {
        let run = try Self.answer(
            [
                "progress", "addheader:X-A: 1", "reject", "chgheader:To:1:", "progress", "quarantine:why",
                "tempfail",
            ], offer: .postfix)
        #expect(
            run.answer
                == MilterAnswer(
                    .tempfail,
                    modifications: [
                        .addHeader(name: "X-A", value: " 1"), .deleteHeader(name: "To", index: 1),
                        .quarantine(reason: "why"),
                    ], progressCount: 2))
    }

    @Test func aLargeBodyIsReplacedInPieces() throws {
        let text = String(repeating: "0123456789abcdef", count: 6_000)
        let run = try Self.answer(["replacebody:\(text)", "replacebody:end"], offer: .postfix)
        let bytes = run.answer.modifications.flatMap { change -> [UInt8] in
            if case .replaceBody(let piece) = change { piece } else { [] }
        }
        #expect(bytes == Array((text + "end").utf8))
        #expect(run.answer.verdict == .continue)
    }
}
