public import Dialects
public import Documents
import FoundationEssentials

/// Reads the model that the configuration names.
public enum ModelFile {
    /// The model at `path`, or the built-in one for an empty path, with the name of its source.
    public static func read(_ path: String) -> Result<(model: DialectModel, source: String), DocumentFaults> {
        guard !path.isEmpty else { return .success((DialectModel.starter(), "built-in")) }
        let text: String
        do {
            text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        } catch {
            let problem = "cannot be read as UTF-8 text: check path and permissions"
            return .failure(DocumentFaults(file: path, problem: problem))
        }
        return DialectDocument.model(from: text, file: path).map { ($0, path) }
    }
}
