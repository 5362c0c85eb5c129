public import Dialects
public import Documents
import FoundationEssentials

/// Reads the model that the configuration names.
public enum ModelFile {
    /// The largest file that is read, in bytes: some ten times what the largest useful model takes, notes included.
    static let maximumBytes = 256_000_000

    /// The model at `path`, or the built-in one for an empty path, with the name of its source.
    public static func read(_ path: String) -> Result<(model: DialectModel, source: String), DocumentFaults> {
        guard !path.isEmpty else { return .success((DialectModel.starter(), "built-in")) }
        let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? UInt ?? 0
        guard size <= UInt(maximumBytes) else {
            let problem =
                "\(size) bytes: a model can have at most \(maximumBytes); leave out the learner's notes "
                + "(\"argot dialects export --without-notes\") or remove dialects"
            return .failure(DocumentFaults(file: path, problem: problem))
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            return .failure(DocumentFaults(file: path, problem: "cannot be read: check path and permissions"))
        }
        return DialectDocument.model(from: data, file: path).map { ($0, path) }
    }
}
