import Foundation
import Policy
import Testing

@testable import Commands

@Suite("every word of a verdict is explained")
struct ReasonTests {
    private static let words = Reason.table.map(\.word)

    @Test("in a sentence", arguments: words)
    func sentence(_ word: String) {
        #expect(Reason(word: word).word == word)
        #expect(Reason(word: word).sentence != word)
    }

    @Test("one that no table has, such as that of somebody else's detector, stays as it is and in its place")
    func foreignWord() {
        let words = ["name.missing", "route.source", "none"]
        let reasons = words.map(Reason.init(word:))
        #expect(reasons[1] == .unknown("route.source") && reasons.map(\.word) == words)
        #expect(reasons[1].sentence == "route.source" && !reasons[1].isCircumstance && !reasons[1].isStanding)
    }

    @Test("in the document, as the command prints it")
    func document() throws {
        let text = try String(contentsOf: repository.appending(path: "packaging/doc/verdicts.md"), encoding: .utf8)
        for table in ReasonTable.markdown.split(separator: "\n\n") {
            #expect(text.contains(table), "take this over into verdicts.md:\n\(table)")
        }
        for word in Self.words { #expect(ReasonTable.markdown.contains("`\(word)`")) }
    }

    @Test(
        "a time span has a unit or is seconds",
        arguments: [
            ("90", 90), ("90s", 90), ("15m", 900), ("36h", 129_600), ("7d", 604_800), ("2w", 1_209_600),
        ])
    func timeSpan(_ text: String, _ seconds: Int64) {
        #expect(TimeSpan(argument: text)?.seconds == seconds)
    }

    @Test("other time spans are refused", arguments: ["", "d", "-1h", "1.5h", "99999999999d", "5y"])
    func badTimeSpan(_ text: String) {
        #expect(TimeSpan(argument: text) == nil)
    }
}
