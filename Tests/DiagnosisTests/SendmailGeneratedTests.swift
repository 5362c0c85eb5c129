import Diagnosis
import Foundation
import Processes
import Sockets
import Testing

/// `sendmail.cf` as Debian's real m4 files make it of a `sendmail.mc`.
@Suite(
    "Sendmail's own m4, looked at",
    .enabled(if: GeneratedSendmail.isThere, "needs m4 and Debian's sendmail-cf, unpacked by Tests/run"))
struct SendmailGeneratedTests {
    private let settings = FilterSettings(
        socket: .unix(path: "/run/argot/argot.sock"), socketText: "unix:/run/argot/argot.sock")

    private static let times = ", T=C:5s;S:5s;R:5s;E:1m"
    private static let documented = "INPUT_MAIL_FILTER(`argot', `S=unix:/run/argot/argot.sock, F=\(times)')"
    private static let other = "INPUT_MAIL_FILTER(`other', `S=inet:8891@localhost')"

    private func faults(_ lines: String...) throws -> [String] {
        let sendmail = SendmailConfiguration(try GeneratedSendmail.text(lines), file: "sendmail.cf")
        return SendmailExamination(sendmail, settings: settings).findings.map { "\($0.severity.rawValue) \($0.id)" }
    }

    @Test func theDocumentedLineIsInOrder() throws {
        #expect(try faults(Self.documented) == ["ok sendmail"])
        #expect(try faults(Self.other, Self.documented) == ["ok sendmail"])
    }

    @Test func faultsAreFound() throws {
        #expect(try faults() == ["problem sendmail.milter-missing"])
        #expect(try faults(Self.documented, Self.other) == ["warning sendmail.order"])
        #expect(
            try faults(Self.documented.replacing("INPUT_MAIL_FILTER", with: "MAIL_FILTER"))
                == ["problem sendmail.not-asked"])
        #expect(try faults(Self.documented.replacing("F=,", with: "F=T,")) == ["problem sendmail.failure"])
        #expect(
            try faults(Self.documented.replacing(Self.times, with: "")) == ["warning sendmail.timeout-long"])
        #expect(
            try faults(Self.documented.replacing("/run/argot/", with: "/var/spool/")) == ["problem sendmail.socket"])
        #expect(
            try faults(Self.documented, "define(`confINPUT_MAIL_FILTERS', `other')", Self.other)
                == ["problem sendmail.not-asked"])
    }

    /// Debian's own `sendmail.mc` has a daemon for users, which asks every filter unless told otherwise.
    @Test func theDaemonForUsersIsKnown() throws {
        let users = "DAEMON_OPTIONS(`Family=inet, Name=MSP-v4, Port=submission, M=Ea, Addr=127.0.0.1')"
        let strangers = "DAEMON_OPTIONS(`Family=inet, Name=MTA-v4, Port=smtp')"
        #expect(try faults(Self.documented, strangers, users) == ["warning sendmail.submission"])
        let mended = users.replacing("Addr", with: "InputMailFilters=other, Addr")
        #expect(try faults(Self.documented, strangers, mended) == ["ok sendmail"])
    }
}

/// Debian's m4 files of Sendmail, unpacked somewhere, as Sendmail's package conflicts with Postfix.
enum GeneratedSendmail {
    private static let tree =
        ProcessInfo.processInfo.environment["ARGOT_SENDMAIL_TREE"] ?? "/var/cache/argot-lab/sendmail"

    private static var files: String { tree + "/usr/share/sendmail/cf/" }

    /// Whether they and m4 are there; in continuous integration they have to be.
    static let isThere =
        ProcessInfo.processInfo.environment["CI"] != nil
        || (FileManager.default.fileExists(atPath: files + "m4/cf.m4") && (try? ProgramRun("m4", ["--version"])) != nil)

    /// The `sendmail.cf` of a host with these lines.
    static func text(_ lines: [String]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "argot-\(UUID().uuidString).mc")
        let source =
            ["divert(0)", "OSTYPE(`linux')", "FEATURE(`no_default_msa')"] + lines + [
                "MAILER(`local')", "MAILER(`smtp')",
            ]
        try source.map { $0 + "dnl\n" }.joined().write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let run = try ProgramRun("m4", ["-D_CF_DIR_=\(files)", files + "m4/cf.m4", file.path])
        guard run.status == 0, run.output.contains("DZ8.") else { throw GenerationFailure(words: run.errors) }
        return run.output
    }
}

/// m4 made no configuration.
struct GenerationFailure: Error {
    var words: String
}
