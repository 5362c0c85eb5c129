import ClientLab
import Foundation
import Glibc
import RedisLab

/// The tour of two mail servers that share what they remember: two private Postfixes, two argotds, a private Redis.
struct TwoServers {
    let options: LabOptions.Quickstart
    let cleanup: Cleanup

    /// Runs the whole tour.
    func run() throws {
        guard RedisServer.isInstalled else {
            throw LabError(.missingProgram, "redis-server is not installed", remedy: "apt-get install redis-server")
        }
        let directory = try cleanup.adopt(undo: { scratch in scratch.remove() }, { try ScratchDirectory() }).path
        let place = directory + "/redis"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let redis = try cleanup.adopt(undo: { $0.kill() }, { try RedisServer(in: place) })
        Console.say("working in \(directory); Redis at \(redis.address)\n")
        let key = Data((0..<32).map { _ in UInt8.random(in: .min ... .max) })
        let stages = try ["mx1", "mx2"].map { name in
            let data = "\(directory)/\(name)/data"
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
            try key.write(to: URL(filePath: data + "/hashing.key"))
            chmod(data + "/hashing.key", 0o600)
            return try cleanup.adopt(undo: { stage in stage.stop() }) {
                try Stage(
                    directory: "\(directory)/\(name)", daemon: options.daemon,
                    settings: [
                        "mode=enforce", "enforce=tempfail,reject", "greylist_delay=2s", "name_lookups=yes",
                        "shared_store=\(redis.address)", "shared_store_name=\(name)",
                    ], isHooked: false)
            }
        }
        try waitForBoth(stages)
        try show("Both servers", ["status", "--all"], on: stages[0], only: ["sharing", "server"])

        Console.say("A SUSPICIOUS CLIENT (203.0.113.9) tries at mx1, and after the delay at mx2:")
        try say("mx1", answer(of: stages[0], to: "203.0.113.9"))
        try say("mx2", untilAnswer(of: stages[1], to: "203.0.113.9") { $0.isPositive })

        Console.say("\nA DENY TYPED AT mx1 (argot deny 198.51.100.0/24) holds at mx2:")
        try say("mx2, before", answer(of: stages[1], to: "198.51.100.7"))
        _ = try argot(["deny", "198.51.100.0/24"], on: stages[0])
        let typed = ContinuousClock.now
        let refusal = try untilAnswer(of: stages[1], to: "198.51.100.7") { $0.code / 100 == 5 }
        let took = typed.duration(to: .now)
        try say("mx2, after", refusal)
        Console.say("   within \(took.formatted(.units(allowed: [.milliseconds], width: .narrow)))")

        Console.say("\nTHE REDIS IS KILLED; mail goes on at both:")
        redis.kill()
        for (name, stage) in zip(["mx1", "mx2"], stages) {
            let began = ContinuousClock.now
            let reply = try answer(of: stage, to: "192.0.2.\(name == "mx1" ? 10 : 20)")
            let time = began.duration(to: .now).formatted(.units(allowed: [.milliseconds], width: .narrow))
            try say("\(name), \(time)", reply)
        }
        try show("What mx1 says of it", ["status"], on: stages[0], only: ["sharing", "PROBLEM"])

        Console.say("THE REDIS COMES BACK EMPTY; what happened at mx1 meanwhile is known at mx2:")
        try redis.start()
        try waitForBoth(stages)
        try say("mx2", untilAnswer(of: stages[1], to: "192.0.2.10") { $0.isPositive })
        try show("\nBoth servers", ["status", "--all"], on: stages[1], only: ["sharing", "server"])

        if options.keepsRunning {
            Console.say("Everything keeps running until Ctrl-C; configuration files: \(directory)/mx*/argotd.conf")
            while true { pause() }
        }
        cleanup.run()
        Console.say("Done; everything has ended, and \(directory) is removed.")
    }

    /// What a client that greets with its bare address is answered about a recipient.
    private func answer(of stage: Stage, to address: String) throws -> ServerReply {
        let conversation = try SMTPConversation(to: stage.postfix, as: ClientIdentity(address))
        defer { conversation.drop() }
        _ = try conversation.readReply()
        _ = try conversation.command("HELO \(address)")
        // A sender of its own each: an attempt of the same dialect, sender and recipient would pass for another's, and
        // numbers in senders do not count.
        let letters = Array("abcdefghij")
        let name = String(address.map { $0.wholeNumberValue.map { letters[$0] } ?? "-" })
        _ = try conversation.command("MAIL FROM:<\(name)@elsewhere.example>")
        let reply = try conversation.command("RCPT TO:<user1@lab.example>")
        _ = try conversation.command("QUIT")
        return reply
    }

    private func untilAnswer(
        of stage: Stage, to address: String, _ isExpected: (ServerReply) -> Bool
    ) throws -> ServerReply {
        var reply = try answer(of: stage, to: address)
        let isSo = try Poll.until(.after(.seconds(60))) {
            if isExpected(reply) { return true }
            reply = try answer(of: stage, to: address)
            return isExpected(reply)
        }
        guard isSo else { throw LabError(.timedOut, "the other server did not come to know it: \(reply.text)") }
        return reply
    }

    private func say(_ who: String, _ reply: ServerReply) throws {
        Console.say("   \(who): \(reply.lines.last ?? "")")
    }

    private func argot(_ words: [String], on stage: Stage) throws -> String {
        let output = "\(stage.directory)/argot.out"
        try? FileManager.default.removeItem(atPath: output)
        let child = try ChildProcess(
            options.command, words + ["--socket", "unix:\(stage.directory)/control.sock"], output: output,
            errors: output)
        _ = child.wait(until: .after(.seconds(60)))
        return (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
    }

    private func show(_ title: String, _ words: [String], on stage: Stage, only: [String]) throws {
        let lines = try argot(words, on: stage).split(separator: "\n").filter { line in
            only.contains { line.hasPrefix($0) }
        }
        Console.say("\(title) (argot \(words.joined(separator: " "))):")
        Console.say(lines.map { "   \($0)" }.joined(separator: "\n") + "\n")
    }

    private func waitForBoth(_ stages: [Stage]) throws {
        let areThere = try Poll.until(.after(.seconds(60))) {
            try stages.allSatisfy { try argot(["status"], on: $0).contains(" 2 servers,") }
        }
        guard areThere else { throw LabError(.timedOut, "the two argotds do not find each other") }
    }
}
