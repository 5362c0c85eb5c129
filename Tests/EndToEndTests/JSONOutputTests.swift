import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Testing

/// Whatever an administrator's script asks, it can have as JSON.
@Suite("--json")
struct JSONOutputTests {
    private func json(_ daemon: ArgotDaemon, _ arguments: [String], status: Int32 = 0) throws -> Any {
        let tag = UUID().uuidString
        let child = try ChildProcess(
            FilterProcess.executable("argot"), arguments + ["--json", "--config", daemon.configurationFile],
            output: daemon.path("out-\(tag)"), errors: daemon.path("err-\(tag)"))
        #expect(child.wait(until: .after(.seconds(300))) == .exited(status), "\(daemon.contents(of: "err-\(tag)"))")
        let object = try JSONSerialization.jsonObject(
            with: Data(daemon.contents(of: "out-\(tag)").utf8), options: .fragmentsAllowed)
        #expect(Self.keys(of: object).allSatisfy { $0 == $0.lowercased() }, "\(arguments)")
        return object
    }

    /// All keys of a document; they are in snake_case.
    private static func keys(of value: Any) -> [String] {
        if let list = value as? [Any] { return list.flatMap(keys) }
        return (value as? [String: Any] ?? [:]).flatMap { [$0.key] + keys(of: $0.value) }
    }

    @Test func everyQuestionToTheDaemonHasIt() throws {
        let daemon = try ArgotDaemon.started()
        _ = try daemon.botReply()
        #expect(daemon.awaitVerdicts(1).count == 1)
        for (arguments, key) in [
            (["status"], "verdicts"), (["top", "--rounds", "1", "--interval", "0.1"], "latency"), (["reload"], "done"),
            (["mode", "enforce"], "mode"), (["allow", "192.0.2.77"], "allow"), (["deny"], "deny"),
            (["report"], "deserved"), (["purge", "--greylist"], "attempts"),
        ] {
            let object = try #require(try json(daemon, arguments) as? [String: Any], "\(arguments)")
            #expect(object[key] != nil, "\(arguments): \(object.keys.sorted())")
        }
        func check(status: Int32) throws -> [String: [[String: String]]] {
            try #require(try json(daemon, ["config", "check"], status: status) as? [String: [[String: String]]])
        }
        #expect(try check(status: 0)["errors"] == [])
        let good = daemon.contents(of: "argotd.conf")
        try daemon.write("mode = perhaps\n", to: "argotd.conf")
        let fault = try #require(try check(status: 1)["errors"]?.first)
        #expect(fault["source"] == daemon.configurationFile + ":1" && fault["key"] == "mode")
        #expect(fault["problem"]?.contains("perhaps") == true && fault["remedy"]?.contains("observe") == true)
        try daemon.write(good, to: "argotd.conf")
        for arguments in [["journal"], ["lies"], ["config"]] {
            #expect(try json(daemon, arguments) is [Any], "\(arguments)")
        }
    }
}
