import Foundation
import ScratchFiles
import Testing

/// The keys of `--json` are interface: snake_case, whichever command.
@Suite("Keys of JSON")
struct JSONKeyTests {
    /// What stands under these is named by words of the log, labels and classes, not by keys.
    private static let named: Set<String> = ["reasons", "verdicts", "recall_at_fpr", "classes", "deserved", "applied"]

    /// The keys of a document that are not in snake_case.
    static func wrongKeys(in value: Any) -> [String] {
        if let list = value as? [Any] { return list.flatMap(wrongKeys) }
        guard let object = value as? [String: Any] else { return [] }
        return object.flatMap { key, value -> [String] in
            // An abbreviation that is taken apart is not a word.
            let isRight =
                key.utf8.allSatisfy { 0x61...0x7a ~= $0 || 0x30...0x39 ~= $0 || $0 == 0x5f } && !key.contains("_i_")
            if named.contains(key), let words = value as? [String: Any] {
                return (isRight ? [] : [key]) + words.values.flatMap(wrongKeys)
            }
            return (isRight ? [] : [key]) + wrongKeys(in: value)
        }
    }

    @Test(
        "are in snake_case",
        arguments: HostileTextTests.paths.filter { $0.contains("--json") } + [
            ["config", "check", "--json"], ["dialects", "list", "--json"], ["dialects", "probe", "--json"],
            ["dialects", "site", "--json"], ["dialects", "probe", "postfix", "--json"],
            ["dialects", "diff", "postfix", "festi", "--json"],
            ["senders", "evaluate", "@/mails.csv", "--json"], ["senders", "window", "@/mails.csv", "--json"],
            ["senders", "simulate", "--json"], ["senders", "score", "192.0.2.1", "lab.example", "--json"],
            ["sink", "--list-variations", "--json"], ["purge", "--older-than", "90000d", "--json"],
            ["doctor", "--json"],
            [
                "lies", "simulate", "--games", "2", "--sites", "4", "--addresses", "20", "--days", "9", "--variants",
                "--json",
            ],
        ])
    func outputs(_ words: [String]) throws {
        let data = try HostileTextTests.dataDirectory()
        let arguments = words.map { $0.hasPrefix("@/") ? data.path + $0.dropFirst() : $0 }
        let isAboutStore =
            ["journal", "explain", "report", "lies", "config", "purge", "doctor"].contains(words[0])
            && words.prefix(2) != ["lies", "simulate"] || words.prefix(2) == ["dialects", "site"]
        let argot = try Argot(arguments + (isAboutStore ? ["--set", "data_directory=\(data.path)"] : []))
        let documents = argot.output.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8))
        }
        let whole = try? JSONSerialization.jsonObject(with: Data(argot.output.utf8))
        #expect(Self.wrongKeys(in: whole ?? documents) == [], "\(argot.errors)")
    }

    /// A document that does not go through them has no such keys, and no such escapes.
    @Test("commands encode at one place")
    func onePlace() throws {
        let sources = repository.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var encoding: [String] = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            if text.contains("JSONEncoder(") { encoding.append(file.lastPathComponent) }
            if file.lastPathComponent != "Output.swift" {
                #expect(!text.contains("Swift.print("), "\(file.lastPathComponent)")
            }
        }
        // Besides what commands print: documents that are read back, whose keys are written out.
        let documents = [
            "FollowedPositions.swift", "MailRecord.swift", "ModelShelf.swift", "NodeRoll.swift",
            "TranscriptDocument.swift",
        ]
        #expect(encoding.sorted() == (documents + ["ControlService.swift", "Output.swift"]).sorted())
    }

    @Test("a wrong key is found wherever it stands")
    func wrongKeysAreFound() {
        #expect(Self.wrongKeys(in: [["good_key": [["badKey": 1]]]]) == ["badKey"])
        #expect(Self.wrongKeys(in: ["reasons": ["helo.ours": 1]]) == [])
    }
}
