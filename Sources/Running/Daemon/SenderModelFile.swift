import Files
import FoundationEssentials
import SMTP
import SpamTracker

/// What was learned, and what of it is not learned again when labels come late.
struct SenderModels: Sendable {
    let model: SenderModel
    /// `nil` when it is not known: then nothing of `model` is learned again.
    let base: SenderModel?
}

/// The files of the learned models, in the form that `argot senders` reads; their domains are keyed hashes, their senders
/// pseudonyms.
enum SenderModelFile {
    /// Both models; `nil` when nothing was learned yet.
    static func read(model: String, base: String) throws(DocumentFault) -> SenderModels? {
        guard let learned = try read(model) else { return nil }
        return SenderModels(model: learned, base: try read(base))
    }

    /// The model; `nil` when there is no file.
    static func read(_ path: String) throws(DocumentFault) -> SenderModel? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DocumentFault(file: path, line: 0, problem: "cannot be read: check its permissions")
        }
        return try SenderModelDocument.model(from: String(decoding: data, as: UTF8.self), file: path)
    }

    /// Writes the model, all or nothing; no more than the daemon's group may read it.
    static func write(_ model: SenderModel, to path: String) throws(DocumentFault) {
        try OutputFile.write(SenderModelDocument.text(for: model), replacing: path, mode: 0o640)
    }
}
