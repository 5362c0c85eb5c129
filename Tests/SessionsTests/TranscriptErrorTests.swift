import Seeded
import Foundation
import SMTP
import Sessions
import Testing

/// Lines that cannot be read, and files of lines.
struct TranscriptErrorTests {
    private static func event(_ fields: String) -> String { #"{"conv_id":"c","t0":1,"events":[{\#(fields)}]}"# }

    @Test(
        arguments: [
            ("", "this is not a transcript: the JSON is broken: write one JSON object per line"),
            ("{", "this is not a transcript: the JSON is broken: write one JSON object per line"),
            ("hello", "this is not a transcript: the JSON is broken: write one JSON object per line"),
            (
                #"{"conv_id":"c","events":[]} x"#,
                "this is not a transcript: the JSON is broken: write one JSON object per line"
            ),
            ("[]", nil),
            (#"{"events":[]}"#, "this is not a transcript: \"conv_id\" is missing: write one JSON object per line"),
            (#"{"conv_id":"c"}"#, "this is not a transcript: \"events\" is missing: write one JSON object per line"),
            (
                #"{"conv_id":7,"events":[]}"#,
                "this is not a transcript: \"conv_id\" has the wrong type: write one JSON object per line"
            ),
            (
                #"{"conv_id":"c","events":[],"gaps":"many"}"#,
                "this is not a transcript: \"gaps\" has the wrong type: write one JSON object per line"
            ),
            (event(#""dir":"C""#), "this is not a transcript: \"raw\" is missing: write one JSON object per line"),
            (#"{"conv_id":"c","vantage":"moon","events":[]}"#, "unknown vantage \"moon\""),
            (event(#""dir":"C","raw":"","event":"jump","args":[]"#), "unknown event \"jump\""),
            (event(#""dir":"C","raw":"","event":"helo","args":["Ā"]"#), "event helo is not Latin-1"),
            (event(#""dir":"X","raw":"a""#), "an event has no direction C or S, or is not Latin-1"),
            (event(#""dir":"C","raw":"€""#), "an event has no direction C or S, or is not Latin-1"),
        ] as [(String, String?)])
    func brokenLine(text: String, problem: String?) {
        let error = #expect(throws: TranscriptError.self) {
            try TranscriptDocument.transcript(from: text, file: "dir/f.jsonl", line: 12)
        }
        #expect(error?.file == "dir/f.jsonl")
        #expect(error?.line == 12)
        if let problem { #expect(error?.problem == problem) }
        #expect(error?.description.hasPrefix("dir/f.jsonl:12: ") == true)
    }

    @Test(
        "Times that no session has are refused",
        arguments: [
            (#"{"conv_id":"c","t0":1e300,"events":[]}"#),
            (#"{"conv_id":"c","t0":-1e300,"events":[]}"#),
            (#"{"conv_id":"c","t0":0,"events":[{"t":1e300,"dir":"C","raw":""}]}"#),
            (#"{"conv_id":"c","t0":0,"events":[],"close":[{"by":"C","t":1e30,"what":"FIN"}]}"#),
            (#"{"conv_id":"c","t0":-1,"events":[]}"#), (#"{"conv_id":"c","t0":1e30,"events":[]}"#),
            (#"{"conv_id":"c","t0":-1e15,"events":[{"t":1e15,"dir":"C","raw":""}]}"#),
        ])
    func timeOutOfRange(text: String) {
        #expect(throws: TranscriptError.self) { try TranscriptDocument.transcript(from: text, file: "f", line: 1) }
    }

    @Test func aClockThatWentBackCountsAsNoTime() throws {
        let text = #"{"conv_id":"c","t0":100,"events":[{"t":99,"dir":"C","raw":""},{"t":null,"dir":"C","raw":""}]}"#
        let transcript = try TranscriptDocument.transcript(from: text, file: "f", line: 1)
        #expect(transcript.events.map(\.time) == [0, 0])
    }

    @Test("Times that go back within a session stand still, and counts stay within bounds")
    func bounds() throws {
        let text =
            #"{"conv_id":"c","t0":100,"gaps":9223372036854775807,"client_connections":-5,"client_port":70000,"#
            + #""events":[{"t":105,"dir":"C","raw":"a"},{"t":101,"dir":"S","raw":"b"},{"t":106,"dir":"C","raw":"c"}]}"#
        let transcript = try TranscriptDocument.transcript(from: text, file: "f", line: 1)
        #expect(transcript.events.map(\.time) == [5_000_000, 5_000_000, 6_000_000])
        #expect(transcript.gaps == 1_000_000_000 && transcript.peers.connections == 0)
        #expect(transcript.peers.clientPort == nil)
    }

    @Test("A later format is refused, and so are files of another kind")
    func otherKinds() throws {
        let later = #"{"conv_id":"c","format":3,"events":[]}"#
        #expect(throws: TranscriptError.self) { try TranscriptDocument.transcript(from: later, file: "f", line: 1) }
        let path = FileManager.default.temporaryDirectory.appending(path: "kinds-\(UInt64.random(in: 0 ... .max))").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        for (bytes, word) in [([0xd4, 0xc3, 0xb2, 0xa1, 0] as [UInt8], "capture"), ([0x1f, 0x8b, 8], "gzip")] {
            try Data(bytes).write(to: URL(filePath: path))
            let error = #expect(throws: TranscriptError.self) { try TranscriptDocument.read(file: path) { _ in } }
            #expect(error?.problem.contains(word) == true && error?.line == 0)
        }
    }

    @Test func brokenBytesNeverTrap() {
        var generator = SeededGenerator(seed: 7)
        let text =
            #"{"conv_id":"c","t0":1.5,"vantage":"milter-postfix","gaps":0,"#
            + #""events":[{"t":2,"dir":"C","raw":"","event":"mail","args":["<a@b>"]}]}"#
        let line = Array(text.utf8)
        var broken = 0
        for _ in 0..<3_000 {
            var bytes = line
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            do { _ = try TranscriptDocument.transcript(from: text, file: "f", line: 1) } catch { broken += 1 }
        }
        #expect(broken > 1_000)
    }

    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).jsonl")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try body(file.path())
    }

    @Test(arguments: ["\n", "\r\n"])
    func fileIsReadLineByLine(lineEnd: String) throws {
        let lines = [#"{"conv_id":"1","events":[]}"#, "", "  ", #"{"conv_id":"2","events":[]}"#]
        try withFile(lines.joined(separator: lineEnd)) { file in
            var ids: [String] = []
            try TranscriptDocument.read(file: file) { ids.append($0.id) }
            #expect(ids == ["1", "2"])
        }
    }

    @Test func faultOfAFileNamesItsLine() throws {
        try withFile("{\"conv_id\":\"1\",\"events\":[]}\n\n{}\n") { file in
            var ids: [String] = []
            let error = #expect(throws: TranscriptError.self) {
                try TranscriptDocument.read(file: file) { ids.append($0.id) }
            }
            #expect(ids == ["1"])
            #expect(error?.line == 3)
            #expect(error?.file == file)
        }
    }

    @Test func emptyFileHoldsNothingAndAMissingOneIsAFault() throws {
        try withFile("") { file in
            try TranscriptDocument.read(file: file) { _ in Issue.record("a transcript out of nothing") }
        }
        let error = #expect(throws: TranscriptError.self) {
            try TranscriptDocument.read(file: "/nonexistent/f.jsonl") { _ in }
        }
        #expect(error?.description == "/nonexistent/f.jsonl: cannot be read: check path and permissions")
    }
}
