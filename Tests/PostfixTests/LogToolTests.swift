import ClientLab
import DaemonLab
import Foundation
import Testing

/// What logwatch, pflogsumm and fail2ban make of the lines that a real Postfix and argotd write: the tables of
/// `packaging/doc/log-tools.md` are what `Tests/log-tools` prints.
@Suite("Log tools", Requirements.postfix, Requirements.logTools)
struct LogToolTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Postfix' and argotd's lines of a host that refuses, greylists, lies and accepts, each once.
    private func logs(_ directory: String) throws {
        var mail = ""
        var own = ""
        let cases: [(action: String, client: FilteredPostfix.Client)] = [
            ("reject", .bot), ("tempfail", .device(at: "192.0.2.15")), ("fakereject", .bot(at: "192.0.2.16")),
            ("reject", .honest),
        ]
        for (action, client) in cases {
            let lab = try FilteredPostfix(ArgotDaemon.enforcing(action, ["log_format": "text"]))
            try lab.send(client)
            _ = try lab.ask(.honest, for: "nobody@lab.example")
            try lab.postfix.waitForLog(containing: "lost connection after RCPT from mail.linden.example")
            if client.identity.address == FilteredPostfix.Client.honest.identity.address {
                try lab.postfix.waitUntilDelivered(1)
            } else {
                try lab.postfix.waitForLog(containing: "lost connection after RCPT from unknown")
            }
            #expect(Poll.until(.after(.seconds(120))) { lab.daemon.standardError.contains("\nverdict: ") })
            mail += lab.postfix.log
            own += lab.daemon.standardError
        }
        try mail.write(toFile: directory + "/mail.log", atomically: true, encoding: .utf8)
        try own.write(toFile: directory + "/argot.log", atomically: true, encoding: .utf8)
    }

    @Test func theDocumentSaysWhatTheToolsSay() throws {
        let scratch = try ScratchDirectory(prefix: "argot")
        try logs(scratch.path)
        let script = Self.repository.appending(path: "Tests/log-tools").path
        let child = try ChildProcess(
            script, [scratch.path + "/mail.log", scratch.path + "/argot.log"], output: scratch.path + "/out",
            errors: scratch.path + "/err")
        let ending = child.wait(until: .after(.seconds(600)))
        let output = try String(contentsOfFile: scratch.path + "/out", encoding: .utf8)
        let errors = try String(contentsOfFile: scratch.path + "/err", encoding: .utf8)
        #expect(ending == .exited(0), "\(errors)")
        let document = try String(
            contentsOf: Self.repository.appending(path: "packaging/doc/log-tools.md"), encoding: .utf8)
        let written = Set(document.split(separator: "\n"))
        let printed = output.split(separator: "\n")
        #expect(printed.count > 20)
        #expect(printed.filter { !written.contains($0) } == [])
    }
}

extension Requirements {
    /// The condition of tests with log tools.
    static let logTools = ConditionTrait.enabled(
        if: isInCI
            || ["logwatch", "pflogsumm", "fail2ban-regex"].allSatisfy { Executable.path(of: $0) != nil },
        "needs Debian's logwatch, pflogsumm and fail2ban")
}
