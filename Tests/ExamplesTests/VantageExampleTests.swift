import DialectLearning
import Dialects
import Examples
import Foundation
import SMTP
import Sessions
import Testing

/// A vantage that is a row of facts and nothing else: dialects are projected to it, compiled for it, matched at it.
@Suite("Example: a vantage")
struct VantageExampleTests {
    private static let model = DialectModel.starter()
    private static let machines = Dictionary(
        uniqueKeysWithValues: [Vantage.commandLog, .milterPostfix, .wire].map {
            ($0, DecisionMachine(model: model, vantage: $0))
        })

    /// The conversations of programs and bots that the lab has recorded on the wire.
    private static let recorded: [Dialogue] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../contrib/lab/recordings").standardizedFileURL.path
        let files = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".jsonl") }.sorted().flatMap { file in
            let text = (try? String(contentsOfFile: folder + "/" + file, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").enumerated().compactMap { number, line in
                let transcript = try? TranscriptDocument.transcript(from: line, file: file, line: number + 1)
                return transcript.flatMap { DialogueReader.dialogue(from: $0) }
            }
        }
    }()

    private func matcher(_ dialogue: Dialogue, at vantage: Vantage) throws -> DialectMatcher {
        var walk = DialogueMatcher(machine: try #require(Self.machines[vantage]), dialogue: dialogue)
        walk.finish()
        return walk.matcher
    }

    private func names(_ dialogue: Dialogue, at vantage: Vantage) throws -> Set<String> {
        Set(try matcher(dialogue, at: vantage).match.dialects.map(\.name))
    }

    @Test func matchingUsesNothingThatItDoesNotShow() throws {
        #expect(Self.recorded.count > 100)
        for dialogue in Self.recorded {
            let (whole, shown) = try (
                matcher(dialogue, at: .commandLog), matcher(dialogue.atCommandLog, at: .commandLog)
            )
            #expect(whole.match == shown.match, "\(dialogue.id)")
            #expect(whole.posterior.label == shown.posterior.label, "\(dialogue.id)")
        }
    }

    @Test func itTellsDialectsApartThatAFilterCannot() throws {
        var (log, filter) = (0, 0)
        for dialogue in Self.recorded {
            let seen = try names(dialogue, at: .commandLog)
            guard !seen.isEmpty, try !names(dialogue, at: .wire).isEmpty else { continue }
            #expect(try names(dialogue, at: .wire).isSubset(of: seen), "\(dialogue.id)")
            log += seen.count
            filter += try names(dialogue, at: .milterPostfix).count
        }
        #expect(log > 0 && log < filter / 2)
    }

    @Test func projectingAgainChangesNothing() {
        for dialect in Self.model.dialects {
            let once = dialect.projected(to: .commandLog)
            #expect(once.projected(to: .commandLog) == once, "\(dialect.name)")
            // Spelling stays; replies are classes.
            let templates = Set(dialect.states.compactMap(\.template?.text))
            #expect(templates.isSuperset(of: once.states.compactMap(\.template?.text)), "\(dialect.name)")
            #expect(once.transitions.allSatisfy { $0.replies.classes.count == 1 }, "\(dialect.name)")
        }
    }

    @Test func itIsNoFilter() {
        for dialogue in Self.recorded.prefix(50) { #expect(dialogue.projected(to: .commandLog).isEmpty) }
    }
}
