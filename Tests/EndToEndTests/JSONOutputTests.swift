import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

/// Whatever an administrator's script asks, it can have as JSON.
@Suite("--json")
struct JSONOutputTests {
    private func json(_ daemon: ArgotDaemon, _ arguments: [String]) throws -> Any {
        let tag = UUID().uuidString
        let child = try ChildProcess(
            FilterProcess.executable("argot"), arguments + ["--json", "--config", daemon.configurationFile],
            output: daemon.path("out-\(tag)"), errors: daemon.path("err-\(tag)"))
        #expect(child.wait(until: .after(.seconds(300))) == .exited(0), "\(daemon.contents(of: "err-\(tag)"))")
        return try JSONSerialization.jsonObject(
            with: Data(daemon.contents(of: "out-\(tag)").utf8), options: .fragmentsAllowed)
    }

    @Test func everyQuestionToTheDaemonHasIt() throws {
        let daemon = try ArgotDaemon.started()
        _ = try daemon.botReply()
        #expect(daemon.awaitVerdicts(1).count == 1)
        for (arguments, key) in [
            (["status"], "verdicts"), (["top", "--rounds", "1", "--interval", "0.1"], "latency"), (["reload"], "done"),
            (["mode", "enforce"], "mode"), (["allow", "192.0.2.77"], "allow"), (["deny"], "deny"),
            (["purge", "--greylist"], "attempts"),
        ] {
            let object = try #require(try json(daemon, arguments) as? [String: Any], "\(arguments)")
            #expect(object[key] != nil, "\(arguments): \(object.keys.sorted())")
        }
        for arguments in [["journal"], ["lies"], ["config"]] {
            #expect(try json(daemon, arguments) is [Any], "\(arguments)")
        }
    }
}
