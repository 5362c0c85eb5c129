import Policy
import SMTP
import Seeded
import Testing

@testable import Memory

/// What several servers tell one another beside attempts and histories: what is switched off, what was said, lies, and the mail
/// server's words.
@Suite("What several servers say")
struct SharedWordsTests {
    /// A server with its own breaker, words, lies and replies.
    private struct Node {
        var breaker: Breaker
        var words = AdministratorWord()
        var lies: [LieKey: LieRecord] = [:]
        var correspondents: [KeyedHash: UnixTime] = [:]
        var replies = GenuineReplyTable()
        var replica: Replica

        init(_ number: UInt64, _ rules: BreakerConfiguration) {
            replica = Replica(server: ServerID(number), capacity: 100_000)
            breaker = Breaker(configuration: rules)
        }

        var server: ServerID { replica.server }

        /// Takes in a fact of whichever server, its own among them, as they come from everywhere in the end.
        mutating func hear(_ fact: SharedFact, at now: UnixTime) {
            switch fact {
            case .vote(let vote):
                if let trip = breaker.take(vote, at: now) { tell(trip) }
            case .trip(let trip, let end): _ = breaker.take(trip, until: end, at: now)
            case .mode(let word): words.set(word)
            case .standing(let entry, let word): words.set(entry, word)
            case .lie(let record): lies[record.key] = lies[record.key]?.merged(record) ?? record
            case .correspondent(let key, let time): correspondents[key] = max(time, correspondents[key] ?? time)
            case .reply(let reply): replies.take(reply)
            case .greylist, .history, .purge: break
            }
        }

        mutating func tell(_ trip: BreakerTrip) {
            if let end = breaker.end(of: trip) { replica.publish(.trip(trip, until: end)) }
        }

        /// Says something, and knows it itself.
        mutating func say(_ fact: SharedFact, at now: UnixTime) {
            hear(fact, at: now)
            replica.say(fact)
        }

        /// All that decides at a moment, in an order of its own.
        func contents(at now: UnixTime) -> [String] {
            let off = breaker.suspended(at: now).map { cause in
                "off \(cause) \(breaker.end(of: .narrow(cause))?.seconds ?? 0)"
            }
            let whole = breaker.isTripped(at: now) ? ["off \(breaker.end(of: .whole)?.seconds ?? 0)"] : []
            let said = words.entries.map { "\($0.key) \($0.value.value) \($0.value.time.seconds)" }
            let mode = words.mode.map { ["mode \($0.value) \($0.time.seconds)"] } ?? []
            let told = lies.values.map {
                "lie \($0.key.recipient) \($0.time.seconds) \($0.lastTold.seconds) \($0.timesTold) "
                    + "\($0.undoneAt?.seconds ?? 0) \($0.session)"
            }
            let known = correspondents.map { "\($0.key) \($0.value.seconds)" }
            let replies = replies.learned.map { "\($0.domain) \($0.reply.text) \($0.time.seconds)" }
            return (off + whole + said + mode + told + known + replies).sorted()
        }
    }

    private static let rules: BreakerConfiguration = {
        var rules = BreakerConfiguration()
        rules.minimumCount = 3
        rules.cooldown = 20_000
        return rules
    }()

    private func cause(_ random: inout SeededGenerator) -> BreakerCause {
        .dialect(["one", "two", "three"].randomElement(using: &random)!)
    }

    /// Something that happens at a server.
    private func act(_ node: inout Node, _ random: inout SeededGenerator, at now: UnixTime) {
        let number = Int.random(in: 0..<6, using: &random)
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<5:
            let subject = hash(Int.random(in: 0..<40, using: &random))
            let causes = Int.random(in: 0..<4, using: &random) == 0 ? [cause(&random)] : []
            let isNews = node.breaker.isNews(subject, refusedFor: causes, at: now)
            let trip = node.breaker.note(subject, refusedFor: causes, at: now)
            if isNews { node.replica.publish(.vote(BreakerVote(subject: subject, causes: causes, time: now))) }
            if let trip { node.tell(trip) }
        case 5:
            node.say(.mode(Latest(.random(using: &random) ? .observe : .enforce, at: now, by: node.server)), at: now)
        case 6, 7:
            let word: AdministratorWord.Standing = [.allowed, .denied, .removed].randomElement(using: &random)!
            let entry = ClientLists.Entry("host\(number).example")!
            node.say(.standing(entry, Latest(word, at: now, by: node.server)), at: now)
        case 8, 9:
            let key = LieKey(recipient: hash(100 + number), network: hash(200 + number))
            if Int.random(in: 0..<5, using: &random) == 0 {
                node.say(.lie(LieRecord(undone: key, at: now)), at: now)
            } else {
                let session = "\(node.server.number).\(now.seconds)"
                node.replica.note(
                    .lie(LieRecord(time: now, key: key, recipientShown: "u***@a.example", session: session)))
            }
        case 10: node.say(.correspondent(hash(300 + number), now), at: now)
        default:
            let reply = GenuineReply(
                enhancedCode: EnhancedStatusCode(5, 1, 1)!, text: "no \(Int.random(in: 0..<3, using: &random))")
            node.say(.reply(LearnedReply(domain: "d\(number).example", reply: reply, time: now)), at: now)
        }
    }

    @Test(
        "all know the same in the end, whatever comes late, twice or in another order",
        arguments: 1...40 as ClosedRange<UInt64>)
    func schedules(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var nodes = (1...4).map { Node(UInt64($0), Self.rules) }
        var said: [SharedFact] = []
        var now = at(100_000)
        for _ in 0..<500 {
            now = now + Int64.random(in: 0..<15, using: &random)
            let index = Int.random(in: nodes.indices, using: &random)
            act(&nodes[index], &random, at: now)
            if Bool.random(using: &random) { said += nodes[index].replica.take(.max) }
            let listener = Int.random(in: nodes.indices, using: &random)
            for _ in 0..<Int.random(in: 0..<3, using: &random) {
                if let fact = said.randomElement(using: &random) { nodes[listener].hear(fact, at: now) }
            }
        }
        #expect(Set(nodes.map { $0.contents(at: now) }).count > 1, "a schedule in which nobody differs proves nothing")
        // Everybody hears everything, and what that leads to.
        for _ in 0..<6 {
            for index in nodes.indices { said += nodes[index].replica.take(.max) }
            for index in nodes.indices {
                for fact in said.shuffled(using: &random) { nodes[index].hear(fact, at: now) }
            }
        }
        for index in nodes.indices.dropFirst() {
            let (one, other) = (Set(nodes[0].contents(at: now)), Set(nodes[index].contents(at: now)))
            #expect(one == other, "\(one.subtracting(other).sorted()) / \(other.subtracting(one).sorted())")
        }
        #expect(nodes[0].words.mode != nil && !nodes[0].lies.isEmpty)
        #expect(nodes[0].contents(at: now).contains { $0.hasPrefix("off ") }, "nothing was switched off")
    }

    @Test("refusals that no server alone has enough of switch off at all of them what they have in common")
    func trip() {
        var nodes = (1...5).map { Node(UInt64($0), Self.rules) }
        let now = at(100_000)
        // Sixty clients are known; each server refuses one.
        for number in 0..<60 { _ = nodes[number % 5].breaker.note(hash(number), refusedFor: [], at: now) }
        for (index, subject) in [1, 2, 3].enumerated() {
            #expect(nodes[index].breaker.note(hash(subject), refusedFor: [.dialect("x")], at: now) == nil)
            nodes[index].replica.publish(.vote(BreakerVote(subject: hash(subject), causes: [.dialect("x")], time: now)))
        }
        for _ in 0..<2 {
            let said = nodes.indices.flatMap { nodes[$0].replica.take(.max) }
            for index in nodes.indices { for fact in said { nodes[index].hear(fact, at: now + 5) } }
        }
        for node in nodes {
            #expect(node.breaker.suspended(at: now + 6) == [.dialect("x")], "mx\(node.server.number)")
            #expect(!node.breaker.isTripped(at: now + 6))
        }
    }
}
