import Foundation
import ScratchFiles
import Testing

/// Whatever a command writes to, it replaces nothing but a regular file: root's `/dev/null` stays a device.
@Suite("What commands write to")
struct WrittenThroughTests {
    private static let commands: [[String]] = [
        ["dialects", "draw", "postfix", "--format", "dot", "--output"],
        ["dialects", "export", "--output"],
        ["senders", "simulate", "--bots", "5", "--periods", "1", "--output"],
        ["dialects", "learn", "FILE", "--model"],
        ["dialects", "import", "--format", "transcripts", "FILE", "--output"],
    ]

    private static func kind(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
    }

    @Test(arguments: commands)
    func linksStayLinks(command: [String]) throws {
        let scratch = try Scratch()
        let recording = repository.appending(path: "contrib/lab/recordings/swaks.jsonl").path
        let target = try scratch.write("target", "old")
        let link = scratch.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "target")
        let argot = try Argot(command.map { $0 == "FILE" ? recording : $0 } + [link])
        #expect(argot.status == 0, "\(argot.errors)")
        #expect(Self.kind(link) == S_IFLNK)
        #expect(try String(contentsOfFile: target, encoding: .utf8).count > 3)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["link", "target"])
        let null = try Argot(command.map { $0 == "FILE" ? recording : $0 } + ["/dev/null"])
        #expect(null.status == 0, "\(null.errors)")
        #expect(Self.kind("/dev/null") == S_IFCHR)
        let full = try Argot(command.map { $0 == "FILE" ? recording : $0 } + ["/dev/full"])
        #expect(full.status == 1 && full.errors.contains("/dev/full: cannot be written: the disk is full"))
        let nowhere = try Argot(command.map { $0 == "FILE" ? recording : $0 } + [scratch.path + "/none/file"])
        #expect(nowhere.status == 1 && nowhere.errors.contains("its directory does not exist"))
    }
}
