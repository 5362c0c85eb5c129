import Foundation
import Keeping
import Testing

@Suite("The data directory")
struct DataDirectoryTests {
    @Test("names its files, and what was moved aside")
    func names() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "argot-data-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let files = DataDirectory(path)
        #expect(DataDirectory(of: files.database) == files && DataDirectory(of: "argot.sqlite").path == ".")
        let moved = [
            DataDirectory.moved(files.database, at: 7, number: 1),
            DataDirectory.moved(files.database, at: 7, number: 2),
        ]
        for file in moved + [files.database, files.hashingKey] {
            #expect(FileManager.default.createFile(atPath: file, contents: nil))
        }
        #expect(moved == [path + "/argot.sqlite.corrupt-7", path + "/argot.sqlite.corrupt-7-2"])
        #expect(files.movedAside == moved)
        #expect(DataDirectory.remove(files.movedAside + [files.senderModel]) == moved)
        #expect(files.movedAside.isEmpty && FileManager.default.fileExists(atPath: files.database))
        #expect(DataDirectory(path + "/none").movedAside.isEmpty)
    }
}
