import FakeMTA
import Foundation
import Testing

@Suite("Filters as child processes")
struct FilterProcessTests {
    @Test func oneThatDoesNotExist() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: FilterProcessError.self) {
            try FilterProcess("no-such-filter", arguments: [], directory: directory)
        }
    }

    @Test func oneThatEndsEarlySaysWhy() throws {
        let directory = try TemporaryDirectory()
        let error = #expect(throws: FilterProcessError.self) {
            try FilterProcess(
                "reference-filter", arguments: ["--socket", "unix:/x", "--answer", "mail=refuse"],
                directory: directory)
        }
        #expect(
            error
                == .endedEarly(
                    "reference-filter",
                    standardError: "reference-filter: --answer mail=refuse: no such response\n"))
    }

    @Test(arguments: [
        ["--answer", "mail"], ["--answer", "none=reject"], ["--answer", "rcpt#0=reject"],
        ["--answer", "mail=reply:250:-:ok"], ["--answer", "mail=reply:550"], ["--answer", "mail=addheader:A:b"],
        ["--answer", "eom=addheader:A"], ["--answer", "mail=accept:now"], ["--answer", "mail=hang:soon"],
        ["--no-reply", "eom"], ["--no-reply", "nothing"], ["--what"], ["operand"],
    ])
    func oneWithBadOptionsIsNotReady(options: [String]) throws {
        #expect(throws: FilterProcessError.self) { try ScriptedFilter(options: options) }
    }

    @Test func oneThatIsNeverReadyIsKilled() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: FilterProcessError.notReady("/bin/cat", standardError: "")) {
            try FilterProcess(
                "/bin/cat", arguments: [try Self.fifo(in: directory)], directory: directory,
                timeout: .milliseconds(200))
        }
    }

    @Test func oneThatStopsOnRequest() throws {
        let directory = try TemporaryDirectory()
        let fifo = try Self.fifo(in: directory)
        let script = """
            trap 'exit 7' TERM
            echo oops >&2; echo starting; echo ready
            while :; do read line < \(fifo); done
            """
        let process = try FilterProcess("/bin/sh", arguments: ["-c", script], directory: directory)
        #expect(process.termination == nil)
        #expect(try process.stop() == .exited(7))
        #expect(process.termination == .exited(7))
        #expect(process.standardError.hasPrefix("oops\n"))
    }

    @Test func oneThatIsKilled() throws {
        let filter = try ScriptedFilter()
        filter.process.kill()
        #expect(filter.process.termination == .signalled(SIGKILL))
    }

    @Test func oneNobodyRefersToIsGone() throws {
        let directory = try TemporaryDirectory()
        var process: FilterProcess? = try FilterProcess(
            "reference-filter", arguments: ["--socket", "unix:" + directory.file("socket")], directory: directory)
        let session = try FakeMTASession(socket: "unix:" + directory.file("socket"))
        #expect(process?.termination == nil)
        process = nil
        try session.connection.awaitClose()
    }

    @Test func theDirectoryGoesWithItsLastUser() throws {
        var directory: TemporaryDirectory? = try TemporaryDirectory()
        let path = directory?.path ?? ""
        _ = try directory?.write("text", to: "file")
        #expect(directory?.contents(of: "file") == "text")
        #expect(directory?.contents(of: "other") == "")
        directory = nil
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    /// A pipe with a name, at which a reader waits for ever.
    private static func fifo(in directory: TemporaryDirectory) throws -> String {
        let path = directory.file("fifo")
        guard mkfifo(path, 0o600) == 0 else { throw FakeMTAError.system(call: "mkfifo", errno: errno) }
        return path
    }
}
