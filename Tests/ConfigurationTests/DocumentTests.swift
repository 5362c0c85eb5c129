import Configuration
import Foundation
import Testing

/// The shipped file and the registry say the same.
struct DocumentTests {
    private static let shipped = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../packaging/config/argotd.conf").standardized

    /// With `UPDATE_GOLDEN` in the environment the file is written instead.
    @Test func shippedFileIsWhatTheRegistrySays() throws {
        let text = ConfigurationDocument.commentedFile()
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try Data(text.utf8).write(to: Self.shipped)
        }
        #expect(try String(contentsOf: Self.shipped, encoding: .utf8) == text)
    }

    @Test func shippedFileChangesNothing() throws {
        let file = ConfigurationFile(name: "f", bytes: ConfigurationDocument.commentedFile().utf8)
        #expect(file.entries.isEmpty)
        #expect(file.errors.isEmpty)
    }

    @Test func uncommentedShippedFileSaysTheDefaults() throws {
        let lines = try String(contentsOf: Self.shipped, encoding: .utf8).split(separator: "\n")
        let settings = lines.filter { $0.hasPrefix("#") && !$0.hasPrefix("# ") && $0 != "#" }.map { $0.dropFirst() }
        let loaded = load(settings.joined(separator: "\n"))
        #expect(loaded.errors.isEmpty)
        #expect(loaded.warnings.isEmpty)
        #expect(try loaded.get() == Configuration())
        #expect(settings.map { $0.prefix { $0 != " " } } == ConfigurationKey.all.map { $0.name[...] })
    }

    @Test func noLineIsWiderThanATerminalUnlessItIsASetting() {
        for line in ConfigurationDocument.commentedFile().split(separator: "\n") where line.hasPrefix("# ") {
            #expect(line.utf8.count <= 78, "\(line)")
        }
    }
}
