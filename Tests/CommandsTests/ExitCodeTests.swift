import Foundation
import ScratchFiles
import Testing

/// The exit codes that `packaging/doc/faq.md` lists, where no daemon is needed; the others are tested with one.
@Suite("Exit codes")
struct ExitCodeTests {
    @Test(
        "as documented",
        arguments: [
            (["--version"], 0), (["help", "purge"], 0), (["nonsense"], 64), (["journal", "--limit", "0"], 64),
            (["config", "--set", "mode=enforce"], 0), (["config", "--set", "mode=perhaps"], 1),
            (["status", "--socket", "/nonexistent/control.sock"], 1),
            (["reload", "--socket", "/nonexistent/control.sock"], 1),
            (["mode", "enforce", "--socket", "/nonexistent/control.sock"], 1),
            (["allow", "192.0.2.1", "--socket", "/nonexistent/control.sock"], 1),
            (["deny", "192.0.2.1", "--socket", "/nonexistent/control.sock"], 1),
            (["journal", "--set", "data_directory=/nonexistent"], 1), (["replay", "/nonexistent"], 1),
            (["dialects", "diff", "/nonexistent", "/nonexistent"], 1),
            (["doctor", "--sendmail-cf", "/nonexistent"], 1), (["doctor", "--set", "mode=perhaps"], 2), (["purge"], 64),
            (["purge", "--everything"], 64), (["key", "rotate"], 64),
            (["key", "rotate", "--yes", "--set", "data_directory=/nonexistent"], 1),
            (["purge", "--greylist", "--socket", "/nonexistent/s", "--set", "data_directory=/nonexistent"], 1),
        ] as [([String], Int32)])
    func asDocumented(_ arguments: [String], _ status: Int32) throws {
        // No file of the host's is read.
        let takesFiles = !["--version", "help", "nonsense"].contains(arguments[0]) && arguments[0] != "dialects"
        let scratch = try Scratch()
        let file = try scratch.write("argotd.conf", "")
        let argot = try Argot(arguments + (takesFiles ? ["--config", file] : []))
        #expect(argot.status == status, "\(argot.errors)")
    }
}
