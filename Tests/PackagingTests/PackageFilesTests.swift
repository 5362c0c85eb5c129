import ArgumentParser
import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

@testable import Commands
@testable import Daemon

/// The files of the package that say something about the programs.
@Suite("Package files")
struct PackageFilesTests {
    private static let packaging = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../packaging").standardizedFileURL

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: packaging.appending(path: path), encoding: .utf8)
    }

    /// Runs a program and returns how it ended and what it printed.
    private static func run(_ name: String, _ arguments: [String], input: String = "/dev/null") throws -> (
        ending: ChildProcess.Ending?, output: String
    ) {
        let directory = try ScratchDirectory(prefix: "argot")
        let output = "\(directory.path)/output"
        let path = try Executable.require(name, package: name)
        let process = try ChildProcess(path, arguments, input: input, output: output, errors: output)
        let ending = process.wait(until: .after(.seconds(120)))
        process.stop(within: .zero)
        return (ending, (try? String(contentsOfFile: output, encoding: .utf8)) ?? "")
    }

    @Test func thePackageHasTheProgramsVersion() throws {
        let first = try #require(try Self.text("debian/changelog").split(separator: "\n").first)
        let version = try #require(first.split(whereSeparator: { "()".contains($0) }).dropFirst().first)
        #expect(ArgotCommand.configuration.version == "argot \(version)")
        #expect(ControlService.version == version)
    }

    @Test(arguments: [
        "debian/argot.postinst", "debian/argot.postrm", "debian/argot.bug-script", "debian/tests/commands",
        "systemd/argot-generator",
    ])
    func scriptsAreWellFormed(path: String) throws {
        let (ending, output) = try Self.run("sh", ["-n", Self.packaging.appending(path: path).path])
        #expect(ending == .exited(0), "\(output)")
    }

    @Test(arguments: [
        "build-deb", "test-deb", "lab/container", "lab/life-of-a-package", "debian/tests/mail-flow",
    ])
    func bashScriptsAreWellFormed(path: String) throws {
        let (ending, output) = try Self.run("bash", ["-n", Self.packaging.appending(path: path).path])
        #expect(ending == .exited(0), "\(output)")
    }

    @Test func theUnitsPassSocketsByNamesThatTheDaemonKnows() throws {
        for (unit, name) in [("argotd.socket", "milter"), ("argotd-policy.socket", "policy")] {
            let lines = try Self.text("systemd/\(unit)").split(separator: "\n")
            #expect(lines.contains("FileDescriptorName=\(name)"))
            #expect(lines.contains("Service=argotd.service"))
        }
        #expect(try Self.text("systemd/argotd.service").contains("\nSockets=argotd.socket argotd-policy.socket\n"))
    }

    @Test func theGeneratorActsOnlyWherePostfixIs() throws {
        let root = try ScratchDirectory(prefix: "argot")
        func generated() throws -> String? {
            let directory = try ScratchDirectory(prefix: "argot")
            let script = Self.packaging.appending(path: "systemd/argot-generator").path
            let variables = ["ARGOT_ROOT=\(root.path)", "sh", script, directory.path]
            let (ending, output) = try Self.run("env", variables)
            #expect(ending == .exited(0), "\(output)")
            return try? String(
                contentsOfFile: "\(directory.path)/argotd.socket.d/postfix.conf", encoding: .utf8)
        }
        #expect(try generated() == nil)
        let programs = "\(root.path)/usr/lib/postfix/sbin"
        try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: "\(root.path)/etc", withIntermediateDirectories: true)
        try "root:x:0:\n".write(toFile: "\(root.path)/etc/group", atomically: true, encoding: .utf8)
        let isMade = FileManager.default.createFile(
            atPath: "\(programs)/master", contents: nil, attributes: [.posixPermissions: 0o755])
        #expect(isMade)
        // Installed and not configured yet: the group is missing, and the socket unit would fail.
        #expect(try generated() == nil)
        try "postfix:x:120:\n".write(toFile: "\(root.path)/etc/group", atomically: true, encoding: .utf8)
        let lines = try #require(try generated()).split(separator: "\n")
        #expect(lines.contains("ListenStream="))
        #expect(lines.contains("ListenStream=/var/spool/postfix/argot/argot.sock"))
        #expect(lines.contains("SocketGroup=postfix"))
    }

    @Test func logcheckKeepsSilentAboutWhatIsUsualAndOnlyThat() throws {
        let daemon = try ArgotDaemon.started(["log_format": "text"])
        let session = try FakeMTASession(socket: daemon.socket)
        _ = try session.connect(ClientPeer(ip: "192.0.2.14"))
        _ = try session.helo("a \"quoted\\ name\" \u{7f}")
        _ = try session.mail("<pat@elsewhere.example>")
        _ = try session.rcpt("<user1@lab.example>")
        try session.quit()
        #expect(Poll.until(.after(.seconds(60))) { daemon.standardError.contains("quoted") })
        daemon.send(SIGHUP)
        #expect(Poll.until(.after(.seconds(60))) { daemon.standardError.contains("message=reloaded") })
        try daemon.write("mode = perhaps\n", to: "argotd.conf")
        daemon.send(SIGHUP)
        #expect(Poll.until(.after(.seconds(60))) { daemon.standardError.contains("message=\"not reloaded") })
        #expect(daemon.stop() == .exited(0))

        let prefixes = ["Nov  2 07:05:50 mail argotd[123]: ", "2026-11-22T07:05:50.123456+00:00 mail argotd[9]: "]
        let logged = daemon.standardError.split(separator: "\n").filter { !$0.hasPrefix("ready") }
        let lines = logged.flatMap { line in prefixes.map { $0 + line } }
        let directory = try ScratchDirectory(prefix: "argot")
        let log = "\(directory.path)/log"
        try lines.map { $0 + "\n" }.joined().write(toFile: log, atomically: true, encoding: .utf8)
        let rules = Self.packaging.appending(path: "debian/argot.logcheck.ignore.server").path
        let left = try Self.run("grep", ["-E", "-v", "-f", rules, log]).output.split(separator: "\n")
        let marks = ["level=error", "level=warning", "]: warning: "]
        let unusual = lines.filter { line in marks.contains { line.contains($0) } }
        #expect(!unusual.isEmpty)
        #expect(left.map(String.init) == unusual)
    }
}
