import SMTP
import Testing

@testable import SpamTracker

/// What a model's document may claim: a damaged one, or one that somebody else wrote, must not cost memory or end the
/// process.
@Suite("Limits of a sender model's document")
struct SenderModelLimitTests {
    private static func problem(_ lines: [String]) -> String? {
        let all = ["argot-senders \(SenderModelDocument.version)"] + lines
        let text = (all + ["end \(all.count)"]).joined(separator: "\n") + "\n"
        do throws(DocumentFault) {
            _ = try SenderModelDocument.model(from: text, file: "m")
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        ["column 16777214 1 1 1"], ["table 65536 4096", "column 16777214 1 1 1"],
        ["table 4294967295 4294967295"], ["table 9223372036854775807 1"], ["table 1048577 1"],
        ["table 16 16", "table 16 16"], ["trusted 4294967295"], ["trusted -1"], ["learned-until 9223372036854775807"],
        ["learned-until -9223372036854775808"], ["examples 9223372036854775807 1"], ["half-lives inf nan"],
        ["half-lives 1e999 1"], ["table 16 16", "cluster 9223372036854775807 1:1"],
        ["table 16 16", "cluster 1 4294967296:1"], ["history 9223372036854775807 0 0"], ["history 1 0 0 0"],
        ["history 1 1e999 0"], ["history 1 1 1", "seen 0 1 1 1", "seen 0 2 1 1"], ["seen 99 1 1 1"],
        ["example 9223372036854775807 spam 1 1 1 1 1 1"], ["contrast 1 1 1 1 1 inf"],
        ["unlabelled-weight -1"], ["contamination 99999"], ["sensor-share nan"],
    ])
    func absurdNumbersAreFaultsWithTheirLine(lines: [String]) throws {
        let problem = try #require(Self.problem(lines))
        #expect(problem.hasPrefix("m:\(lines.count + 1)"), "\(problem)")
    }

    @Test func whatIsUsualIsRead() {
        #expect(Self.problem(["table 65536 4096", "senders 1 1", "prior 1 1", "column 69631 1 1 1"]) == nil)
    }
}
