import Foundation
import SMTP
import Sessions
import Testing

/// The recordings of `contrib/lab` are what dialects are learned from: each must be readable as a conversation.
struct LabRecordingTests {
    /// The files of recordings, programs and bots.
    static let files: [URL] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let recordings = root.appending(path: "contrib/lab/recordings")
        let found = FileManager.default.enumerator(at: recordings, includingPropertiesForKeys: nil)
        return (found?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "jsonl" }
            .sorted { $0.path < $1.path }
    }()

    /// A debug build reads JSON slowly, so of each file only so many conversations, evenly spread.
    static let sample = 12

    @Test func thereAreProgramsAndBots() {
        let bots = Self.files.filter { $0.deletingLastPathComponent().lastPathComponent == "bots" }
        #expect(Self.files.count - bots.count >= 25)
        #expect(bots.count >= 12)
    }

    @Test(arguments: files)
    func aRecordingIsAConversation(file: URL) throws {
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let isBot = file.deletingLastPathComponent().lastPathComponent == "bots"
        for number in stride(from: 0, to: lines.count, by: max(1, lines.count / Self.sample)) {
            let transcript = try TranscriptDocument.transcript(
                from: lines[number], file: file.lastPathComponent, line: number + 1)
            #expect(transcript.vantage == .wire)
            #expect(transcript.began == 0, "times are counted from 0, so that recording again changes little")
            #expect(transcript.origin == "lab")
            #expect(transcript.id.hasPrefix(file.deletingPathExtension().lastPathComponent + "/"))
            let labels = isBot ? ["bot"] : ["legit", "script", "attack"]
            #expect(labels.contains(try #require(transcript.labelGuess)))
            #expect(transcript.kind?.isEmpty == false && !transcript.source.isEmpty)
            let times = transcript.events.map(\.time)
            #expect(times == times.sorted())
            let dialogue = try #require(DialogueReader.dialogue(from: transcript))
            #expect(dialogue.greeting != nil || !dialogue.exchanges.isEmpty, "\(transcript.id) says nothing")
            #expect(!dialogue.isCutByTLS, "\(transcript.id): what follows STARTTLS is recorded in the clear")
        }
    }

    @Test(arguments: files)
    func noConversationComesTwice(file: URL) throws {
        // Every line ends its conv_id with the number of the connection.
        let ids = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
            line.firstRange(of: "\"conv_id\":\"").map { line[$0.upperBound...].prefix { $0 != "\"" } }
        }
        #expect(!ids.isEmpty)
        #expect(Set(ids).count == ids.count)
    }
}
