import Policy
import SMTP
import Seeded
import Testing

@testable import Memory

/// Servers that remember each for itself and tell one another: whatever comes late, twice or in another order, all know the
/// same in the end.
@Suite("Several servers' memories")
struct ReplicaTests {
    /// A server with its own memory.
    private struct Node {
        var greylist = Greylist(configuration: GreylistConfiguration())
        var history = ClientHistory(configuration: Self.rules)
        var replica: Replica
        /// Changes that the replica has not been told yet.
        var box: [MemoryChange] = []

        private static let rules: HistoryConfiguration = {
            var rules = HistoryConfiguration()
            rules.minimumMessages = 3
            rules.minimumAge = 100
            rules.revocation = 500
            return rules
        }()

        init(_ number: UInt64) { replica = Replica(server: ServerID(number), capacity: 100_000) }

        /// Tells the replica what has changed.
        mutating func collect() {
            for change in box { replica.note(change) }
            box = []
        }

        /// Says all that it has counted, as every server does when it is brought to the same as others: a busy client's count
        /// is not told each time.
        mutating func sayEverything() {
            for (key, record) in greylist.networks(at: 0, count: 100_000) ?? [] {
                replica.publish(.history(.passes, key, record))
            }
            for (key, record) in history.clients(at: 0, count: 100_000) ?? [] {
                replica.publish(.history(.client, key, record))
            }
            for (key, record) in history.networks(at: 0, count: 100_000) ?? [] {
                replica.publish(.history(.clientNetwork, key, record))
            }
        }

        mutating func hear(_ fact: SharedFact, from sender: ServerID, at now: UnixTime) {
            let server = sender == replica.server ? nil : sender
            switch fact {
            case .greylist(let key, let entry): _ = greylist.merge(key, entry, at: now)
            case .history(.passes, let key, let record):
                _ = greylist.hear(record, ofNetwork: key, from: server, at: now)
            case .history(.client, let key, let record):
                _ = history.hear(record, ofClient: key, from: server, at: now)
            case .history(.clientNetwork, let key, let record):
                _ = history.hear(record, ofNetwork: key, from: server, at: now)
            default: break
            }
        }

        /// All that decides, in an order of its own.
        var contents: [String] {
            func text(_ record: ClientRecord) -> String {
                "\(record.firstSeen.seconds) \(record.lastSeen.seconds) \(record.count) \(record.revokedAt?.seconds ?? 0)"
            }
            func texts(_ kind: String, _ keys: Set<KeyedHash>, _ record: (KeyedHash) -> ClientRecord?) -> [String] {
                keys.compactMap { key in record(key).map { "\(kind) \(key) \(text($0))" } }
            }
            let attempts = greylist.attempts(at: 0, count: 100_000) ?? []
            return
                (attempts.map { "attempt \($0.key) \(text($0.entry.record))" }
                + texts("network", greylist.allNetworkKeys, greylist.combinedNetwork)
                + texts("client", history.allKeys, history.combined)
                + texts("delivered", history.allNetworkKeys, history.combinedNetwork)).sorted()
        }
    }

    private func keys(_ number: Int) -> ClientKeys {
        ClientKeys(client: hash(1_000 + number), network: hash(2_000 + number / 2), block: hash(3_000))
    }

    /// Something that a client does at a server.
    private func act(_ node: inout Node, _ random: inout SeededGenerator, at now: UnixTime) {
        let number = Int.random(in: 0..<8, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5:
            let attempt = Greylist.Attempt(
                triplet: hash(10 + number), pool: hash(100 + number / 3), network: hash(2_000 + number / 2))
            node.box += node.greylist.judge(attempt, at: now).1
        case 5..<9: node.box += node.history.noteCleanMessage(from: keys(number), at: now)
        default: node.box += node.history.revoke(keys(number), at: now)
        }
    }

    @Test(
        "agree in the end, whatever comes late, twice or in another order", arguments: 1...40 as ClosedRange<UInt64>)
    func schedules(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var nodes = (1...4).map { Node(UInt64($0)) }
        var said: [(fact: SharedFact, server: ServerID)] = []
        func publish(_ node: inout Node) {
            for fact in node.replica.take(.max) { said.append((fact, node.replica.server)) }
        }
        var now = at(10_000)
        for _ in 0..<400 {
            now = now + Int64.random(in: 0..<40, using: &random)
            let index = Int.random(in: nodes.indices, using: &random)
            act(&nodes[index], &random, at: now)
            if Bool.random(using: &random) { nodes[index].collect() }
            if Bool.random(using: &random) { publish(&nodes[index]) }
            let listener = Int.random(in: nodes.indices, using: &random)
            for _ in 0..<Int.random(in: 0..<3, using: &random) {
                guard let (fact, server) = said.randomElement(using: &random) else { continue }
                nodes[listener].hear(fact, from: server, at: now)
            }
        }
        #expect(Set(nodes.map(\.contents)).count > 1, "a schedule in which nobody differs proves nothing")
        // Everybody hears everything, and what that leads to.
        for _ in 0..<4 {
            for index in nodes.indices {
                nodes[index].collect()
                nodes[index].sayEverything()
                publish(&nodes[index])
            }
            for index in nodes.indices {
                for (fact, server) in said.shuffled(using: &random) where server != nodes[index].replica.server {
                    nodes[index].hear(fact, from: server, at: now)
                }
            }
        }
        for index in nodes.indices.dropFirst() {
            let (one, other) = (Set(nodes[0].contents), Set(nodes[index].contents))
            #expect(one == other, "\(one.subtracting(other).sorted()) / \(other.subtracting(one).sorted())")
        }
    }

    @Test("whoever was put off at one server passes at another one after the delay, and is known at all")
    func greylist() {
        var (first, second) = (Node(1), Node(2))
        let attempt = Greylist.Attempt(triplet: hash(1), pool: hash(2), network: hash(3))
        first.box += first.greylist.judge(attempt, at: at(0)).1
        first.collect()
        for fact in first.replica.take(.max) { second.hear(fact, from: ServerID(1), at: at(1)) }
        let delay = GreylistConfiguration().delay
        #expect(second.greylist.judge(attempt, at: at(delay - 10)).0 == .early(secondsLeft: 10))
        #expect(second.greylist.judge(attempt, at: at(delay)).0 == .passed)
    }

    @Test("counts of several servers add up, once each, whatever comes between")
    func counts() {
        var (first, second) = (Node(1), Node(2))
        // What the first one remembers from before it shared is its own, too.
        for time in [0, 10] as [Int64] { _ = first.history.noteCleanMessage(from: keys(0), at: at(time)) }
        func tell(_ from: inout Node, _ to: inout Node) {
            from.collect()
            for fact in from.replica.take(.max) { to.hear(fact, from: from.replica.server, at: at(50)) }
        }
        first.box += first.history.noteCleanMessage(from: keys(0), at: at(20))
        second.box += second.history.noteCleanMessage(from: keys(0), at: at(30))
        for _ in 0..<3 {
            tell(&first, &second)
            tell(&second, &first)
        }
        #expect(first.history.combined(keys(0).client)?.count == 4)
        #expect(second.history.combined(keys(0).client)?.count == 4)
        #expect(first.history.standing(of: keys(0), at: at(100)).isGood)
        #expect(second.history.standing(of: keys(0), at: at(100)).isGood)
        second.box += second.history.revoke(keys(0), at: at(110))
        tell(&second, &first)
        let standing = first.history.standing(of: keys(0), at: at(120))
        #expect(standing.isRevoked && !standing.isGood && !standing.networkHasDelivered)
        #expect(first.history.noteCleanMessage(from: keys(0), at: at(130)).isEmpty)
        // After the time of revocation it begins again, at both.
        first.box += first.history.noteCleanMessage(from: keys(0), at: at(700))
        tell(&first, &second)
        #expect(first.history.combined(keys(0).client)?.count == 1)
        #expect(second.history.combined(keys(0).client)?.count == 1)
    }

    @Test("what a server itself said in an earlier run is its own again")
    func resumption() {
        var node = Node(1)
        let said = ClientRecord(firstSeen: at(0), lastSeen: at(20), count: 5)
        #expect(node.history.hear(said, ofClient: hash(1), from: nil, at: at(50)) == [.client(hash(1), said)])
        #expect(node.history.hear(said, ofClient: hash(1), from: nil, at: at(50)).isEmpty)
        #expect(node.history.combined(hash(1))?.count == 5)
    }

    @Test("what has no room is counted; what waits twice is said once, and what failed is said again unless it is old")
    func waiting() {
        var replica = Replica(server: ServerID(1), capacity: 2)
        for number in 0..<4 { replica.publish(.correspondent(hash(number), at(1))) }
        #expect(replica.waitingCount == 2 && replica.dropped == 2)
        let taken = replica.take(9)
        replica.publish(.correspondent(hash(0), at(5)))
        replica.putBack(taken)
        #expect(replica.take(9).count == 2)
        #expect(replica.take(9).isEmpty && replica.waitingCount == 0)
        replica.publish(.correspondent(hash(0), at(5)))
        replica.publish(.correspondent(hash(0), at(6)))
        #expect(replica.take(9) == [.correspondent(hash(0), at(6))])
    }
}
