import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import RedisLab
import Testing

/// Two argotds of one site over a real Redis, with sessions as a mail server makes them.
@Suite("Two argotds, one Redis", .serialized)
struct SharedStoreTests {
    private let directory: ScratchDirectory
    private let redis: RedisServer
    private let one: ArgotDaemon
    private let two: ArgotDaemon

    init() throws {
        directory = try ScratchDirectory(prefix: "redis")
        redis = try RedisServer(in: directory.path)
        let settings = [
            "mode": "enforce", "greylist_delay": "1s", "shared_store": redis.address, "shared_store_name": "mx",
        ]
        one = try ArgotDaemon(settings.merging(["shared_store_name": "mx1"]) { $1 })
        two = try ArgotDaemon(settings.merging(["shared_store_name": "mx2"]) { $1 })
        // The same key at both.
        let key = Data((0..<32).map { _ in UInt8.random(in: .min ... .max) })
        for daemon in [one, two] {
            try FileManager.default.createDirectory(
                atPath: daemon.path("data"), withIntermediateDirectories: true)
            try key.write(to: URL(fileURLWithPath: daemon.path("data/hashing.key")))
            chmod(daemon.path("data/hashing.key"), 0o600)
            try daemon.start()
        }
        let areConnected = Poll.until(.after(.seconds(60))) {
            [one, two].allSatisfy { ((try? argot($0, "status", "--all").out) ?? "").contains(" 2 servers,") }
        }
        #expect(areConnected)
    }

    private func argot(_ daemon: ArgotDaemon, _ arguments: String...) throws -> (
        status: Int32, out: String, err: String
    ) {
        let tag = UUID().uuidString
        let child = try ChildProcess(
            FilterProcess.executable("argot"), arguments + ["--config", daemon.configurationFile],
            output: daemon.path("out-\(tag)"), errors: daemon.path("err-\(tag)"))
        guard case .exited(let status) = child.wait(until: .after(.seconds(120))) else {
            throw LabError(.timedOut, "argot \(arguments)")
        }
        return (status, daemon.contents(of: "out-\(tag)"), daemon.contents(of: "err-\(tag)"))
    }

    /// What a suspicious device is answered.
    private func device(_ daemon: ArgotDaemon, at address: String) throws -> String? {
        let session = try daemon.session()
        _ = try session.connect(ClientPeer(ip: address))
        _ = try session.helo(address)
        // A sender of its own each: an attempt of the same dialect, sender and recipient would pass for another's, and
        // numbers in senders do not count.
        let letters = Array("abcdefghij")
        let name = String(address.map { $0.wholeNumberValue.map { letters[$0] } ?? "-" })
        _ = try session.mail("<\(name)@elsewhere.example>")
        let reply = try session.rcpt("<user1@lab.example>").replyText
        try session.quit()
        return reply
    }

    @Test("greylisted at one, let in at the other; denied at one, refused at the other; and both say how they are")
    func together() throws {
        #expect(try device(one, at: "203.0.113.9")?.hasPrefix("4") == true)
        #expect(try Poll.until(.after(.seconds(60))) { try device(two, at: "203.0.113.9") == nil })
        #expect(try argot(one, "deny", "198.51.100.0/24").status == 0)
        #expect(
            try Poll.until(.after(.seconds(60))) { try device(two, at: "198.51.100.7")?.hasPrefix("5") == true })
        #expect(try argot(two, "deny").out == "198.51.100.0/24\n")
        #expect(try argot(two, "allow", "198.51.100.0/24").status == 0)
        #expect(try Poll.until(.after(.seconds(60))) { try device(one, at: "198.51.100.7")?.hasPrefix("5") != true })
        #expect(two.contents(of: "data/runtime.conf").contains("allow 198.51.100.0/24"))
        #expect(try argot(two, "mode", "observe").status == 0)
        #expect(try Poll.until(.after(.seconds(60))) { try argot(one, "mode").out == "observe\n" })
        let status = try argot(one, "status", "--all").out
        #expect(status.contains("mx1 (") && status.contains("mx2 (") && status.contains("this one"))
        let doctor = try argot(one, "doctor")
        #expect(doctor.out.contains("Redis 7") && doctor.out.contains("connected: mx1, mx2"), "\(doctor.out)")
        try redis.tell("CONFIG", "SET", "maxmemory", "200mb")
        for (policy, isSaid) in [("allkeys-lru", true), ("volatile-ttl", false)] {
            try redis.tell("CONFIG", "SET", "maxmemory-policy", policy)
            #expect(try argot(one, "doctor").out.contains("throws away") == isSaid, "\(policy)")
        }
        one.stop()
        try one.start()
        #expect(try argot(one, "mode").out == "observe\n")
    }

    @Test("the Redis is killed with mail under way: nobody waits for it, and afterwards both know the same")
    func outage() throws {
        #expect(try device(one, at: "203.0.113.9")?.hasPrefix("4") == true)
        redis.kill()
        for number in 1...40 {
            let daemon = number.isMultiple(of: 2) ? one : two
            let began = ContinuousClock.now
            #expect(try device(daemon, at: "203.0.\(120 + number).9")?.hasPrefix("4") == true)
            // Far longer than any session takes, far shorter than a wait for the Redis would be.
            #expect(began.duration(to: .now) < .seconds(30))
        }
        #expect(try argot(one, "deny", "198.51.100.0/24").status == 0)
        let isSaid = Poll.until(.after(.seconds(60))) {
            ((try? argot(one, "status").out) ?? "").contains("PROBLEM   other servers are not heard")
        }
        #expect(isSaid)
        let doctor = try argot(one, "doctor")
        #expect(doctor.status == 2 && doctor.out.contains("this server shares nothing"), "\(doctor.out)")
        try redis.start()
        #expect(try Poll.until(.after(.seconds(60))) { try device(two, at: "203.0.121.9") == nil })
        #expect(try Poll.until(.after(.seconds(60))) { try device(one, at: "203.0.122.9") == nil })
        #expect(try Poll.until(.after(.seconds(60))) { try argot(two, "deny").out == "198.51.100.0/24\n" })
    }

    @Test("a lie told at one is told at the other, whatever the other's own settings, and undone at both")
    func lies() throws {
        func bot(_ daemon: ArgotDaemon, for recipient: String) throws -> String? {
            let session = try daemon.session()
            _ = try session.connect(ClientPeer(ip: "203.0.113.9"))
            _ = try session.helo("User.With.Error")
            _ = try session.mail("<x@elsewhere.example>")
            let reply = try session.rcpt("<\(recipient)>").replyText
            try session.quit()
            return reply
        }
        let lying = [
            "enforce": "fakereject", "certain_action": "fakereject", "fake_reject_share": "1",
            "trap_domains": "trap.example",
        ]
        try one.configure(lying.merging(["fake_reject_fraction": "1"]) { $1 })
        try two.configure(lying.merging(["fake_reject_fraction": "0.000001"]) { $1 })
        for daemon in [one, two] { #expect(try argot(daemon, "reload").status == 0) }
        let recipients = (1...5).map { "user\($0)@lab.example" }
        for recipient in recipients { #expect(try bot(one, for: recipient)?.hasPrefix("550 5.1.1") == true) }
        // Told by its own draw, the other would not lie.
        #expect(try bot(two, for: "user6@lab.example") == nil)
        for recipient in recipients {
            #expect(
                try Poll.until(.after(.seconds(60))) { try bot(two, for: recipient)?.hasPrefix("550 5.1.1") == true })
        }
        #expect(
            try Poll.until(.after(.seconds(60))) {
                try argot(two, "lies", "list").out.split(separator: "\n").count > recipients.count
            })
        two.kill()
        try two.start()
        #expect(try bot(two, for: recipients[0])?.hasPrefix("550 5.1.1") == true)
        #expect(try argot(two, "lies", "undo", recipients[0], "203.0.113.9").status == 0)
        #expect(try Poll.until(.after(.seconds(60))) { try bot(one, for: recipients[0]) == nil })
        #expect(try bot(one, for: recipients[1])?.hasPrefix("550 5.1.1") == true)
    }

    @Test("what is removed at one is removed at the other, in memory and on disk")
    func purge() throws {
        #expect(try device(one, at: "203.0.113.9")?.hasPrefix("4") == true)
        #expect(try Poll.until(.after(.seconds(60))) { try device(two, at: "203.0.113.9") == nil })
        let journal = { (daemon: ArgotDaemon) in
            // One line is the heading.
            try argot(daemon, "journal").out.split(separator: "\n").count > 1
        }
        let isWritten = try Poll.until(.after(.seconds(60))) { try journal(one) && journal(two) }
        #expect(isWritten)
        #expect(try argot(one, "purge", "--everything", "--yes").status == 0)
        #expect(try Poll.until(.after(.seconds(60))) { try !journal(two) })
        #expect(try device(two, at: "203.0.113.9")?.hasPrefix("4") == true, "it is a stranger again")
    }

    @Test("what one server has seen and judged is learned from at the other, too")
    func learning() throws {
        let session = try one.session()
        _ = try session.connect(ClientPeer(ip: "203.0.113.50"))
        _ = try session.helo("mail.linden.example")
        _ = try session.mail("<a@linden.example>")
        _ = try session.rcpt("<user1@lab.example>")
        try session.quit()
        let messages = { (daemon: ArgotDaemon) in
            ((try? argot(daemon, "status").out) ?? "").contains("1 messages and refused sessions kept")
        }
        #expect(Poll.until(.after(.seconds(60))) { messages(one) })
        let isKept = Poll.until(.after(.seconds(60))) {
            ((try? argot(two, "judgements", "--json").out) ?? "").contains("\"sightings\" : 1")
        }
        let seen = try argot(two, "judgements", "--json").out
        #expect(isKept, "\(seen)")
    }
}
