import ArgumentParser
import Files
import SMTP
import SpamTracker

/// Which learned model a command is about.
struct SendersModelOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("A model, as \"argot senders cluster --output\" writes it.", valueName: "file"))
    var model: String

    func load() throws -> SenderModel { try Self.read(model) }

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
