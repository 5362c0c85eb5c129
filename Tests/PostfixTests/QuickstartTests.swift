import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

/// What `packaging/quickstart` shows, after it has built it: on a host that never had an argotd.
@Suite("Quickstart", Requirements.postfix)
struct QuickstartTests {
    @Test func theTourShowsRealProgramsAndBotsAndLeavesNothing() throws {
        let scratch = try ScratchDirectory(prefix: "argot")
        let stage = "\(scratch.path)/stage"
        let child = try ChildProcess(
            FilterProcess.executable("argot-lab"),
            ["quickstart", "--argotd", FilterProcess.executable("argotd"), "--directory", stage],
            output: "\(scratch.path)/out", errors: "\(scratch.path)/err")
        let ending = child.wait(until: .after(.seconds(300)))
        child.stop(within: .seconds(10))
        func text(_ name: String) -> String {
            (try? String(contentsOfFile: "\(scratch.path)/\(name)", encoding: .utf8)) ?? ""
        }
        #expect(ending == .exited(0), "\(text("err"))")
        let parts = text("out").components(separatedBy: "\nMODE ")
        try #require(parts.count == 3, "\(text("out"))")
        for name in ["postfix", "swaks", "msmtp", "user.with.error"] {
            #expect(parts[1].contains("\n\(name) "), "\(name): \(parts[1])")
        }
        #expect(parts[1].contains("accept)") && !parts[1].contains("argotd logged nothing about: postfix"))
        #expect(parts[2].contains("fakereject") && parts[2].contains("451 4.7.1"))
        #expect(!FileManager.default.fileExists(atPath: stage))
    }
}
