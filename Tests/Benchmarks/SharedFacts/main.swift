// What a Redis carries of a site's facts, and how it goes when they are divided among several. Prints Markdown.
//
//   shared-facts-benchmark [--rate RECIPIENTS] [--seconds S] [--stores N] [--servers N] [--seed N]
//
// Several servers without mail (their publishing, hearing and memories are argotd's) tell at the given rate of recipients, all
// together, what argotd would tell; the Redis servers are real and start empty.
import ClientLab
import Foundation
import Redis
import RedisLab
import RedisStore
import Seeded

let arguments = CommandLine.arguments
func option(_ name: String, _ standard: Int) -> Int {
    arguments.firstIndex(of: name).flatMap { $0 + 1 < arguments.count ? Int(arguments[$0 + 1]) : nil } ?? standard
}
let rate = max(1, option("--rate", 10_000))
let seconds = max(1, option("--seconds", 20))
let storeCount = max(1, option("--stores", 1))
let serverCount = max(1, option("--servers", 2))
var random = SeededGenerator(seed: UInt64(option("--seed", 1)))

@Sendable func wallClock() -> Double { Date().timeIntervalSince1970 }
func processSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

let directory = try ScratchDirectory(prefix: "facts")
let redis = try (0..<storeCount).map { number in
    let place = "\(directory.path)/redis\(number)"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    return try RedisServer(in: place)
}
/// A figure of INFO.
func info(_ name: String, of server: RedisServer) -> Double {
    let lines = ((try? server.tell("INFO")) ?? "").split(whereSeparator: \.isNewline)
    return lines.first { $0.hasPrefix("\(name):") }.flatMap { Double($0.dropFirst(name.count + 1)) } ?? 0
}
func cpu(of server: RedisServer) -> Double { info("used_cpu_user", of: server) + info("used_cpu_sys", of: server) }

let addresses = try redis.map { try RedisAddress($0.address) }
let servers = try (1...serverCount).map {
    try BenchmarkServer(UInt64($0), addresses: addresses, clock: wallClock)
}
guard Poll.until(.after(.seconds(30)), { servers.allSatisfy { $0.sharing.status.isConnected } }) else {
    fatalError("the servers are not connected: \(servers.map(\.told))")
}
let memoryBefore = redis.map { info("used_memory", of: $0) }
let cpuBefore = redis.map(cpu)
let ownBefore = processSeconds()
let began = ContinuousClock.now
var recipients = 0
var facts = 0
var lags: [Int] = []
var nextLook = began
while true {
    let passed = began.duration(to: .now)
    guard passed < .seconds(seconds) else { break }
    let due = Int(passed / .seconds(1) * Double(rate))
    while recipients < due {
        facts += servers[recipients % serverCount].recipient(&random)
        recipients += 1
    }
    if .now >= nextLook {
        lags.append(servers.map { $0.sharing.status.lagMilliseconds }.max() ?? 0)
        nextLook = nextLook.advanced(by: .milliseconds(50))
    }
    Foundation.Thread.sleep(forTimeInterval: 0.002)
}
let waiting = servers.map { $0.sharing.status.waiting }.reduce(0, +)
let told = ContinuousClock.now
let notesDue = recipients * (serverCount - 1)
let isDone = Poll.until(.after(.seconds(60))) {
    servers.allSatisfy { $0.sharing.status.waiting == 0 } && servers.map(\.notes).reduce(0, +) == notesDue
        && servers.map { $0.sharing.status.received }.reduce(0, +) >= facts * (serverCount - 1)
}
let late = told.duration(to: .now) / .seconds(1)
let elapsed = began.duration(to: .now) / .seconds(1)
let used = processSeconds() - ownBefore
let redisCPU = zip(redis, cpuBefore).map { cpu(of: $0) - $1 }
let status = servers.map(\.sharing.status)
let bytes = status.map(\.bytesPublished).reduce(0, +)
let memory = zip(redis, memoryBefore).map { info("used_memory", of: $0) - $1 }.reduce(0, +)
let sorted = lags.sorted()
/// The lag that this part of all looks did not exceed.
@MainActor func lag(_ part: Double) -> Int {
    sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(part * Double(sorted.count)))]
}
func figure(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
let overflowed = status.map(\.overflowed).reduce(0, +)
let reread = status.map(\.reread).reduce(0, +)
print(
    """
    | | |
    | --- | --: |
    | servers, Redis servers | \(serverCount), \(storeCount) |
    | recipients told of, per second | \(recipients), \(figure(Double(recipients) / Double(seconds), 0)) |
    | facts per recipient | \(figure(Double(facts) / Double(recipients), 2)) |
    | bytes sent for facts, per recipient | \(figure(Double(bytes) / Double(recipients), 0)) |
    | each Redis busy, of a core | \(redisCPU.map { figure(100 * $0 / elapsed, 1) + " %" }.joined(separator: ", ")) |
    | CPU of the Redis servers per recipient, µs | \(figure(redisCPU.reduce(0, +) / Double(recipients) * 1e6, 2)) |
    | CPU of a server per recipient that it tells or hears of, µs | \
    \(figure(used / Double(recipients * serverCount) * 1e6, 2)) |
    | lag at a server, median, 99th percentile, ms | \(lag(0.5)), \(lag(0.99)) |
    | facts that waited at the end | \(waiting) |
    | all was known everywhere after, s | \(isDone ? figure(late, 2) : "not within 60") |
    | changes that found no room; readings of all again | \(overflowed); \(reread) |
    | memory of the Redis servers per recipient, with notes, bytes | \(figure(memory / Double(recipients), 0)) |
    """)
for server in servers { server.sharing.stop(within: .seconds(5)) }
exit(isDone && overflowed == 0 ? 0 : 1)
