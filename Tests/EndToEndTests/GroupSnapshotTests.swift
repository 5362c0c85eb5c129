import ClientLab
import DaemonLab
import Decision
import FakeMTA
import Foundation
import KeyedHashing
import Redis
import RedisLab
import SMTP
import SenderExchange
import Signing
import SpamTracker
import Testing

/// What a group of sites has found out, in a daemon at work, and on its way there over HTTPS.
@Suite("Snapshots of a group of sites")
struct GroupSnapshotTests {
    /// A daemon that greylists whom the group lists, and a server's key.
    private final class Site {
        let daemon: ArgotDaemon
        let server = SigningKey.random()
        let group: HashingKey

        init(snapshot: String = "DIRECTORY/group.snapshot") throws {
            daemon = try ArgotDaemon([
                "mode": "enforce", "enforce": "tempfail", "greylist_delay": "1h",
                "senders_snapshot": snapshot, "senders_snapshot_keys": "\(server.publicKey)",
            ])
            try FileManager.default.createDirectory(atPath: daemon.path("data"), withIntermediateDirectories: true)
            group = try HashingKey.loadOrCreate(file: daemon.path("data/group.key"))
        }

        func document(_ sequence: UInt64, listing addresses: String..., signedBy key: SigningKey? = nil) throws
            -> [UInt8]
        {
            let names = SenderPseudonyms(key: group)
            let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970))
            let snapshot = SenderSnapshot(
                group: names.groupID, until: now, window: 86_400, sites: (3, 0), senderCount: 9, anonymity: 3, input: 1,
                listed: ListedSenders(
                    try addresses.map {
                        ListedSender(
                            sender: names.sender(try #require(ClientAddress($0))), probability: 970, confidence: 80,
                            domains: 7, sites: 3, cluster: 2)
                    }), model: SenderModel())
            return SignedDocument.bytes(
                kind: SenderSnapshot.kind, sequence: sequence, time: now, payload: snapshot.bytes, key: key ?? server)
        }

        func put(_ bytes: [UInt8], _ name: String = "group.snapshot") throws {
            try Data(bytes).write(to: URL(filePath: daemon.path(name)), options: .atomic)
        }

        func session(_ address: String) throws -> FakeMTASession {
            let session = try daemon.session()
            _ = try session.connect(ClientPeer(name: "mail.linden.example", ip: address))
            _ = try session.helo("mail.linden.example")
            _ = try session.mail("<dora@linden.example>")
            return session
        }

        func isDeferred(_ address: String) throws -> Bool {
            let session = try session(address)
            defer { try? session.quit() }
            return try session.rcpt("<user1@lab.example>").replyText?.hasPrefix("4") ?? false
        }
    }

    /// Runs a program to its end.
    private func run(_ program: String, _ arguments: [String]) throws -> (ending: ChildProcess.Ending?, output: String)
    {
        let scratch = try ScratchDirectory(prefix: "argot")
        let output = scratch.path + "/out"
        let child = try ChildProcess(program, arguments, output: output, errors: output)
        let ending = child.wait(until: .after(.seconds(60)))
        child.stop(within: .zero)
        return (ending, (try? String(contentsOfFile: output, encoding: .utf8)) ?? "")
    }

    @Test("whom the group lists is greylisted, the log says so, and a newer snapshot changes no session that is open")
    func decides() throws {
        let site = try Site()
        let daemon = site.daemon
        try site.put(try site.document(4, listing: "192.0.2.201"))
        try daemon.start()
        #expect(daemon.awaitMessage("senders' snapshot"))
        #expect(try site.isDeferred("192.0.2.201"))
        #expect(try !site.isDeferred("198.51.100.7"))
        let verdict = try #require(daemon.awaitVerdicts(2).first { $0["client"] == "192.0.2.201" })
        #expect(verdict.reasons.contains("senders.spam-cluster"))
        #expect(verdict.text.contains("p=0.97,confidence=0.80,cluster=2,domains=7,age="))
        #expect(verdict.text.contains(",shared"))

        // A session that is open when the next one comes keeps what it began with.
        let open = try site.session("192.0.2.201")
        try site.put(try site.document(5, listing: "198.51.100.7"))
        #expect(daemon.awaitMessage("senders' snapshot", count: 2))
        #expect(try open.rcpt("<user2@lab.example>").replyText?.hasPrefix("4") ?? false)
        try open.quit()
        #expect(try site.isDeferred("198.51.100.7"))
        #expect(try !site.isDeferred("192.0.2.202"))

        // What is wrong changes nothing, is said, and is in status and metrics.
        try site.put(try site.document(9, listing: "203.0.113.1", signedBy: .random()))
        #expect(daemon.awaitMessage("whose key is not among those configured"))
        try site.put(try site.document(3, listing: "203.0.113.1"))
        #expect(daemon.awaitMessage("an older one is never put in its place"))
        #expect(try !site.isDeferred("203.0.113.1"))
        #expect(try site.isDeferred("198.51.100.7"))
        let argot = try FilterProcess.executable("argot")
        let status = try run(argot, ["status", "--socket", daemon.path("control.sock")])
        #expect(status.output.contains("\ngroup     snapshot 5, "), "\(status.output)")
        #expect(status.output.contains("PROBLEM   the group's snapshot: "), "\(status.output)")
        let metrics = try run(
            try Executable.require("curl", package: "curl"),
            ["-s", "--unix-socket", daemon.path("control.sock"), "http://argotd/metrics"])
        #expect(metrics.output.contains("\nargot_sender_snapshot_listed 1\n"), "\(metrics.output)")
        #expect(metrics.output.contains("argot_sender_snapshot_refused_total{reason=\"rollback\"} 1\n"))
        #expect(metrics.output.contains("argot_sender_snapshot_refused_total{reason=\"unknown-signer\"} 1\n"))

        // After a restart the last good one decides, though the file is no good.
        #expect(daemon.stop() == .exited(0))
        try daemon.start()
        #expect(daemon.awaitMessage("senders' snapshot", count: 3))
        #expect(Poll.until(.after(.seconds(60))) { (try? site.isDeferred("198.51.100.7")) ?? false })
    }

    @Test(
        "a snapshot comes from a Redis; without it mail goes on by the last good one, and status and doctor say so",
        .enabled(if: RedisServer.isInstalled))
    func fromRedis() throws {
        let scratch = try ScratchDirectory(prefix: "argot-redis")
        let redis = try RedisServer(in: scratch.path)
        let site = try Site(snapshot: redis.address)
        let store = GroupRedis(
            try RedisAddress(redis.address), group: SenderPseudonyms(key: site.group).groupID)
        let key = site.server.publicKey
        #expect(try store.publish(try site.document(4, listing: "192.0.2.201"), signedBy: key))
        try site.daemon.start()
        #expect(site.daemon.awaitMessage("senders' snapshot"))
        #expect(try site.isDeferred("192.0.2.201"))
        #expect(try !site.isDeferred("198.51.100.7"))
        #expect(try store.publish(try site.document(5, listing: "198.51.100.7"), signedBy: key))
        #expect(site.daemon.awaitMessage("senders' snapshot", count: 2))
        #expect(try site.isDeferred("198.51.100.7"))
        let argot = try FilterProcess.executable("argot")
        let asked = ["--config", site.daemon.configurationFile, "--socket", site.daemon.path("control.sock")]
        let healthy = try run(argot, ["doctor"] + asked)
        #expect(healthy.output.contains("ok       group  \(redis.address): snapshot 5, "), "\(healthy.output)")
        redis.kill()
        #expect(site.daemon.awaitMessage("start it, or check its address"))
        #expect(try site.isDeferred("198.51.100.7"))
        let status = try run(argot, ["status", "--socket", site.daemon.path("control.sock")])
        #expect(status.output.contains("\ngroup     snapshot 5, "), "\(status.output)")
        #expect(status.output.contains("PROBLEM   the group's snapshot: redis:"), "\(status.output)")
        let ill = try run(argot, ["doctor"] + asked)
        #expect(
            ill.output.contains("WARNING  group.unreachable  ") && ill.output.contains("goes on with snapshot 5"),
            "\(ill.output)")
    }

    @Test("a snapshot is fetched over HTTPS, from a server whose certificate is known, and not from another")
    func fetches() throws {
        let site = try Site()
        let root = try ScratchDirectory(prefix: "argot-https")
        let openssl = try Executable.require("openssl", package: "openssl")
        for name in ["server", "other"] {
            let made = try run(
                openssl,
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                    "\(root.path)/\(name).key", "-out", "\(root.path)/\(name).pem",
                ])
            #expect(made.ending == .exited(0), "\(made.output)")
        }
        try Data(try site.document(7, listing: "192.0.2.201")).write(to: URL(filePath: root.path + "/snapshot"))
        try Data("nothing\n".utf8).write(to: URL(filePath: root.path + "/rubbish"))
        let port = try LoopbackPort.free()
        // It serves what lies where it was started.
        let server = try ChildProcess(
            "/bin/sh",
            [
                "-c", "cd '\(root.path)' && exec \"$0\" \"$@\"", openssl, "s_server", "-quiet", "-WWW", "-accept",
                "127.0.0.1:\(port)", "-cert", "server.pem", "-key", "server.key",
            ])
        let lifeline = try Lifeline(of: server)
        defer {
            server.stop(within: .milliseconds(200))
            lifeline.cut()
        }
        let argot = try FilterProcess.executable("argot")
        let target = site.daemon.path("group.snapshot")
        func fetch(_ name: String, ca: String) throws -> (ending: ChildProcess.Ending?, output: String) {
            try run(
                argot,
                [
                    "senders", "fetch", "https://127.0.0.1:\(port)/\(name)", "--ca", "\(root.path)/\(ca).pem",
                    "--config",
                    site.daemon.configurationFile,
                ])
        }
        let isThere = Poll.until(.after(.seconds(60))) {
            (try? fetch("snapshot", ca: "server"))?.output.hasPrefix("new: snapshot 7") ?? false
        }
        #expect(isThere)
        let good = FileManager.default.contents(atPath: target)
        #expect(good == FileManager.default.contents(atPath: root.path + "/snapshot"))
        let mistrusted = try fetch("snapshot", ca: "other")
        #expect(mistrusted.ending == .exited(1) && mistrusted.output.contains("certificate"), "\(mistrusted.output)")
        let rubbish = try fetch("rubbish", ca: "server")
        #expect(rubbish.ending == .exited(1) && rubbish.output.contains("not a signed document"), "\(rubbish.output)")
        #expect(FileManager.default.contents(atPath: target) == good)
        #expect(try fetch("snapshot", ca: "server").output.hasPrefix("nothing new"))
    }
}
