import Dialects
import Sink
import Testing

@Suite("The catalogue of reply variations")
struct VariationCatalogueTests {
    private func text(_ id: String, _ ordinary: OrdinaryReply = OrdinaryReply(250, "2.1.5 Ok")) throws -> String {
        let variation = try #require(VariationCatalogue.variation(id))
        return String(decoding: variation.pieces(insteadOf: ordinary).flatMap(\.bytes), as: UTF8.self)
    }

    @Test func itHoldsEveryVariationOnce() {
        let all = VariationCatalogue.all
        #expect(all.count == 228)
        #expect(Set(all).count == all.count)
        #expect(Set(all.map(\.id)).count == all.count)
        #expect(all.allSatisfy { VariationCatalogue.variation($0.id) == $0 })
        #expect(VariationCatalogue.variation("rcpt.nonsense") == nil)
        for stage in ProbeStage.allCases {
            let classes = Set(VariationCatalogue.variations(at: stage).map(\.variationClass))
            #expect(classes == Set(VariationClass.allCases), "\(stage) lacks a class of the paper")
        }
    }

    /// The replies of the client x reply matrix, in dialects.md 2.5, byte for byte but for the words.
    @Test(arguments: [
        ("rcpt.mixed.250-550", "250-OK\r\n550 Error\r\n"), ("rcpt.mixed.550-250", "550-Error\r\n250 OK\r\n"),
        ("rcpt.mixed.250-450", "250-OK\r\n450 Error\r\n"), ("rcpt.end.lf", "250 2.1.5 Ok\n"),
        ("rcpt.end.late", "250 2.1.5 Ok\r\n"), ("rcpt.end.cr", "250 2.1.5 Ok\r\n"),
        ("rcpt.end.double", "250 2.1.5 Ok\r\n\r\n"), ("rcpt.truncated.code", "250\r\n"),
        ("rcpt.truncated.digits", "25\r\n250 2.1.5 Ok\r\n"), ("rcpt.truncated.text", "OK\r\n250 2.1.5 Ok\r\n"),
        ("rcpt.truncated.empty", "\r\n250 2.1.5 Ok\r\n"), ("rcpt.code.299", "299 2.1.5 Ok\r\n"),
        ("rcpt.code.259", "259 2.1.5 Ok\r\n"), ("rcpt.code.350", "350 2.1.5 Ok\r\n"),
        ("rcpt.code.650", "650 2.1.5 Ok\r\n"), ("rcpt.code.2500", "2500 2.1.5 Ok\r\n"),
        ("rcpt.status", "250 5.1.1 Ok\r\n"), ("rcpt.code.450", "450 4.2.0 Try again later\r\n"),
        ("rcpt.code.550", "550 5.1.1 Refused\r\n"), ("rcpt.code.421", "421 4.3.2 Service closing\r\n"),
        ("rcpt.multiline", "250-2.1.5 Ok\r\n250 OK\r\n"), ("rcpt.pieces", "250 2.1.5 Ok\r\n"),
        ("rcpt.delayed", "250 2.1.5 Ok\r\n"),
    ])
    func aReplyIsRendered(id: String, bytes: String) throws { #expect(try text(id) == bytes) }

    @Test func aReplyOfSeveralLinesIsRendered() throws {
        let ehlo = OrdinaryReply(250, "mx", "SIZE 10", "DSN")
        #expect(try text("ehlo.single", ehlo) == "250 mx\r\n")
        #expect(try text("ehlo.mixed.250-550", ehlo) == "250-mx\r\n250-SIZE 10\r\n550 DSN\r\n")
        #expect(try text("ehlo.mixed.550-250", ehlo) == "550-mx\r\n550-SIZE 10\r\n250 DSN\r\n")
        #expect(try text("ehlo.end.lf", ehlo) == "250-mx\n250-SIZE 10\n250 DSN\n")
        #expect(try text("data.code.250", OrdinaryReply(354, "Go on")) == "250 Go on\r\n")
        #expect(try text("greeting.code.229", OrdinaryReply(220, "mx")) == "229 mx\r\n")
    }

    @Test func formsThatChangeOnlyTheWayTellTheSame() {
        let ordinary = OrdinaryReply(451, "4.3.2 Later", "please")
        for variation in VariationCatalogue.all {
            let pieces = variation.pieces(insteadOf: ordinary)
            #expect(pieces.first?.pause == 0 || variation.form == .delayed)
            #expect(pieces.allSatisfy { !$0.bytes.isEmpty })
            #expect(pieces.reduce(0) { $0 + $1.pause } <= 5_000)
            switch variation.form {
            case .slowLines, .pieces, .delayed, .bareCarriageReturn, .lateEnd:
                #expect(pieces.flatMap(\.bytes) == ordinary.bytes, "\(variation)")
            default: break
            }
        }
    }

    /// A client that reads the first or the last code of any line must not take a harmless reply for an acceptance that
    /// the ordinary one was not, nor for a refusal for good.
    @Test func harmlessRepliesNeitherAcceptNorRefuseForGood() {
        let refusal = OrdinaryReply(451, "4.3.2 Please try another MX")
        for variation in VariationCatalogue.all where variation.harm == .none {
            let pieces = variation.pieces(insteadOf: variation.stage == .endOfData ? refusal : OrdinaryReply(250, "Ok"))
            let text = String(decoding: pieces.flatMap(\.bytes), as: UTF8.self)
            let firstDigits = Set(text.split(whereSeparator: \.isNewline).compactMap(\.first))
            if variation.stage == .endOfData { #expect(firstDigits == ["4"], "\(variation) \(text)") }
            if variation.stage != .quit { #expect(!firstDigits.contains("5"), "\(variation) \(text)") }
        }
    }

    @Test func aMilterOnlyRefusesAndDelays() {
        let possible = VariationCatalogue.all.filter(\.isPossibleForMilter)
        #expect(possible.contains { $0.id == "rcpt.code.450" })
        #expect(possible.contains { $0.id == "ehlo.delayed" })
        #expect(!possible.contains { $0.id == "ehlo.code.550" })
        #expect(possible.allSatisfy { $0.variationClass == .compliant && $0.stage.isOnTheWay })
    }
}
