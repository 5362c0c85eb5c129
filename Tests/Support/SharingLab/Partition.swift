import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import RedisLab
import Synchronization

/// A network that falls apart for a time, with mail in motion: two servers keep the old primary, two get its successor, as
/// Sentinels do it, and the fifth reaches nobody. What administrators say meanwhile is said in different parts.
enum Partition {
    static func run(seconds: Int, rate: Double, seed: UInt64) throws -> Bool {
        let directory = try ScratchDirectory(prefix: "partition")
        let places = try ["old", "new"].map { name in
            let place = "\(directory.path)/\(name)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            return place
        }
        let old = try RedisServer(in: places[0], ["--repl-diskless-sync-delay", "0"])
        let new = try RedisServer(in: places[1])
        let sockets = places.map { $0 + "/redis.sock" }
        let relays = try (1...5).map { number in
            let place = "\(directory.path)/network\(number)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            return try RedisRelay(in: place, to: sockets[0])
        }
        let site = try SharedSite(relays.map(\.address))
        let deliveries = Deliveries(site)
        let threads = 24
        let pause = Double(threads) / rate
        let mail = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            deliveries.run(limit: .max, threads: threads, seed: seed, pause: pause)
            mail.signal()
        }
        func wait(_ seconds: Double) { Thread.sleep(forTimeInterval: seconds) }
        wait(min(30, Double(seconds)))

        // The successor begins with what the old primary has.
        try copy(from: old, to: new)
        let split = deliveries.begun
        relays[2].lead(.to(sockets[1]))
        relays[3].lead(.to(sockets[1]))
        relays[4].lead(.nowhere)
        FileHandle.standardError.write(Data("at client \(split): the network falls apart\n".utf8))
        wait(Double(seconds) / 3)
        site.argot(["deny", "203.0.113.7"], at: site.daemons[0])
        site.argot(["deny", "198.51.100.8"], at: site.daemons[4])
        site.argot(["deny", "192.0.2.9"], at: site.daemons[1])
        wait(2)
        site.argot(["allow", "192.0.2.9"], at: site.daemons[3])
        let knows = site.daemons.filter { site.has("deny", "203.0.113.7", at: $0) }.count
        wait(Double(seconds) * 2 / 3)

        // The old primary becomes a replica, which servers do not use, and then goes.
        let attempts = site.daemons.map(site.attempts)
        let healed = deliveries.begun
        for relay in relays { relay.lead(.to(sockets[1])) }
        let began = ContinuousClock.now
        FileHandle.standardError.write(Data("at client \(healed): the network is whole again\n".utf8))
        old.kill()
        let connected = Poll.until(.after(.seconds(120))) { site.daemons.allSatisfy(site.isConnected) }
        let reconnected = began.duration(to: .now)
        deliveries.end()
        mail.wait()
        let ended = ContinuousClock.now
        let agree = Poll.until(.after(.seconds(300))) { site.agrees }
        let convergence = ended.duration(to: .now)
        let outcome = deliveries.outcome

        // Who was let in anywhere is let in everywhere; and every word holds.
        let clients = stride(from: split, to: healed, by: max(1, (healed - split) / 300)).map(SharedSite.address)
        let differing = clients.filter { client in
            Set(site.daemons.map { site.verdict(of: client, at: $0) }) != [.continue]
        }
        let words: [(client: String, isDenied: Bool)] = [
            ("203.0.113.7", true), ("198.51.100.8", true), ("192.0.2.9", false),
        ]
        let wrong = words.filter { client, isDenied in
            site.daemons.contains { !site.has(isDenied ? "deny" : "allow", client, at: $0) }
        }
        print(
            """
            | | |
            | --- | --: |
            | seconds apart | \(seconds) |
            | clients before, while apart, in all | \(split), \(healed - split), \(deliveries.begun) |
            | let in at last | \(outcome.taken) |
            | lost | \(outcome.lost) |
            | sessions without an answer | \(outcome.failed) |
            | retries put off although the delay was over | \(outcome.putOff) |
            | slowest message, s | \(outcome.slowest.components.seconds) |
            | servers that knew a word of the first one while apart | \(knows) |
            | attempts remembered at each at the end of it | \(attempts.map(String.init).joined(separator: " ")) |
            | all connected after, s | \(connected ? String(reconnected.components.seconds) : "never") |
            | all know the same after the last client, s | \(agree ? String(convergence.components.seconds) : "never") |
            | attempts remembered at each | \(site.daemons.map(site.attempts).map(String.init).joined(separator: " ")) |
            | clients of that time that some server does not let in, of \(clients.count) | \(differing.count) |
            | words that do not hold everywhere, of \(words.count) | \(wrong.count) |
            """)
        site.stop()
        return outcome.lost == 0 && agree && differing.isEmpty && wrong.isEmpty
    }

    /// Lets a Redis copy another one and then stand alone.
    private static func copy(from old: RedisServer, to new: RedisServer) throws {
        let port = try LoopbackPort.free()
        try old.tell("CONFIG", "SET", "bind", "127.0.0.1")
        try old.tell("CONFIG", "SET", "port", "\(port)")
        try new.tell("REPLICAOF", "127.0.0.1", "\(port)")
        let isCopied = Poll.until(.after(.seconds(30))) {
            (try? new.tell("INFO", "replication"))?.contains("master_link_status:up") ?? false
        }
        guard isCopied else { throw LabError(.startFailed, "the successor does not copy", at: new.directory) }
        try new.tell("REPLICAOF", "NO", "ONE")
    }
}
