import Decision
import Dialects
import FoundationEssentials
import SMTP
import SystemPackage

/// Models as files that commands change.
enum DialectModelFile {
    /// The model at a path.
    static func read(_ path: String) throws -> DialectModel {
        guard !path.isEmpty else { throw CommandError("name a model's file with --model") }
        return try ModelFile.read(path).get().model
    }

    /// Writes a document so that the file at `path` is the old one or the new one at any time; to standard output without
    /// a path or for `-`.
    static func write(_ text: String, to path: String?) throws {
        guard let path, path != "-" else {
            print(text, terminator: "")
            return
        }
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CommandError("\(path): cannot be written: check path and permissions")
        }
    }

    /// Writes a line to standard error: what was done, beside the document.
    static func note(_ line: String) {
        _ = try? FileDescriptor.standardError.writeAll(Array((line + "\n").utf8))
    }
}
