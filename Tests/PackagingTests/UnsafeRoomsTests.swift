import Foundation
import Testing

/// The README says in which rooms `unsafe` stands.
@Suite("Rooms with unsafe code")
struct UnsafeRoomsTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func theREADMENamesThemAll() throws {
        let readme = try String(contentsOf: Self.repository.appending(path: "README.md"), encoding: .utf8)
        let list = try #require(readme.split(separator: "the rooms that face C or the kernel only:").last)
        let sentence = list.prefix { $0 != "." }
        let named = Set(sentence.matches(of: /`([A-Za-z0-9]+)`/).map { String($0.1) })
        var found: Set<String> = []
        let sources = Self.repository.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        for case let file as URL in files where file.pathExtension == "swift" {
            let code = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
                .map { $0.prefix(upTo: $0.firstRange(of: "//")?.lowerBound ?? $0.endIndex) }
            guard code.contains(where: { $0.contains(/(^|[ (])@?unsafe [a-zA-Z_$(]/) }) else { continue }
            found.insert(
                file.path.replacing(sources.path + "/", with: "").split(separator: "/").dropFirst().first
                    .map(String.init) ?? "")
        }
        #expect(found == named)
    }
}
