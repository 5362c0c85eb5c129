import Files
import Foundation
import SMTP
import Testing

/// A regular file is replaced whole; everything else is written through.
@Suite("Files that are written")
final class OutputFileTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "files-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    private func path(_ name: String) -> String { directory + "/" + name }
    private func text(_ name: String) -> String? { try? String(contentsOfFile: path(name), encoding: .utf8) }
    private func make(_ name: String, _ text: String) throws {
        try text.write(toFile: path(name), atomically: false, encoding: .utf8)
    }
    private func status(_ name: String) throws -> stat {
        var status = stat()
        try #require(lstat(path(name), &status) == 0)
        return status
    }
    private var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    }

    @Test func aNewFileAppearsWhole() throws {
        var file = try OutputFile(path: path("a"))
        try file.write("one ".utf8)
        try file.flush()
        #expect(names.isEmpty)
        try file.write("two".utf8)
        try file.finish()
        #expect(text("a") == "one two")
        #expect(names == ["a"])
        let mask = umask(0)
        umask(mask)
        #expect(try status("a").st_mode & 0o777 == 0o666 & ~mask)
    }

    @Test func anOldFileStaysUntilTheNewOneIsWhole() throws {
        try make("a", "old")
        chmod(path("a"), 0o604)
        let before = try status("a").st_ino
        do {
            var file = try OutputFile(path: path("a"))
            try file.write(String(repeating: "x", count: 200_000).utf8)
        }
        #expect(text("a") == "old")
        #expect(names == ["a"])
        try OutputFile.write("new", to: path("a"))
        #expect(text("a") == "new")
        #expect(try status("a").st_mode & 0o7777 == 0o604)
        #expect(try status("a").st_ino != before)
        #expect(names == ["a"])
    }

    @Test(.enabled(if: geteuid() == 0, "only root gives files away"))
    func theOwnerIsKept() throws {
        try make("a", "old")
        chown(path("a"), 12_345, 54_321)
        try OutputFile.write("new", to: path("a"))
        #expect(try [status("a").st_uid, status("a").st_gid] == [12_345, 54_321])
        // A file of the program's own, in somebody's directory, is that somebody's.
        chown(directory, 12_345, 54_321)
        try OutputFile.write("own", replacing: path("b"), mode: 0o640)
        #expect(try [status("b").st_uid, status("b").st_gid] == [12_345, 54_321])
    }

    @Test func aSymbolicLinkStaysOne() throws {
        try make("target", "old")
        try FileManager.default.createDirectory(atPath: path("below"), withIntermediateDirectories: true)
        symlink("../target", path("below/inner"))
        symlink("below/inner", path("link"))
        try OutputFile.write("new", to: path("link"))
        #expect(text("target") == "new")
        #expect(try status("link").st_mode & S_IFMT == S_IFLNK)
        #expect(try status("below/inner").st_mode & S_IFMT == S_IFLNK)
    }

    @Test func aLinkToNothingMakesWhatItNames() throws {
        symlink("target", path("link"))
        try OutputFile.write("new", to: path("link"))
        #expect(text("target") == "new")
        #expect(names == ["link", "target"])
    }

    @Test func linksInACircleAreAnError() throws {
        symlink("b", path("a"))
        symlink("a", path("b"))
        #expect(throws: DocumentFault.self) { try OutputFile.write("new", to: self.path("a")) }
        #expect(names == ["a", "b"])
    }

    @Test func allNamesOfAFileAreWritten() throws {
        try make("a", "a longer text")
        link(path("a"), path("b"))
        try OutputFile.write("new", to: path("a"))
        #expect(text("b") == "new")
    }

    @Test func aPipeIsWrittenThrough() throws {
        try #require(mkfifo(path("pipe"), 0o600) == 0)
        // Open for both, so that nobody waits for the other end.
        let reader = open(path("pipe"), O_RDWR | O_NONBLOCK)
        defer { close(reader) }
        try OutputFile.write("through", to: path("pipe"))
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = read(reader, &buffer, buffer.count)
        #expect(String(decoding: buffer[..<max(0, count)], as: UTF8.self) == "through")
        #expect(try status("pipe").st_mode & S_IFMT == S_IFIFO)
    }

    @Test func aDeviceStaysADevice() throws {
        try OutputFile.write("gone", to: "/dev/null")
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
        symlink("/dev/null", path("null"))
        try OutputFile.write("gone", to: path("null"))
        #expect(try self.status("null").st_mode & S_IFMT == S_IFLNK)
    }

    @Test(arguments: ["/dev/full"])
    func aFullDiskIsSaid(device: String) throws {
        let fault = #expect(throws: DocumentFault.self) { try OutputFile.write("x", to: device) }
        #expect(fault?.description == "/dev/full: cannot be written: the disk is full: free disk space")
    }

    @Test func descriptorsAreWrittenWhereTheyStand() throws {
        try make("log", "before\n")
        let descriptor = open(path("log"), O_WRONLY | O_APPEND)
        defer { close(descriptor) }
        for name in ["/dev/fd/\(descriptor)", "/proc/self/fd/\(descriptor)"] {
            try OutputFile.write("after\n", to: name)
        }
        #expect(text("log") == "before\nafter\nafter\n")
    }

    @Test func whatCannotBeWrittenIsSaid() throws {
        #expect(
            #expect(throws: DocumentFault.self) { try OutputFile(path: self.directory).finish() }?.problem
                == "cannot be written: it is a directory: name a file in it")
        #expect(
            #expect(throws: DocumentFault.self) { try OutputFile(path: self.path("none/a")).finish() }?.problem
                == "cannot be written: its directory does not exist: create it, or name another file")
    }

    /// What lies in the place of a file of our own is not followed, whoever has put it there.
    @Test func ownFilesFollowNothing() throws {
        try make("target", "precious")
        symlink("target", path("runtime.conf"))
        try OutputFile.write("own", replacing: path("runtime.conf"), mode: 0o640)
        #expect(text("target") == "precious")
        #expect(text("runtime.conf") == "own")
        #expect(try status("runtime.conf").st_mode == S_IFREG | 0o640)
    }
}
