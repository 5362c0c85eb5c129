internal import Documents
internal import FoundationEssentials
internal import Policy
public import SMTP

/// Reads the list of recipients that are never lied about: an address or a domain a line; `.example.net` is example.net and
/// everything below it, `#` begins a comment.
public enum OptOutFile {
    /// The most entries of a file.
    static let maximumEntries = 1_000_000

    /// The entries of the file at `path`, folded; none for an empty path.
    ///
    /// - Throws: the first line that is not an entry, with its place; that the file cannot be read.
    public static func read(_ path: String) throws(DocumentFault) -> [String] {
        guard !path.isEmpty else { return [] }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DocumentFault(file: path, line: 0, problem: "cannot be read: check path and permissions")
        }
        return try entries(try DocumentText.text(of: data, file: path), file: path)
    }

    /// The entries of a text. O(length).
    static func entries(_ text: String, file: String) throws(DocumentFault) -> [String] {
        var entries: [String] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let entry = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let word = entry.first else { continue }
            func fault(_ problem: String) -> DocumentFault {
                DocumentFault(file: file, line: number + 1, problem: problem)
            }
            guard entry.count == 1 else { throw fault("more than one word: write one address or domain a line") }
            guard entries.count < maximumEntries else { throw fault("more than \(maximumEntries) entries") }
            entries.append(try folded(String(word), orThrow: fault))
        }
        return entries
    }

    private static func folded(
        _ word: String, orThrow fault: (String) -> DocumentFault
    ) throws(DocumentFault) -> String {
        guard word.utf8.count <= 320 else { throw fault("longer than an address can be") }
        guard word.utf8.contains(UInt8(ascii: "@")) else {
            let domain = MailDomain.folded(word)
            guard domain.utf8.contains(UInt8(ascii: ".")), domain != "." else {
                throw fault("neither an address nor a domain: write LOCALPART@DOMAIN or DOMAIN")
            }
            return domain
        }
        let address = MailAddress(argument: word.utf8)
        guard address.form != .null, !address.localPart.isEmpty, !address.foldedDomain.isEmpty else {
            throw fault("not a mail address: write LOCALPART@DOMAIN")
        }
        return address.folded
    }
}
