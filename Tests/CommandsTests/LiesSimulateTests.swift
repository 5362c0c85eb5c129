import Foundation
import Testing

/// `argot lies simulate`
@Suite("The game of lies, as printed")
struct LiesSimulateTests {
    private static let small = [
        "lies", "simulate", "--games", "2", "--sites", "4", "--addresses", "40", "--days", "20",
    ]

    @Test("the same options print the same, another seed something else")
    func repeats() throws {
        let first = try Argot(Self.small)
        #expect(first.status == 0, "\(first.errors)")
        #expect(try Argot(Self.small).output == first.output)
        #expect(try Argot(Self.small + ["--seed", "2"]).output != first.output)
        for word in ["keeps feedback", "PRECISION", "Harm: at a site with 100000 messages", "The rule:"] {
            #expect(first.output.contains(word), "\(word)")
        }
        #expect(first.output.split(separator: "\n").allSatisfy { $0.count <= 140 })
    }

    @Test("JSON has every kind of spammer at every fraction, and harm that falls with precision")
    func json() throws {
        let argot = try Argot(Self.small + ["--json"])
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(argot.output.utf8)) as? [String: Any])
        let games = try #require(document["games"] as? [[String: Any]])
        #expect(games.count == 8 * 11)
        for game in games where game["spammer"] as? String == "ignores feedback" {
            #expect((game["spam_saved"] as? [String: Double])?["mean"] == 0)
        }
        let harm = try #require(document["harm"] as? [[String: Any]])
        let rates = harm.compactMap { $0["false_positive_rate"] as? Double }
        #expect(rates.count == 5)
        #expect(rates.prefix(4) == rates.prefix(4).sorted(by: >)[...])
        #expect((document["variants"] as? [Any])?.isEmpty == true)
    }

    @Test(
        "what cannot be played is refused",
        arguments: [
            ["--recall", "1.5"], ["--games", "0"], ["--days", "0"], ["--sites", "1000", "--addresses", "100000"],
            ["--plausible-share", "-1"], ["--budget", "-1"], ["--volume", "0"], ["--lying", "nan"],
        ])
    func refused(_ options: [String]) throws {
        let argot = try Argot(["lies", "simulate"] + options)
        #expect(argot.status == 64)
        #expect(argot.output.isEmpty)
    }
}
