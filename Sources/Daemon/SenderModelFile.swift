import FoundationEssentials
import SMTP
import SpamTracker

/// The file of the learned model, in the form that `argot senders` reads; its domains are keyed hashes, its senders
/// pseudonyms.
enum SenderModelFile {
    /// The model; `nil` when there is no file.
    static func read(_ path: String) throws(DocumentFault) -> SenderModel? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DocumentFault(file: path, line: 0, problem: "cannot be read: check its permissions")
        }
        return try SenderModelDocument.model(from: String(decoding: data, as: UTF8.self), file: path)
    }

    /// Writes the model, all or nothing.
    static func write(_ model: SenderModel, to path: String) throws {
        try Data(SenderModelDocument.text(for: model).utf8).write(to: URL(filePath: path), options: .atomic)
    }
}
