import Files
import Foundation
import ScratchFiles
import Testing

/// Logs that are read while they are written.
struct FollowedFileTests {
    private func append(_ text: String, to path: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    private func lines(_ file: inout FollowedFile) throws -> [String] {
        var lines: [String] = []
        // Nothing new must be said twice before a renamed file is left.
        for _ in 0..<3 { while let line = try file.next() { lines.append(String(decoding: line, as: UTF8.self)) } }
        return lines
    }

    @Test("Lines come as they are written, whole")
    func growing() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/log"
        var file = try FollowedFile(path: path)
        #expect(try lines(&file) == [] && file.position == nil)
        try append("one\ntw", to: path)
        #expect(try lines(&file) == ["one"])
        #expect(file.position?.offset == 4)
        try append("o\r\nthree\n", to: path)
        #expect(try lines(&file) == ["two", "three"])
        #expect(try lines(&file) == [])
    }

    @Test("A renamed file is read to its end, then the new one")
    func renamed() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/log"
        try append("one\n", to: path)
        var file = try FollowedFile(path: path)
        #expect(try lines(&file) == ["one"])
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        try append("late\n", to: path + ".1")
        #expect(try lines(&file) == ["late"])
        try append("new\n", to: path)
        #expect(try lines(&file) == ["new"])
    }

    @Test("A file that was copied and truncated loses nothing, longer than before or not", arguments: [false, true])
    func truncated(growsLonger: Bool) throws {
        let scratch = try Scratch()
        let path = scratch.path + "/log"
        try append("one\n", to: path)
        var file = try FollowedFile(path: path)
        #expect(try lines(&file) == ["one"])
        try append("last\n", to: path)
        try FileManager.default.copyItem(atPath: path, toPath: path + ".1")
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.truncate(atOffset: 0)
        try handle.close()
        let next = growsLonger ? "a new line that is longer than all before\n" : "n\n"
        try append(next, to: path)
        #expect(try lines(&file) == ["last", String(next.dropLast())])
    }

    @Test("It is taken up where it was left, across a rotation", arguments: [0, 1, 2])
    func resumed(rotation: Int) throws {
        let scratch = try Scratch()
        let path = scratch.path + "/log"
        try append("one\ntwo\n", to: path)
        var first = try FollowedFile(path: path)
        _ = try first.next()
        let position = first.position
        switch rotation {
        case 1:
            try FileManager.default.moveItem(atPath: path, toPath: path + "-20261130")
            try append("three\n", to: path)
        case 2:
            try FileManager.default.copyItem(atPath: path, toPath: path + ".1")
            let handle = try FileHandle(forWritingTo: URL(filePath: path))
            try handle.truncate(atOffset: 0)
            try handle.close()
            try append("three\n", to: path)
        default: try append("three\n", to: path)
        }
        var second = try FollowedFile(path: path, from: position)
        #expect(try lines(&second) == ["two", "three"])
        let remarks = second.takeRemarks()
        #expect(remarks.isEmpty == (rotation == 0))
    }

    @Test("Another file is read from its beginning, and said to be another")
    func anotherFile() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/log"
        try append("other\n", to: path)
        let gone = FilePosition(inode: 1, offset: 900, head: 7, headLength: 256)
        var file = try FollowedFile(path: path, from: gone)
        #expect(try lines(&file) == ["other"])
        #expect(file.takeRemarks().first?.contains("is another file") == true)
        #expect(file.takeRemarks().isEmpty)
    }

    @Test("A line of a megabyte is cut, and the next one is whole")
    func longLine() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/log"
        try append(String(repeating: "x", count: 1 << 20) + "\nnext\n", to: path)
        var file = try FollowedFile(path: path)
        let found = try lines(&file)
        #expect(found.map(\.utf8.count) == [FollowedFile.longestLine, 4])
    }

    @Test("A file that is gone is waited for; a directory is refused")
    func missing() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/log"
        try append("one\n", to: path)
        var file = try FollowedFile(path: path)
        #expect(try lines(&file) == ["one"])
        try FileManager.default.removeItem(atPath: path)
        #expect(try lines(&file) == [])
        #expect(file.takeRemarks().count == 1)
        try append("again\n", to: path)
        #expect(try lines(&file) == ["again"])
        #expect(throws: (any Error).self) { _ = try FollowedFile(path: scratch.path).position }
    }
}
