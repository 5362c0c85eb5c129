import Files
import Foundation
import SMTP
import Seeded
import Testing

/// Lines come out as they went in, whatever their length, their end or the packing.
struct LineReaderTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "files-\(UUID().uuidString)")

    private func lines(of bytes: [UInt8], limit: Int = 1 << 24, gzip: Bool = false) throws -> [String] {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "lines")
        try Data(bytes).write(to: file)
        var path = file.path
        if gzip {
            let process = Process()
            process.executableURL = URL(filePath: "/bin/gzip")
            process.arguments = [path]
            try process.run()
            process.waitUntilExit()
            path += ".gz"
        }
        var reader = try LineReader(path: path, limit: limit)
        var result: [String] = []
        var number = 0
        while let line = try reader.next() {
            number += 1
            #expect(line.number == number)
            #expect(line.bytes.count <= limit)
            result.append(String(decoding: line.bytes, as: UTF8.self) + (line.isCut ? "…" : ""))
        }
        #expect(reader.position == reader.size)
        return result
    }

    @Test(
        "Line ends LF and CRLF, a last line without one, empty lines",
        arguments: [
            ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\r\nb", ["a", "b"]), ("\n\na\n", ["", "", "a"]),
            ("a\rb\n", ["a\rb"]), ("\u{feff}a\nb", ["a", "b"]), ("\u{feff}", []), ("\u{feff}\n", [""]),
        ])
    func ends(text: String, expected: [String]) throws {
        #expect(try lines(of: Array(text.utf8)) == expected)
    }

    @Test("A line that is too long is cut and counted as one line", arguments: [1, 7, 100, 70_000, 200_000])
    func cut(limit: Int) throws {
        let long = String(repeating: "x", count: 150_000)
        let read = try lines(of: Array("ab\n\(long)\ncd\n".utf8), limit: limit)
        #expect(
            read == ["ab", long, "cd"].map { $0.count > limit ? $0.prefix(limit) + "…" : $0 })
    }

    @Test(
        "UTF-16, as some programs of Windows write, is a fault that says the remedy",
        arguments: [[0xff, 0xfe], [0xfe, 0xff]])
    func wide(mark: [UInt8]) throws {
        let fault = try #require(throws: DocumentFault.self) { try lines(of: mark + [0x61, 0, 0x0a, 0]) }
        #expect(fault.problem.contains("iconv"))
    }

    @Test("Random lines, plain and packed, equal a split of the whole", arguments: 0..<12)
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...400, using: &generator)
        let texts = (0..<count).map { _ in
            generator.word(Int.random(in: 0...(Bool.random(using: &generator) ? 5_000 : 20), using: &generator))
        }
        let bytes = Array(texts.map { $0 + "\n" }.joined().utf8)
        #expect(try lines(of: bytes, gzip: seed % 2 == 0) == texts)
    }

    @Test("A missing file, a directory and damaged packing are told apart")
    func faults() throws {
        #expect(throws: DocumentFault.self) { _ = try LineReader(path: "/nonexistent/file") }
        #expect(throws: DocumentFault(file: "/tmp", line: 0, problem: "is not a file: name the files in it")) {
            _ = try LineReader(path: "/tmp")
        }
        var packed: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]
        packed += Array(repeating: 0x55, count: 40)
        #expect(throws: DocumentFault.self) { try lines(of: packed) }
    }
}
