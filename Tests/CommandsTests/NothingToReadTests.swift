import Foundation
import ScratchFiles
import Testing

/// Files in which there is nothing for a command say so in their own words, with exit status 1.
@Suite("Nothing to read")
struct NothingToReadTests {
    private let milter =
        #"{"conv_id":"c","vantage":"milter-postfix","t0":1,"events":[{"t":1,"dir":"C","raw":"","event":"helo","args":["x"]}]}"#

    @Test("Dialects are not learned from milter transcripts, and the error says why")
    func learn() throws {
        let scratch = try Scratch()
        let model = scratch.path + "/m.dialects"
        for (text, word) in [
            (milter + "\n", "milter"), ("{}\n", "no line is a transcript"), ("", "no transcript in it"),
        ] {
            let run = try Argot("dialects", "learn", try scratch.write("t.jsonl", text), "--model", model)
            #expect(
                run.status == 1 && run.errors.contains("nothing learned") && run.errors.contains(word), "\(run.errors)")
            #expect(!FileManager.default.fileExists(atPath: model))
        }
    }

    @Test("Replaying nothing, or a capture, is an error")
    func replay() throws {
        let scratch = try Scratch()
        let configuration = try scratch.write("argotd.conf", "")
        let capture = scratch.path + "/c.pcap"
        try Data([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0]).write(to: URL(filePath: capture))
        for (file, word) in [
            ("/dev/null", "contains no transcript"), (try scratch.write("empty", ""), "contains no transcript"),
            (capture, "dialects import"),
        ] {
            let run = try Argot("replay", file, "--config", configuration)
            #expect(run.status == 1 && run.errors.contains(word), "\(file): \(run.errors)")
        }
    }

    @Test("A session that is not there is an error")
    func session() throws {
        let scratch = try Scratch()
        let file = try scratch.write("t.jsonl", milter + "\n")
        #expect(try Argot("transcript", file, "--session", "c").status == 0)
        let run = try Argot("transcript", file, "--session", "d")
        #expect(run.status == 1 && run.errors.contains("there is no session d"))
        #expect(try Argot("transcript", try scratch.write("empty", "")).status == 1)
    }
}
