import EngineDuel
import Foundation
import Testing

/// libmilter and the native engine in this process: the same bytes to both, and the same from both.
///
/// The corpus is what the fuzzer kept (Tests/fuzz with the target engines): each input reaches something that no other does.
@Suite("Both engines, reply by reply", .serialized, .timeLimit(.minutes(5)))
struct DuelTests {
    @Test func theCorpusOfTheFuzzer() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Corpora/engines.base64")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count > 300)
        let before = Duel.begun
        for line in lines {
            let bytes = try #require(Data(base64Encoded: String(line)))
            if let difference = Duel.difference(Array(bytes)) { Issue.record("\(line): \(difference)") }
        }
        let begun = zip(Duel.begun, before).map { $0 - $1 }
        #expect(begun[0] == begun[1] && begun[0] > lines.count / 2)
    }
}
