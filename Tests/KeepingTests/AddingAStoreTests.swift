import Foundation
import Testing

/// The article "Adding a store" is held to the code: three files, and nothing else names the store that there is.
@Suite("Adding a store")
struct AddingAStoreTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func files(under directory: String) throws -> [URL] {
        let all = try #require(
            FileManager.default.enumerator(at: root.appending(path: directory), includingPropertiesForKeys: nil))
        return all.compactMap { $0 as? URL }
    }

    /// The files that the article's steps are about.
    private static func steps() throws -> [String] {
        let article = try #require(try files(under: "Sources").first { $0.lastPathComponent == "AddingAStore.md" })
        return try String(contentsOf: article, encoding: .utf8).split(separator: "\n").compactMap { line in
            try! #/^\d+\. \*\*`([^`]+)`\*\*/#.firstMatch(in: line).map { String($0.1) }
        }
    }

    @Test("three files are named, and are there")
    func article() throws {
        let steps = try Self.steps()
        #expect(steps.count == 3)
        for file in steps {
            #expect(FileManager.default.fileExists(atPath: Self.root.appending(path: file).path), "\(file)")
        }
    }

    @Test("outside of them nobody knows which store it is")
    func names() throws {
        let room = try #require(try Self.steps().first)
        let rest = try Self.steps().dropFirst()
        var naming: [String] = []
        for file in try Self.files(under: "Sources") where file.pathExtension == "swift" {
            let path = file.path.dropFirst(Self.root.path.count + (Self.root.path.hasSuffix("/") ? 0 : 1))
            guard !path.hasPrefix(room) else { continue }
            if try String(contentsOf: file, encoding: .utf8).contains("import SQLiteStore") {
                naming.append(String(path))
            }
        }
        #expect(naming == rest.filter { $0.hasSuffix(".swift") && $0 != "Package.swift" })
    }

    @Test("the example is a store and needs nothing of the daemon")
    func example() throws {
        let example = Self.root.appending(path: "Tests/Support/MemoryStore/MemoryStore.swift")
        let text = try String(contentsOf: example, encoding: .utf8)
        #expect(text.contains("class MemoryStore: Keeper, DataStore {"))
        for room in ["Configuration", "Daemon", "Commands", "SQLiteStore"] { #expect(!text.contains("import \(room)")) }
    }
}
