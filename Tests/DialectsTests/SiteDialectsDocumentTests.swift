import Dialects
import Documents
import SMTP
import Seeded
import Testing

/// The document of a site's dialects.
struct SiteDialectsDocumentTests {
    private func read(_ text: String) throws(DocumentFaults) -> SiteDialects {
        try SiteDialectsDocument.dialects(from: text.utf8, file: "f")
    }

    private static func random(_ generator: inout SeededGenerator) -> SiteDialect {
        func number(_ most: Int) -> Int { Int.random(in: 0...most, using: &generator) }
        func side() -> SiteDialect.Side {
            SiteDialect.Side(
                networks: number(300), organisations: number(9), sightings: number(9_999), days: number(40),
                weight: Double.random(in: 0...256, using: &generator))
        }
        let depth = SiteDialect.Depth.allCases[number(1)]
        return SiteDialect(
            depth: depth,
            fingerprint: depth == .speech
                ? UInt64.random(in: 0 ... .max, using: &generator)
                : UInt64(UInt32.random(in: 0 ... .max, using: &generator)),
            vantage: Vantage.allCases[number(3)], state: SiteDialect.State.allCases[number(3)],
            shape: ["EHLO name; MAIL FROM: <>; RCPT TO:<>", "greets not; {junk}", ""][number(2)],
            label: number(2) == 0 ? SiteDialect.Label(name: "bot-\(number(99)).x", dialectClass: .bot) : nil,
            sightings: number(9_999), networks: number(256), spam: side(), honest: side(),
            sources: number(1) == 0 ? ["blocklist": number(9), "trap": 1] : [:],
            distinctions: number(1) == 0 ? [SiteDialect.Distinction(aspect: "helo", difference: 0.925)] : [])
    }

    @Test func whatIsWrittenIsReadBack() throws {
        var generator = SeededGenerator(seed: 3)
        for count in [0, 1, 40] {
            let site = SiteDialects(
                (0..<count).map { _ in Self.random(&generator) },
                origin: SiteDialects.Origin(time: UnixTime(seconds: 1_893_456_000), sightings: 9, judged: 4))
            let text = SiteDialectsDocument.text(for: site)
            #expect(try read(text) == site)
            #expect(try read(text.replacing("\n", with: "\r\n")) == site)
        }
    }

    private static let head = "argot-site-dialects 1\ntaught 1 2 3\n"
    private static let dialect = head + "dialect speech 1f wire hostile\n"

    private static let faulty: [(text: String, fault: String)] = [
        ("", "f: the file is empty"),
        ("argot-dialects 2\n", "f:1: this is not a file of site dialects"),
        ("argot-site-dialects 1\n", "f: \"taught\" is missing"),
        (head + "taught 1 2 3\n", "f:3: \"taught\" is given twice"),
        (head + "taught 1 -2 3\n", "f:3: three numbers"), (head + "shape a\n", "f:3: \"shape\" is before"),
        (head + "dialect speech 1f moon hostile\n", "f:3: depth"),
        (head + "dialect course 1ffffffff wire hostile\n", "f:3: the fingerprint of a course"),
        (dialect + "dialect speech 1f wire mixed\n", "f:4: the fingerprint is given twice"),
        (dialect + "shape \u{e4}\n", "f:4: the shape"), (dialect + "label a/b bot\n", "f:4: a name of letters"),
        (dialect + "seen 1\n", "f:4: \"seen\" needs 2"),
        (dialect + "spam 1 1 1 1 nan\n", "f:4: \"nan\" is not a number"),
        (dialect + "apart helo 2\n", "f:4: \"2\" is not a number"), (dialect + "hello\n", "f:4: unknown statement"),
        (dialect + "shape " + String(repeating: "a", count: 2_000), "f:4: the line is longer"),
        (dialect + "source x 99999999999999999999\n", "f:4: a source"),
        (dialect, "f: \"end\" is missing"), (dialect + "end 2\n", "f:4: there are 1 dialects"),
        (dialect + "end 1\nseen 1 1\n", "f:5: \"seen\" is behind the end"),
    ]

    @Test("Faults tell file, line and what to do", arguments: faulty)
    func faults(text: String, fault: String) throws {
        do {
            _ = try read(text)
            Issue.record("\(text) was read")
        } catch { #expect(error.description.hasPrefix(fault), "\(error)") }
    }

    @Test func aHalfWrittenFileIsRefused() throws {
        var generator = SeededGenerator(seed: 4)
        let site = SiteDialects([Self.random(&generator), Self.random(&generator)])
        let text = SiteDialectsDocument.text(for: site)
        // The last line end alone may be missing.
        for count in 0..<(text.utf8.count - 1) {
            #expect(throws: DocumentFaults.self) { try read(String(text.prefix(count))) }
        }
    }

    @Test func namesStayWithTheirFingerprints() {
        var generator = SeededGenerator(seed: 5)
        var one = Self.random(&generator)
        one.label = nil
        let named = SiteDialects([one]).labelling(one.id, as: SiteDialect.Label(name: "x", dialectClass: .bot))
        #expect(named.dialects[0].name == "x")
        #expect(SiteDialects([one]).labelled(as: named).dialects[0].name == "x")
        #expect(SiteDialects([one]).dialects[0].name == one.id)
    }

    @Test("The administrator's word holds, whatever was judged", arguments: SiteDialect.State.allCases)
    func theAdministratorsWordHolds(state: SiteDialect.State) {
        let one = SiteDialect(depth: .speech, fingerprint: 9 << 32, vantage: .wire, state: state, shape: "EHLO name")
        let site = SiteDialects([one])
        #expect(site.callsNobody == (state != .hostile))
        let bot = site.labelling(one.id, as: SiteDialect.Label(name: "x", dialectClass: .bot))
        #expect(!bot.callsNobody && bot.hostile(speech: 9 << 32, named: nil)?.name == "x")
        let honest = bot.labelling("x", as: SiteDialect.Label(name: "y", dialectClass: .library))
        #expect(honest.callsNobody && honest.hostile(speech: 9 << 32, named: nil) == nil)
    }
}
