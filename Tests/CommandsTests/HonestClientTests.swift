import Foundation
import SMTP
import ScratchFiles
import Testing

/// Honest software that no model was made of is never called a bot: the promise that outranks all others.
struct HonestClientTests {
    private struct Report: Decodable {
        struct Kind: Decodable {
            let kind: String
            let n: Int
            let bot: Int
        }

        let kinds: [Kind]
    }

    /// A guesser of passwords that any model knows, so that a model which finds nothing does not pass.
    private static let guesser = HonestClient(line: "guesser | | EHLO ylmf-pc; QUIT | - | - | - | - | - | - |")

    @Test("None is called a bot, whatever it is told", arguments: Vantage.allCases)
    func noneIsCalledBot(vantage: Vantage) throws {
        let clients = try HonestClient.all()
        #expect(clients.count >= 90)
        #expect(Set(clients.map(\.name)).count == clients.count)
        var text = try Self.guesser.transcript(with: .takesMail, number: 0, label: "bot")
        for (place, client) in clients.enumerated() {
            for (number, server) in HonestClient.Server.allCases.enumerated() {
                text += try client.transcript(with: server, number: place * 8 + number)
            }
        }
        let file = try Scratch()
        let path = try file.write("clients.jsonl", text)
        let run = try Argot("dialects", "evaluate", path, "--vantage", vantage.rawValue, "--json")
        #expect(run.status == 0, "\(run.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        #expect(report.kinds.map(\.n).reduce(0, +) == clients.count * HonestClient.Server.allCases.count + 1)
        #expect(report.kinds.filter { $0.bot > 0 }.map(\.kind) == ["guesser"])
    }

    @Test("A rate of nothing is null in JSON, and no conversation at all is an error")
    func ratesOfNothing() throws {
        let scratch = try Scratch()
        let client = try #require(try HonestClient.all().first)
        let file = try scratch.write("one.jsonl", try client.transcript(with: .takesMail, number: 0))
        let run = try Argot("dialects", "evaluate", file, "--json")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect(report["precision"] is NSNull && report["macro_recall"] is NSNull)
        #expect(report["undecided"] is Double)
        let empty = try scratch.write("empty.jsonl", "")
        let none = try Argot("dialects", "evaluate", empty, "--json")
        #expect(none.status == 1 && none.output.isEmpty)
        #expect(none.errors.hasPrefix("Error: \(empty): no conversations: name transcripts"))
    }
}
