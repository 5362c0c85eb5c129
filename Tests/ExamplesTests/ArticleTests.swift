import Foundation
import Testing

/// The articles on adding something are held to the code: how many files it takes, that they are there, and that there
/// are no others.
@Suite("Articles on adding something")
struct ArticleTests {
    @Test("few files are listed, and all of them are there", arguments: Article.allCases)
    func list(_ article: Article) throws {
        let list = try article.list()
        #expect(1...article.limit ~= list.count)
        #expect(Set(list).count == list.count)
        for file in list { #expect(Repository.exists(file), "\(file)") }
    }

    @Test("no other file names what is there already", arguments: Article.allCases)
    func whole(_ article: Article) throws {
        #expect(try article.missing(in: article.list()) == [])
    }

    @Test("every file has something to do with it", arguments: Article.allCases)
    func needed(_ article: Article) throws {
        for file in try article.list() { #expect(try article.isTold(in: file), "\(file)") }
    }

    @Test("a list that lacks a source is found out", arguments: Article.allCases)
    func incomplete(_ article: Article) throws {
        let list = try article.list()
        // What names nothing is a document or a test.
        let sources = list.filter { $0.hasPrefix("Sources/") || $0 == "Package.swift" }
        #expect(!sources.isEmpty)
        for file in sources { #expect(try !article.missing(in: list.filter { $0 != file }).isEmpty, "\(file)") }
    }

    @Test("each says the same things in the same order", arguments: Article.allCases)
    func sections(_ article: Article) throws {
        let file = try #require(
            Repository.files(under: "Sources", "md").first { $0.hasSuffix("/\(article.rawValue).md") })
        let text = try Repository.text(file)
        let sections = text.split(separator: "\n").filter { $0.hasPrefix("## ") }.map { $0.dropFirst(3) }
        #expect(
            Array(sections.prefix(4)) == [
                "Before you begin", "The files", "What reminds you", "How to see that it works",
            ])
        let folder = String(file.dropLast(article.rawValue.count + 4))
        #expect(try Repository.text("\(folder)/Daemon.md").contains("<doc:\(article.rawValue)>"))
        // What an article points to is there.
        for path in text.matches(of: /`((?:Tests|packaging|contrib)\/[^`*]+)`/).map({ String($0.1) }) {
            #expect(Repository.exists(path), "\(path)")
        }
    }

    @Test("examples know nothing of what they are plugged into")
    func examples() throws {
        let above = ["Commands", "Configuration", "Daemon", "Decision", "MilterLib", "SQLiteStore", "argotd"]
        let files = try Repository.files(under: "Tests/Examples", "swift")
        #expect(Set(files.compactMap { $0.split(separator: "/").dropFirst(2).first }).count == Article.allCases.count)
        for file in files {
            let code = try Repository.code(file)
            for room in above { #expect(!code.contains("import \(room)\n"), "\(file)") }
        }
    }
}
