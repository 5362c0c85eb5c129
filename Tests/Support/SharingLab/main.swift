// Five argotds of one site over a Redis that Sentinels watch, and mail in motion: suspicious clients are put off at one
// server and come back to another one, while the primary is killed, its successor hangs, and the Redis is emptied. Prints
// Markdown: messages lost, retries that were put off although the delay was over, seconds until all know the same.
import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import RedisLab
import Seeded
import Synchronization

let arguments = CommandLine.arguments
func option(_ name: String, _ standard: Int) -> Int {
    arguments.firstIndex(of: name).flatMap { $0 + 1 < arguments.count ? Int(arguments[$0 + 1]) : nil } ?? standard
}
let messages = option("--messages", 10_000)
let servers = option("--servers", 5)
let threads = option("--threads", 16)
let seed = UInt64(option("--seed", 1))
let delay = Duration.seconds(2)

/// What became of the messages.
struct Tally: Sendable {
    var taken = 0
    var lost = 0
    var failed = 0
    var retries = 0
    /// Retries after the delay that were put off again: the server did not know of the first attempt yet.
    var putOff = 0
    var slowest = Duration.zero
}

let tally = Mutex(Tally())
let next = Atomic<Int>(0)

let directory = try ScratchDirectory(prefix: "sharing")
let site = try SentinelSite(in: directory.path)
let key = Data((0..<32).map { _ in UInt8.random(in: .min ... .max) })
let daemons = try (1...servers).map { number in
    let daemon = try ArgotDaemon([
        "mode": "enforce", "greylist_delay": "2s", "shared_store": site.address, "shared_store_name": "mx\(number)",
        "greylist_auto_allow": "0",
    ])
    try FileManager.default.createDirectory(atPath: daemon.path("data"), withIntermediateDirectories: true)
    try key.write(to: URL(fileURLWithPath: daemon.path("data/hashing.key")))
    chmod(daemon.path("data/hashing.key"), 0o600)
    try daemon.start()
    return daemon
}

func status(_ daemon: ArgotDaemon) -> [String: Any] {
    let output = daemon.path("status-\(UUID().uuidString)")
    guard let program = try? FilterProcess.executable("argot"),
        let child = try? ChildProcess(
            program, ["status", "--json", "--config", daemon.configurationFile], output: output)
    else { return [:] }
    _ = child.wait(until: .after(.seconds(30)))
    defer { try? FileManager.default.removeItem(atPath: output) }
    let data = FileManager.default.contents(atPath: output) ?? Data()
    return (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
}

func attempts(_ daemon: ArgotDaemon) -> Int { (status(daemon)["memory"] as? [String: Any])?["attempts"] as? Int ?? -1 }

func isConnected(_ daemon: ArgotDaemon) -> Bool {
    (status(daemon)["sharing"] as? [String: Any])?["connected"] as? Bool ?? false
}

/// Whether the client is let in at a server; `nil` where there was no answer.
func isTaken(_ address: String, at daemon: ArgotDaemon) -> Bool? {
    do {
        let session = try FakeMTASession(socket: daemon.socket)
        _ = try session.connect(ClientPeer(ip: address))
        _ = try session.helo(address)
        // Numbers in senders do not count, and an attempt of the same sender would pass for another's.
        let letters = Array("abcdefghij")
        let name = String(address.map { $0.wholeNumberValue.map { letters[$0] } ?? "-" })
        _ = try session.mail("<\(name)@elsewhere.example>")
        let verdict = try session.rcpt("<user1@lab.example>").verdict
        try session.quit()
        return verdict == .continue
    } catch {
        return nil
    }
}

/// A client's life: put off at one server, back at others until it is let in.
func deliver(_ number: Int, _ random: inout SeededGenerator) {
    // A network of its own each.
    let address = "\(11 + number / 62_500).\(number / 250 % 250).\(number % 250).9"
    let began = ContinuousClock.now
    var first: ContinuousClock.Instant?
    for attempt in 0..<60 {
        let daemon = daemons[Int.random(in: daemons.indices, using: &random)]
        guard let taken = isTaken(address, at: daemon) else {
            tally.withLock { $0.failed += 1 }
            continue
        }
        if attempt > 0 { tally.withLock { $0.retries += 1 } }
        if taken {
            tally.withLock { tally in
                tally.taken += 1
                tally.slowest = max(tally.slowest, began.duration(to: .now))
            }
            return
        }
        if let first, first.duration(to: .now) > delay + .seconds(1) { tally.withLock { $0.putOff += 1 } }
        if first == nil { first = .now }
        Foundation.Thread.sleep(forTimeInterval: attempt == 0 ? 3.1 : 0.5)
    }
    tally.withLock { $0.lost += 1 }
}

let areThere = Poll.until(.after(.seconds(60))) { daemons.allSatisfy(isConnected) }
guard areThere else { fatalError("the servers do not find one another") }

let disturbances: [(name: String, at: Double, act: @Sendable () -> Void)] = [
    ("the primary is killed", 0.25, { site.killPrimary() }),
    ("its successor hangs for 8 s", 0.5, { site.hangPrimary(for: .seconds(8)) }),
    ("everything in it is removed", 0.75, { site.empty() }),
]
let done = Atomic<Bool>(false)
let disturber = Foundation.Thread {
    for (name, share, act) in disturbances {
        while next.load(ordering: .relaxed) < Int(share * Double(messages)), !done.load(ordering: .relaxed) {
            Foundation.Thread.sleep(forTimeInterval: 0.05)
        }
        FileHandle.standardError.write(Data("at \(next.load(ordering: .relaxed)): \(name)\n".utf8))
        act()
    }
}
disturber.start()
// Most of a client's life is waiting: many at once.
let workers = (0..<threads * 16).map { worker in
    let ended = DispatchSemaphore(value: 0)
    Foundation.Thread.detachNewThread {
        var random = SeededGenerator(seed: seed &* 1_000 &+ UInt64(worker))
        while true {
            let number = next.add(1, ordering: .relaxed).oldValue
            guard number < messages else { break }
            deliver(number, &random)
        }
        ended.signal()
    }
    return ended
}
for worker in workers { worker.wait() }
done.store(true, ordering: .relaxed)
let ended = ContinuousClock.now
let expected = messages
let agree = Poll.until(.after(.seconds(120))) {
    daemons.allSatisfy(isConnected) && Set(daemons.map(attempts)).count == 1
}
let convergence = ended.duration(to: .now)
let outcome = tally.withLock { $0 }
let counts = daemons.map(attempts)
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
for daemon in daemons { daemon.stop() }
exit(outcome.lost == 0 && outcome.taken == expected && agree ? 0 : 1)
