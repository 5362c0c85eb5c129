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

    /// What code calls it: words, or several with what stands between them.
    private var names: [String] {
        switch self {
        case .detector: ["NameDetector", "nameMissing", "nameForged", "nameGeneric"]
        case .vantage: ["milterPostfix", "milterPostfixPolicy", "milterSendmail", "server == .sendmail"]
        case .store: ["SQLiteStore", "StoreWriter"]
        case .engine: ["MilterLib", "LibmilterEngine", "LibmilterReport"]
        case .page: ["MetricsPage"]
        }
    }

    /// Whether code names it.
    func isNamed(in code: String) throws -> Bool {
        // By default a word goes on behind a full stop.
        let pattern = try Regex("\\b(?:\(names.joined(separator: "|")))\\b").wordBoundaryKind(.simple)
        return code.contains(pattern)
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
            uniqueKeysWithValues: try Article.allCases.map { article in
                (article, try codes.filter { try article.isNamed(in: $0.code) }.map(\.file))
            })
    }

    /// Whether the listed file or room says something of the thing.
    func isTold(in listed: String) throws -> Bool {
        let files = try [listed] + Repository.files(under: listed, "swift")
        return try files.contains { file in
            guard !Repository.isDirectory(file) else { return false }
            if file.hasSuffix(".swift"), try isNamed(in: Repository.code(file)) { return true }
            let text = try Repository.text(file)
            return words.contains { text.contains($0) }
        }
    }

    private static func covers(_ listed: String, _ file: String) -> Bool {
        listed == file || file.hasPrefix(listed + "/")
    }
}
