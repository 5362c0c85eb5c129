import Dialects
import Foundation
import SMTP
import Testing

@testable import Decision

/// The model that a configuration names.
@Suite("Model files")
struct ModelFileTests {
    @Test("A file of absurd size is refused before it is read")
    func tooLarge() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "argot-model-\(UUID().uuidString)")
        try Data("argot-dialects 2\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(throws: Never.self) { try ModelFile.read(file.path()).get() }
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: UInt64(ModelFile.maximumBytes) + 1)
        try handle.close()
        #expect {
            try ModelFile.read(file.path()).get()
        } throws: { error in
            String(describing: error).contains("256000001 bytes: a model can have at most 256000000")
        }
    }

    @Test(
        "What is no text is said with its place",
        arguments: [
            (
                Array("argot-dialects 2\n\ndialect caf".utf8) + [0xe9, 0x0a],
                ":3: byte 12 of the line, 0xE9, is not UTF-8"
            ),
            ([0x1f, 0x8b, 8], ": the file is compressed: unpack it with gunzip"),
        ])
    func noText(bytes: [UInt8], problem: String) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "argot-model-\(UUID().uuidString)")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect {
            try ModelFile.read(file.path()).get()
        } throws: { error in
            String(describing: error).contains(file.path() + problem)
        }
    }

    @Test func aFileThatIsNotThereIsSaid() {
        #expect {
            try ModelFile.read("/nonexistent/model").get()
        } throws: { error in
            String(describing: error) == "/nonexistent/model: cannot be read: check path and permissions"
        }
    }
}
