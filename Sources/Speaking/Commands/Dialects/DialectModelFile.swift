import Decision
import Dialects
import Files
import SMTP
import SystemPackage
import Terminal

/// Models as files that commands change.
enum DialectModelFile {
    /// The model at a path.
    static func read(_ path: String) throws -> DialectModel {
        guard !path.isEmpty else { throw CommandError("name a model's file with --model") }
        return try ModelFile.read(path).get().model
    }

    /// Writes a document as ``OutputFile`` does; to standard output without a path or for `-`.
    static func write(_ text: String, to path: String?) throws {
        guard let path, path != "-" else { return Output.document(text) }
        try OutputFile.write(text, to: path)
    }

    /// Writes a line to standard error: what was done, beside the document.
    static func note(_ line: String) { Output.note(line) }
}
