import ArgumentParser
import ClientLab
import Configuration
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

    /// libmilter finds them in the program before its own or the C library's; a program whose symbols are hidden would
    /// go without, and say so only in its log.
    @Test func whatStandsInForLibrariesIsVisibleInThePackagedProgram() throws {
        let sources = Self.packaging.appending(path: "../Sources/Foundations/CMilter").standardizedFileURL
        var functions: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(atPath: sources.path) where file.hasSuffix(".c") {
            let code = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
            for line in code.split(separator: "\n") where line.hasSuffix("{") && line.first?.isLetter == true {
                guard let name = line.prefix(while: { $0 != "(" }).split(whereSeparator: { " *".contains($0) }).last
                else { continue }
                if line.contains("("), !line.hasPrefix("static "), !name.hasPrefix("argot_") {
                    functions.insert(String(name))
                }
            }
        }
        #expect(functions == ["__syslog_chk", "mi_rd_cmd", "sigwait", "syslog"])
        let map = try Self.text("debian/symbols.map")
        let list = try #require(map.split(separator: "global:").last?.split(separator: "local:").first)
        let visible = list.split { " ;\n".contains($0) }.map(String.init)
        #expect(Set(visible) == functions)
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

    /// An upgrade restarts the service alone: debhelper takes what `Also=` names along unless it is told not to.
    @Test func anUpgradeLeavesTheSocketsAlone() throws {
        let calls = try Self.text("debian/rules").split(separator: "\n").filter { $0.hasPrefix("\tdh_installsystemd ") }
        #expect(calls.count == 7)
        #expect(calls.contains("\tdh_installsystemd -pargot argot-teach.timer"))
        for (package, unit) in [
            ("argot", "argot-judgements.service"), ("argot", "argot-submit.timer"), ("argot-tap", "argot-tap.service"),
            ("argot-web", "argot-web.service"),
        ] {
            #expect(calls.contains("\tdh_installsystemd -p\(package) --no-enable --no-start \(unit)"))
        }
        let sockets = try #require(calls.first { $0.hasSuffix(" argotd.socket argotd-policy.socket") })
        #expect(sockets.contains(" --no-restart-after-upgrade ") && sockets.contains(" --no-stop-on-upgrade "))
        #expect(calls.contains("\tdh_installsystemd -pargot --no-also argotd.service"))
        // The package's own scripts stop or restart sockets in one place only: where Postfix has come or gone.
        let script = try Self.text("debian/argot.postinst")
        let steps = script.split(separator: "\n").filter { !$0.hasPrefix("#") && $0.contains("argotd.socket") }
        #expect(steps.filter { $0.contains(" stop ") || $0.contains("restart") }.count == 1)
        #expect(script.components(separatedBy: "move_sockets").count == 3)
    }

    /// systemd sets the owner of its sockets by path, as root: only root may put anything in their place.
    @Test func theDirectoriesOfTheSocketsBelongToRoot() throws {
        let lines = try Self.text("debian/argot.tmpfiles").split(separator: "\n").map {
            $0.split(separator: " ").joined(separator: " ")
        }
        #expect(lines.contains("d /run/argot 0755 root root -"))
        #expect(lines.contains("z /var/spool/postfix/argot 0755 root root -"))
        let service = try Self.text("systemd/argotd.service").split(separator: "\n")
        #expect(service.filter { $0.hasPrefix("RuntimeDirectory=") } == ["RuntimeDirectory=argot/control"])
        for unit in ["argotd.socket", "argotd-policy.socket"] {
            let paths = try Self.text("systemd/\(unit)").split(separator: "\n").filter { $0.hasPrefix("ListenStream=") }
            #expect(paths.allSatisfy { !$0.contains("/control/") } && !paths.isEmpty)
        }
        #expect(try Self.text("config/argotd.conf").contains("#control_socket = unix:/run/argot/control/"))
    }

    /// Runs the postrm over a tree that `prepare` makes; returns how it ended, what it said, and whether the user went.
    private static func purged(
        _ root: String, _ prepare: (FileManager) throws -> Void
    ) throws -> (status: ChildProcess.Ending?, output: String, isUserGone: Bool) {
        let files = FileManager.default
        for name in ["run/argot/control", "var/lib/argot", "etc/argot", "var/spool/postfix/argot"] {
            try files.createDirectory(atPath: "\(root)/\(name)", withIntermediateDirectories: true)
        }
        try prepare(files)
        var script = try text("debian/argot.postrm")
        for path in ["/run/argot", "/var/lib/argot", "/etc/argot", "/var/spool/postfix", "/etc/mail", "/etc/postfix"] {
            script.replace(path, with: root + path)
        }
        script.replace("getent passwd argot", with: "true")
        script.replace("userdel argot", with: "touch \(root)/userdel")
        script.replace("getent group argot", with: "false")
        try script.write(toFile: "\(root)/postrm", atomically: true, encoding: .utf8)
        let (ending, output) = try run("sh", ["\(root)/postrm", "purge"])
        return (ending, output, files.fileExists(atPath: "\(root)/userdel"))
    }

    @Test func purgingTakesEverything() throws {
        let root = try ScratchDirectory(prefix: "argot").path
        let (status, output, isUserGone) = try Self.purged(root) { files in
            _ = files.createFile(atPath: "\(root)/var/spool/postfix/argot/argot.sock", contents: nil)
            _ = files.createFile(atPath: "\(root)/var/lib/argot/hashing.key", contents: nil)
        }
        #expect(status == .exited(0))
        #expect(output.isEmpty && isUserGone)
        for name in ["run/argot", "var/lib/argot", "etc/argot", "var/spool/postfix/argot"] {
            #expect(!FileManager.default.fileExists(atPath: "\(root)/\(name)"), "\(name)")
        }
    }

    /// Without its tables a Postfix with the command hook would answer every command with 421.
    @Test func purgingLeavesTablesThatPostfixUses() throws {
        let root = try ScratchDirectory(prefix: "argot").path
        let (status, output, _) = try Self.purged(root) { files in
            try files.createDirectory(atPath: "\(root)/etc/postfix", withIntermediateDirectories: true)
            try Data("argot_command_filter = pipemap:{pcre:\(root)/etc/argot/postfix/wire, memcache:x}\n".utf8)
                .write(to: URL(filePath: "\(root)/etc/postfix/main.cf"))
            let wire = "\(root)/var/spool/postfix/argot/wire"
            try files.createDirectory(atPath: wire, withIntermediateDirectories: true)
            for name in ["wire.sock", "wire.sock.lock"] {
                _ = files.createFile(atPath: "\(wire)/\(name)", contents: nil)
            }
        }
        #expect(status == .exited(0))
        #expect(output.contains("postconf -PX smtp/inet/smtpd_command_filter"))
        for name in ["wire", "blank", "cut", "reply"] {
            #expect(FileManager.default.contents(atPath: "\(root)/etc/argot/postfix/\(name)") == Data())
        }
        #expect(!FileManager.default.fileExists(atPath: "\(root)/var/spool/postfix/argot"))
    }

    @Test func purgingSurvivesWhatItFinds() throws {
        let root = try ScratchDirectory(prefix: "argot").path
        let (status, output, isUserGone) = try Self.purged(root) { files in
            try files.createDirectory(atPath: "\(root)/elsewhere", withIntermediateDirectories: true)
            _ = files.createFile(atPath: "\(root)/elsewhere/precious", contents: nil)
            try files.removeItem(atPath: "\(root)/var/lib/argot")
            try files.createSymbolicLink(
                atPath: "\(root)/var/lib/argot", withDestinationPath: "\(root)/elsewhere")
            // A file in place of a directory, and a directory in place of a socket.
            try files.removeItem(atPath: "\(root)/run/argot")
            _ = files.createFile(atPath: "\(root)/run/argot", contents: nil)
            try files.createDirectory(
                atPath: "\(root)/var/spool/postfix/argot/odd.sock", withIntermediateDirectories: true)
        }
        #expect(status == .exited(0), "\(output)")
        #expect(FileManager.default.fileExists(atPath: "\(root)/elsewhere/precious"))
        #expect(output.contains("\(root)/elsewhere is left: \(root)/var/lib/argot was a symbolic link to it"))
        #expect(!isUserGone)
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(root)/var/lib")
        #expect(left.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: "\(root)/run/argot"))
    }

    /// A document that names a key which is none sends its reader astray.
    @Test func documentsNameKeysThatExist() throws {
        let keys = Set(ConfigurationKey.all.map(\.name))
        // Those of Postfix, and the form of a line.
        let others: Set = [
            "key", "disable_vrfy_command", "smtpd_upstream_proxy_protocol", "smtpd_milters", "milter_default_action",
        ]
        let root = Self.packaging.deletingLastPathComponent()
        // The page has a file of its own.
        let web = Set(try Self.text("config/web.conf").matches(of: /(?m)^#([a-z_]+) =/).map { String($0.1) })
        #expect(web.count == 9)
        let documents = try FileManager.default.contentsOfDirectory(atPath: Self.packaging.appending(path: "doc").path)
            .filter { $0.hasSuffix(".md") }.map { Self.packaging.appending(path: "doc/\($0)") }
        for document in documents + [root.appending(path: "README.md")] {
            let text = try String(contentsOf: document, encoding: .utf8)
            var named = text.matches(of: /`([a-z_]+) = [^`]*`/).map { String($0.1) }
            named += text.matches(of: /`([a-z_]+)` in `argotd.conf`/).map { String($0.1) }
            let unknown = named.filter { !keys.contains($0) && !others.contains($0) && !$0.hasPrefix("smtpd_") }
                .filter { !(document.lastPathComponent == "web.md" && web.contains($0)) }
            #expect(unknown.isEmpty, "\(document.lastPathComponent)")
        }
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
