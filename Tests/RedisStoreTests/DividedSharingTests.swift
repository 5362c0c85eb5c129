import ClientLab
import Foundation
import Judgements
import Keeping
import Memory
import Policy
import RedisLab
import RedisStore
import SMTP
import ScratchFiles
import Synchronization
import Testing

/// Servers that divide their facts among several real Redis servers.
@Suite("Several servers over several Redis servers", .serialized)
struct DividedSharingTests {
    private let scratch: Scratch
    private let redis: [RedisServer]

    init() throws {
        let scratch = try Scratch()
        self.scratch = scratch
        redis = try (0..<3).map { number in
            let place = "\(scratch.path)/\(number)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            return try RedisServer(in: place)
        }
    }

    private var now: UnixTime { UnixTime(seconds: Int64(SharingNode.realNow)) }

    private func addresses(_ numbers: Int...) -> String {
        numbers.map { redis[$0].address }.joined(separator: " ")
    }

    private func facts(in number: Int) throws -> Set<String> {
        Set(try redis[number].tell("KEYS", "argot:fact:*").split(separator: "\n").map(String.init))
    }

    private func agree(_ nodes: SharingNode..., location: SourceLocation = #_sourceLocation) {
        eventually("all are connected", { nodes.allSatisfy { $0.sharing.status.isConnected } }, location)
        eventually("nothing waits", { nodes.allSatisfy { $0.sharing.status.waiting == 0 } }, location)
        eventually("all know the same", { nodes.allSatisfy { $0.contents == nodes[0].contents } }, location)
    }

    /// Clients that one server puts off and another one has had clean mail from.
    private func mail(_ clients: Range<Int>, at one: SharingNode, _ two: SharingNode) {
        for client in clients {
            _ = one.attempt(client, at: now)
            two.clean(client, at: now)
        }
    }

    @Test("each fact lies in one of them, and all servers know all")
    func division() throws {
        let (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(addresses(0, 1, 2))
        try two.start(addresses(0, 1, 2))
        defer { for node in [one, two] { node.stop() } }
        mail(0..<300, at: one, two)
        agree(one, two)
        #expect(one.contents.count >= 600)
        let held = try (0..<3).map(facts)
        let total = Set(held.joined()).count
        #expect(held.map(\.count).reduce(0, +) == total, "a fact lies in two of them")
        for facts in held { #expect(facts.count > total / 5, "\(held.map(\.count)) are not divided evenly") }
        // What the administrator says goes over the first, notes of a server over one, in their order.
        two.set(.observe, at: now)
        eventually("the mode holds at both") { one.mode == .observe }
        let notes = (0..<50).map { number in
            SharedNote.judged(
                .messageID(one.key(number)), MailJudgement(.spam, from: .person, at: now))
        }
        for note in notes { one.sharing.submit(note) }
        eventually("the notes have come") { two.heard.withLock { $0.notes.count } == notes.count }
        #expect(two.heard.withLock { $0.notes } == notes)
        #expect(two.heard.withLock { $0.place }?.split(separator: " ").count == 3)
        #expect(one.sharing.parts.map(\.place) == redis.map(\.address))
        #expect(one.sharing.status.refused == 0 && two.sharing.status.refused == 0)
    }

    @Test("one of them goes and comes back empty: what lies in the others goes on, and all agree afterwards")
    func loss() throws {
        let (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(addresses(0, 1))
        try two.start(addresses(0, 1))
        defer { for node in [one, two] { node.stop() } }
        mail(0..<100, at: one, two)
        agree(one, two)
        redis[1].kill()
        eventually("the loss is seen") { !one.sharing.status.isConnected && !two.sharing.status.isConnected }
        #expect(one.sharing.parts.map(\.status.isConnected) == [true, false])
        let before = two.sharing.parts[0].status.received
        mail(100..<200, at: one, two)
        eventually("half of it comes over the other one") { two.sharing.parts[0].status.received >= before + 20 }
        try redis[1].start()
        agree(one, two)
        #expect(one.contents.count >= 400)
    }

    @Test("servers that divide in different ways agree, and so do those that are divided anew")
    func differing() throws {
        var (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(addresses(0, 1))
        try two.start(addresses(1, 0))
        mail(0..<100, at: one, two)
        agree(one, two)
        for node in [one, two] { node.stop() }
        // A third Redis takes its part; both have forgotten all.
        (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(addresses(0, 1, 2))
        try two.start(addresses(0, 1, 2))
        defer { for node in [one, two] { node.stop() } }
        agree(one, two)
        #expect(one.contents.filter { $0.hasPrefix("attempt") }.count == 100)
        mail(0..<100, at: two, one)
        agree(one, two)
        // What each counted itself, once.
        let counts = one.contents.filter { $0.hasPrefix("client ") }
        #expect(counts.count == 100 && counts.allSatisfy { $0.hasSuffix(" 2") }, "\(counts.prefix(3))")
    }
}
