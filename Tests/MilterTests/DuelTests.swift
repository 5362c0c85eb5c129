import EngineDuel
import Foundation
import Testing

/// libmilter and the native engine in this process: the same bytes to both, and the same from both.
///
/// The corpus is what the fuzzer kept (Tests/fuzz with the target engines): each input reaches something that no other does.
@Suite("Both engines, reply by reply", .serialized, .timeLimit(.minutes(5)))
struct DuelTests {
    /// Every answer of a filter at every callback of three sessions, with and without replies to headers.
    @Test func everyAnswerAtEveryStage() {
        // A letter's number in the duel's alphabet, and how its data is made.
        let letters = Array("OCHMRTLNBEADUQK")
        let sessions = ["ODCDHDMDRRDTLLNBBEMRTLNEMRAQ", "OCUHUMURTLNBEKCMREQ", "OCMRLNEHMRBEQ"]
        for session in sessions {
            var packets: [UInt8] = []
            for (position, letter) in session.enumerated() {
                guard let number = letters.firstIndex(of: letter) else { continue }
                packets.append(UInt8(number) | ("TNAQK".contains(letter) ? 0 : 0xc0))
                if !"TNAQK".contains(letter) { packets.append(UInt8(position)) }
            }
            for flags: UInt8 in [0, 6, 8] {
                for position in 0..<16 {
                    for answer: UInt8 in 0..<16 {
                        // The upper half is the size of a change, at the end of the message.
                        for size: UInt8 in position < 8 ? [1] : [0, 9] {
                            let answers = [UInt8](repeating: 0, count: position) + [answer | size << 4]
                            let bytes = [flags, UInt8(answers.count)] + answers + packets
                            if let difference = Duel.difference(bytes) { Issue.record("\(bytes): \(difference)") }
                        }
                    }
                }
            }
        }
    }

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
