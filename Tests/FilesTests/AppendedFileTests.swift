import Files
import Foundation
import SMTP
import Testing

/// Lines are appended, two files at most; what is not a regular file is never moved.
@Suite("Files that are appended to")
final class AppendedFileTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "files-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    private func path(_ name: String) -> String { directory + "/" + name }
    private func text(_ name: String) -> String? { try? String(contentsOfFile: path(name), encoding: .utf8) }
    private func kind(_ name: String) -> mode_t {
        var status = stat()
        return lstat(path(name), &status) == 0 ? status.st_mode & S_IFMT : 0
    }
    private var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    }

    @Test func aFullFileIsMovedAside() throws {
        var file = try AppendedFile(path: path("a"), maximumSize: 8)
        for line in ["one\n", "two\n", "three\n", "four\n"] { try file.append(line.utf8) }
        #expect(text("a.1") == "three\n" && text("a") == "four\n")
        #expect(names == ["a", "a.1"])
    }

    @Test func whatIsThereIsKept() throws {
        try "before\n".write(toFile: path("a"), atomically: false, encoding: .utf8)
        var file = try AppendedFile(path: path("a"), maximumSize: 1_000)
        try file.append("after\n".utf8)
        #expect(text("a") == "before\nafter\n")
    }

    @Test func behindALinkTheLinkedFileIsMoved() throws {
        symlink("target", path("link"))
        var file = try AppendedFile(path: path("link"), maximumSize: 4)
        for line in ["one\n", "two\n"] { try file.append(line.utf8) }
        #expect(kind("link") == S_IFLNK)
        #expect(text("target.1") == "one\n" && text("target") == "two\n")
    }

    @Test func aDaemonsFileFollowsNoLink() throws {
        try "precious".write(toFile: path("target"), atomically: false, encoding: .utf8)
        symlink("target", path("link"))
        #expect(throws: DocumentFault.self) {
            _ = try AppendedFile(path: self.path("link"), maximumSize: 100, followsLinks: false)
        }
        #expect(text("target") == "precious")
    }

    @Test func aDaemonsFileIsARegularOneOfItsOwn() throws {
        try #require(mkfifo(path("pipe"), 0o600) == 0)
        for name in ["/dev/null", path("pipe"), directory] {
            #expect(throws: DocumentFault.self, "\(name)") {
                _ = try AppendedFile(path: name, maximumSize: 100, followsLinks: false)
            }
        }
        symlink("nowhere", path("dangling"))
        let fault = #expect(throws: DocumentFault.self) {
            _ = try AppendedFile(path: self.path("dangling"), maximumSize: 100, followsLinks: false)
        }
        #expect(fault?.problem.contains("symbolic link") == true && names == ["dangling", "pipe"])
    }

    /// A device or a pipe that was moved aside would be lost: root's /dev/null became a file.
    @Test func aPipeIsNeverFull() throws {
        try #require(mkfifo(path("pipe"), 0o600) == 0)
        let reader = open(path("pipe"), O_RDWR | O_NONBLOCK)
        defer { close(reader) }
        var file = try AppendedFile(path: path("pipe"), maximumSize: 4)
        for line in ["one\n", "two\n", "three\n"] { try file.append(line.utf8) }
        #expect(kind("pipe") == S_IFIFO && names == ["pipe"])
        var null = try AppendedFile(path: "/dev/null", maximumSize: 1)
        for line in ["one\n", "two\n"] { try null.append(line.utf8) }
        #expect(!FileManager.default.fileExists(atPath: "/dev/null.1"))
    }

    @Test func aFullDiskIsSaid() throws {
        var file = try AppendedFile(path: "/dev/full", maximumSize: 100)
        let fault = #expect(throws: DocumentFault.self) { try file.append("x".utf8) }
        #expect(fault?.description == "/dev/full: cannot be written: the disk is full: free disk space")
    }
}
