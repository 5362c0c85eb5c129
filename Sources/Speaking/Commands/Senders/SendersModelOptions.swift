import ArgumentParser
import Decision
import Files
import FoundationEssentials
import Keeping
import KeyedHashing
import SMTP
import SpamTracker

/// Which learned model a command is about.
struct SendersModelOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A model, as \"argot senders cluster --output\" writes it or argotd keeps it.", valueName: "file"),
        completion: .file())
    var model: String

    func load() throws -> SenderModel { try Self.read(model) }

    /// The pseudonyms of a model that a daemon keeps, which lies beside their key; `nil` for a model with addresses and
    /// names in clear.
    static func pseudonyms(besides path: String, prefixes: SenderPrefixes) throws -> SenderPseudonyms? {
        let key = DataDirectory(of: path).hashingKey
        guard FileManager.default.fileExists(atPath: key) else { return nil }
        return SenderPseudonyms(key: try HashingKey.load(file: key), prefixes: prefixes)
    }

    /// Reads a model.
    static func read(_ path: String) throws -> SenderModel {
        var lines = try LineReader(path: path, limit: 1 << 24)
        var text = ""
        while let line = try lines.next() {
            text += String(decoding: line.bytes, as: UTF8.self)
            text += "\n"
        }
        return try SenderModelDocument.model(from: text, file: path)
    }
}
