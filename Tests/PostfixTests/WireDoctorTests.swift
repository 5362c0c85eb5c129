import ClientLab
import DaemonLab
import Foundation
import Testing

/// `argot doctor --wire` on a real Postfix with argotd: every line pasted as it is printed.
@Suite("argot doctor --wire", Requirements.postfix, .serialized)
struct WireDoctorTests {
    private func examine(_ host: DoctorTests.Host, _ more: String...) throws -> DoctorTests.Report {
        try DoctorTests.Report(
            host.daemon,
            ["--postfix-config", host.daemon.path("postfix/config"), "--wire-tables", CommandHookLab.tables] + more)
    }

    private func paste(_ lines: [String], _ host: DoctorTests.Host) throws {
        for line in lines {
            let child = try ChildProcess(
                Executable.require("sh", package: "dash"), ["-c", line], output: host.daemon.path("said"),
                errors: host.daemon.path("said"))
            #expect(
                child.wait(until: .after(.seconds(120))) == .exited(0), "\(line) \(host.daemon.contents(of: "said"))")
        }
    }

    @Test(arguments: [false, true])
    func itIsSwitchedOnProvedAndSwitchedOff(replies: Bool) throws {
        let host = try DoctorTests.Host(CommandHookLab.settings)
        let off = try examine(host, "--wire")
        #expect(off.faults == ["warning wire.missing"])
        let lines = try #require(off["wire.missing"]?.remedy)
        let withReplies = try examine(host, "--wire", "--replies")["wire.missing"]?.remedy ?? []
        #expect(withReplies != lines)
        try paste(replies ? withReplies : lines, host)

        let on = try examine(host, "--wire", "--prove")
        #expect(on.faults == ["note wire.undo"])
        #expect(on["wire"]?.severity == "ok")
        #expect(on["wire.proof"]?.severity == "ok", "\(on["wire.proof"]?.text ?? "")")
        #expect(try host.answer() == 250)
        // The tables in use are looked at without being named.
        #expect(try host.examine("--wire")["wire"]?.severity == "ok")
        // Without argotd mail goes on; nothing but that is proved then.
        host.daemon.kill()
        #expect(try host.answer() == 250)
        #expect(try examine(host, "--wire", "--prove")["wire.proof"]?.severity == "problem")
        try host.daemon.start()

        try paste(try #require(on["wire.undo"]?.remedy), host)
        #expect(try examine(host).faults == ["warning wire.missing"])
        #expect(try host.answer() == 250)
    }
}
