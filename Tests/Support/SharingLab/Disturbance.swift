import ClientLab
import DaemonLab
import Foundation
import RedisLab
import Synchronization

/// Mail in motion over a Redis that Sentinels watch, while the primary is killed, its successor hangs, and the Redis is
/// emptied.
enum Disturbance {
    static func run(messages: Int, servers: Int, threads: Int, seed: UInt64) throws -> Bool {
        let directory = try ScratchDirectory(prefix: "sharing")
        let redis = try SentinelSite(in: directory.path)
        let site = try SharedSite(Array(repeating: redis.address, count: servers))
        let deliveries = Deliveries(site)
        let disturbances: [(name: String, at: Double, act: @Sendable () -> Void)] = [
            ("the primary is killed", 0.25, { redis.killPrimary() }),
            ("its successor hangs for 8 s", 0.5, { redis.hangPrimary(for: .seconds(8)) }),
            ("everything in it is removed", 0.75, { redis.empty() }),
        ]
        let isDone = Atomic<Bool>(false)
        Thread.detachNewThread {
            for (name, share, act) in disturbances {
                while deliveries.begun < Int(share * Double(messages)), !isDone.load(ordering: .relaxed) {
                    Thread.sleep(forTimeInterval: 0.05)
                }
                FileHandle.standardError.write(Data("at \(deliveries.begun): \(name)\n".utf8))
                act()
            }
        }
        deliveries.run(limit: messages, threads: threads * 16, seed: seed)
        isDone.store(true, ordering: .relaxed)
        let ended = ContinuousClock.now
        let agree = Poll.until(.after(.seconds(120))) { site.agrees }
        let convergence = ended.duration(to: .now)
        let outcome = deliveries.outcome
        let counts = site.daemons.map(site.attempts)
        print(
            """
            | | |
            | --- | --: |
            | servers | \(servers) |
            | messages | \(messages) |
            | let in at last | \(outcome.taken) |
            | lost | \(outcome.lost) |
            | sessions without an answer | \(outcome.failed) |
            | retries | \(outcome.retries) |
            | of these put off although the delay was over | \(outcome.putOff) |
            | slowest message, s | \(outcome.slowest.components.seconds) |
            | all know the same after, s | \(agree ? String(convergence.components.seconds) : "never") |
            | attempts remembered at each | \(counts.map(String.init).joined(separator: " ")) |
            """)
        site.stop()
        return outcome.lost == 0 && outcome.taken == messages && agree
    }
}
