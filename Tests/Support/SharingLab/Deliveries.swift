import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Seeded
import Synchronization

/// Mail in motion: each client is put off at one server, and comes back to others until it is let in.
final class Deliveries: Sendable {
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

    private let site: SharedSite
    private let tally = Mutex(Tally())
    private let next: Atomic<Int>
    private let isOver = Atomic<Bool>(false)

    init(_ site: SharedSite, from first: Int = 0) {
        self.site = site
        next = Atomic(first)
    }

    /// How many clients have begun.
    var begun: Int { next.load(ordering: .relaxed) }

    var outcome: Tally { tally.withLock { $0 } }

    /// No client begins any more.
    func end() { isOver.store(true, ordering: .relaxed) }

    /// Delivers until `limit` clients have begun, or ``end()``; most of a client's life is waiting, so there are many at once.
    ///
    /// - Parameter pause: how long a thread rests after a client, in seconds.
    func run(limit: Int, threads: Int, seed: UInt64, pause: Double = 0) {
        let workers = (0..<threads).map { worker in
            let ended = DispatchSemaphore(value: 0)
            Thread.detachNewThread { [self] in
                var random = SeededGenerator(seed: seed &* 1_000 &+ UInt64(worker))
                while !isOver.load(ordering: .relaxed) {
                    let number = next.add(1, ordering: .relaxed).oldValue
                    guard number < limit else { break }
                    deliver(number, &random)
                    if pause > 0 { Thread.sleep(forTimeInterval: pause) }
                }
                ended.signal()
            }
            return ended
        }
        for worker in workers { worker.wait() }
    }

    private func deliver(_ number: Int, _ random: inout SeededGenerator) {
        let address = SharedSite.address(number)
        let began = ContinuousClock.now
        var first: ContinuousClock.Instant?
        for attempt in 0..<60 {
            let daemon = site.daemons[Int.random(in: site.daemons.indices, using: &random)]
            guard let verdict = site.verdict(of: address, at: daemon) else {
                tally.withLock { $0.failed += 1 }
                continue
            }
            if attempt > 0 { tally.withLock { $0.retries += 1 } }
            if verdict == .continue {
                tally.withLock { tally in
                    tally.taken += 1
                    tally.slowest = max(tally.slowest, began.duration(to: .now))
                }
                return
            }
            if let first, first.duration(to: .now) > .seconds(3) { tally.withLock { $0.putOff += 1 } }
            if first == nil { first = .now }
            Thread.sleep(forTimeInterval: attempt == 0 ? 3.1 : 0.5)
        }
        tally.withLock { $0.lost += 1 }
    }
}
