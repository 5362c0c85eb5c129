import Documents
import FoundationEssentials
public import Policy
import SMTP

/// Reads the list of senders that retry badly that the configuration names.
public enum RetryListFile {
    /// The list at `path`, the one that Argot ships for an empty path, or nobody for `/dev/null`.
    ///
    /// - Throws: every line that is not an entry, with its place; that the file cannot be read.
    public static func read(_ path: String) throws(RetryList.Faults) -> RetryList {
        guard !path.isEmpty else { return .shipped }
        // /dev/null is how one says nobody; it cannot be read as a file.
        if path == "/dev/null" { return .none }
        guard let data = FileManager.default.contents(atPath: path) else {
            let problem = "cannot be read: check path and permissions"
            throw RetryList.Faults([DocumentFault(file: path, line: 0, problem: problem)])
        }
        let text: String
        do throws(DocumentFault) {
            text = try DocumentText.text(of: data, file: path)
        } catch {
            throw RetryList.Faults([error])
        }
        return try RetryList(document: text, file: path)
    }
}
