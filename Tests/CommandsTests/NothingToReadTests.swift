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

    @Test(
        "Where argotd never ran, nothing is shown, that is said, and it is no error",
        arguments: [
            ["report"], ["report", "--json"], ["journal"], ["journal", "--json"], ["judgements"], ["lies"],
            ["lies", "effect"], ["lies", "campaigns"], ["dialects", "site"], ["dialects", "site", "--json"],
            ["senders", "label", "--list"],
            ["models"], ["teach"], ["teach", "--json"], ["purge", "--greylist", "--socket", "/nonexistent/s"],
        ])
    func nothingKept(_ command: [String]) throws {
        let scratch = try Scratch()
        let arguments =
            command + [
                "--config", try scratch.write("argotd.conf", ""), "--set", "data_directory=\(scratch.path)/data",
            ]
        try FileManager.default.createDirectory(atPath: scratch.path + "/data", withIntermediateDirectories: false)
        let run = try Argot(arguments)
        #expect(run.status == 0, "\(run.errors)")
        let isSaid = (run.output + run.errors).contains("nothing was kept yet")
        #expect(isSaid == !["models", "purge"].contains(command[0]), "\(run.output)\(run.errors)")
        if command.contains("--json") { _ = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) }
        // Nobody but argotd makes its files.
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/data").isEmpty)
    }

    @Test("Without a data directory nothing can be taught yet, which does not make a timer fail")
    func noDirectory() throws {
        let scratch = try Scratch()
        let file = try scratch.write("argotd.conf", "data_directory = \(scratch.path)/data\n")
        let run = try Argot("teach", "--config", file)
        #expect(run.status == 0 && run.output.contains("nothing was kept yet"), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/data"))
        #expect(try Argot("report", "--config", file).status == 1)
        // A database that is there and cannot be read is a fault.
        try FileManager.default.createDirectory(atPath: scratch.path + "/data", withIntermediateDirectories: false)
        _ = try scratch.write("data/argot.sqlite", "no database, and longer than the head of one would be")
        #expect(try Argot("teach", "--config", file).status == 1)
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
