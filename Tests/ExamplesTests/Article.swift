import Foundation
import Testing

/// One of the articles on adding something, with the thing of that kind that Argot has already and whose files it lists.
enum Article: String, CaseIterable, CustomTestStringConvertible {
    case detector = "AddingADetector"
    case vantage = "AddingAVantage"
    case store = "AddingAStore"
    case engine = "AddingAnEngine"
    case page = "AddingAPage"

    var testDescription: String { rawValue }

    /// The most files that it may list.
    var limit: Int {
        switch self {
        case .detector, .vantage: 4
        case .store, .engine, .page: 3
        }
    }

    /// Whether code has to be written or changed to have the thing that is there.
    func isNamed(in code: Substring) -> Bool {
        let names =
            switch self {
            case .detector: /\b(NameDetector|name(Missing|Forged|Generic))\b/
            case .vantage: /\b(milter(Postfix|PostfixPolicy|Sendmail)|server [!=]= \.sendmail)\b/
            case .store: /\b(SQLiteStore|StoreWriter)()\b/
            case .engine: /\b(MilterLib|Libmilter(Engine|Report))\b/
            case .page: /\b(MetricsPage)()\b/
            }
        // Else a word goes on behind a full stop.
        return code.contains(names.wordBoundaryKind(.simple))
    }

    /// How documents and tests call it.
    var words: [String] {
        switch self {
        case .detector: ["name.generic"]
        case .vantage: ["milter-sendmail", "milterSendmail"]
        case .store: ["SQLite"]
        case .engine: ["libmilter"]
        case .page: ["/metrics"]
        }
    }

    /// The files and rooms that the article lists, by their paths in the repository.
    func list() throws -> [String] {
        let file = try #require(Repository.files(under: "Sources", "md").first { $0.hasSuffix("/\(rawValue).md") })
        let parts = try Repository.text(file).components(separatedBy: "\n## ")
        let table = try #require(parts.first { $0.hasPrefix("The files\n") })
        return try table.split(separator: "\n").compactMap { line in
            guard let row = line.firstMatch(of: /^\| `([^`]+)` \|/) else { return nil }
            return try Repository.place(of: String(row.1))
        }
    }

    /// The files in which the thing is named, and that the list does not have.
    func missing(in list: [String]) throws -> [String] {
        try Self.naming.get()[self, default: []].filter { file in !list.contains { Self.covers($0, file) } }
    }

    /// By article: the files in which the thing is named.
    private static let naming = Result {
        let files = try Repository.files(under: "Sources", "swift") + ["Package.swift"]
        let codes = try files.map { (file: $0, code: try Repository.code($0)) }
        return Dictionary(
            uniqueKeysWithValues: Article.allCases.map { article in
                (article, codes.filter { article.isNamed(in: $0.code[...]) }.map(\.file))
            })
    }

    /// Whether the listed file or room says something of the thing.
    func isTold(in listed: String) throws -> Bool {
        let files = try [listed] + Repository.files(under: listed, "swift")
        return try files.contains { file in
            guard !Repository.isDirectory(file) else { return false }
            if file.hasSuffix(".swift"), try isNamed(in: Repository.code(file)[...]) { return true }
            let text = try Repository.text(file)
            return words.contains { text.contains($0) }
        }
    }

    private static func covers(_ listed: String, _ file: String) -> Bool {
        listed == file || file.hasPrefix(listed + "/")
    }
}
