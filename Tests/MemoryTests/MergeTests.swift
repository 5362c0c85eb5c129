import SMTP
import Seeded
import Testing

import Policy

@testable import Memory

/// The laws of ``Mergeable``, over random values of one subject each, and over random schedules of several servers.
@Suite("Merging what several servers know")
struct MergeTests {
    /// Few values each, so that ties come up.
    private func time(_ random: inout SeededGenerator) -> UnixTime { at(Int64.random(in: 0..<5, using: &random)) }

    private func place(_ random: inout SeededGenerator) -> NetworkPlace? {
        let number = UInt64.random(in: 0..<4, using: &random)
        return number == 0 ? nil : NetworkPlace(network: number % 2, block: number)
    }

    private func entry(_ random: inout SeededGenerator) -> GreylistEntry {
        GreylistEntry(
            firstSeen: time(&random), lastSeen: time(&random), hasPassed: .random(using: &random), place: place(&random)
        )
    }

    private func record(_ random: inout SeededGenerator) -> ClientRecord {
        ClientRecord(
            firstSeen: time(&random), lastSeen: time(&random), count: .random(in: 0..<3, using: &random),
            revokedAt: .random(using: &random) ? nil : time(&random), place: place(&random))
    }

    private func lie(_ random: inout SeededGenerator) -> LieRecord {
        var lie = LieRecord(
            time: time(&random), key: LieKey(recipient: hash(1), network: hash(2)),
            recipientShown: random.word(1, of: "ab"), dialect: random.word(1, of: "ab"),
            reasons: [random.word(1, of: "ab")], session: random.word(1, of: "ab"),
            arm: .random(using: &random) ? .told : .spared)
        lie.lastTold = time(&random)
        lie.timesTold = .random(in: 1..<4, using: &random)
        lie.undoneAt = .random(using: &random) ? nil : time(&random)
        return lie
    }

    private func server(_ random: inout SeededGenerator) -> ServerID { ServerID(.random(in: 1..<4, using: &random)) }

    private static let entries = ["192.0.2.0/24", "example.net", ".example.org"].compactMap { ClientLists.Entry($0) }

    private func word(_ random: inout SeededGenerator) -> AdministratorWord {
        var word = AdministratorWord()
        if Bool.random(using: &random) {
            word.set(.random(using: &random) ? .observe : .enforce, at: time(&random), by: server(&random))
        }
        for entry in Self.entries where Bool.random(using: &random) {
            let standings: [AdministratorWord.Standing] = [.allowed, .denied, .removed]
            word.set(entry, standings.randomElement(using: &random)!, at: time(&random), by: server(&random))
        }
        return word
    }

    private func perServer(_ random: inout SeededGenerator) -> PerServer<ClientRecord> {
        var all = PerServer(record(&random), of: server(&random))
        for _ in 0..<Int.random(in: 0..<3, using: &random) {
            all.merge(PerServer(record(&random), of: server(&random)))
        }
        return all
    }

    private func lawsHold<Value: Mergeable>(
        _ seed: UInt64, _ value: (inout SeededGenerator) -> Value, _ location: SourceLocation = #_sourceLocation
    ) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let (a, b, c) = (value(&random), value(&random), value(&random))
            #expect(a.merged(b) == b.merged(a), "commutative", sourceLocation: location)
            #expect(a.merged(b).merged(c) == a.merged(b.merged(c)), "associative", sourceLocation: location)
            #expect(a.merged(a) == a, "idempotent", sourceLocation: location)
        }
    }

    @Test("is commutative, associative and idempotent", arguments: 1...5 as ClosedRange<UInt64>)
    func laws(seed: UInt64) {
        lawsHold(seed, entry)
        lawsHold(seed, record)
        lawsHold(seed, lie)
        lawsHold(seed, word)
        lawsHold(seed, perServer)
    }

    @Test("whoever was put off at one server passes at another one after the delay")
    func greylist() {
        let first = GreylistEntry(firstSeen: at(0), lastSeen: at(0), hasPassed: false)
        let again = GreylistEntry(firstSeen: at(90), lastSeen: at(90), hasPassed: false)
        #expect(first.merged(again) == GreylistEntry(firstSeen: at(0), lastSeen: at(90), hasPassed: false))
        let passed = GreylistEntry(firstSeen: at(50), lastSeen: at(60), hasPassed: true)
        #expect(again.merged(passed).hasPassed && passed.merged(again).hasPassed)
    }

    @Test("counts of several servers add up, however often they are told, and a loss of standing ends them all")
    func history() {
        var shared = PerServer(ClientRecord(firstSeen: at(0), lastSeen: at(10), count: 3), of: ServerID(1))
        let other = PerServer(ClientRecord(firstSeen: at(5), lastSeen: at(20), count: 4), of: ServerID(2))
        for _ in 0..<3 { shared.merge(other) }
        #expect(shared.combined == ClientRecord(firstSeen: at(0), lastSeen: at(20), count: 7))
        // The later state of one server's own count replaces the earlier one.
        shared.merge(PerServer(ClientRecord(firstSeen: at(0), lastSeen: at(30), count: 5), of: ServerID(1)))
        #expect(shared.combined.count == 9)
        let revoked = ClientRecord(firstSeen: at(40), lastSeen: at(40), count: 0, revokedAt: at(40))
        shared.merge(PerServer(revoked, of: ServerID(3)))
        #expect(shared.combined == revoked)
        shared.merge(PerServer(ClientRecord(firstSeen: at(50), lastSeen: at(60), count: 2), of: ServerID(2)))
        #expect(shared.combined.count == 2 && shared.combined.revokedAt == at(40))
        let most = PerServer(ClientRecord(firstSeen: at(50), lastSeen: at(60), count: .max), of: ServerID(4))
        #expect(shared.merged(most).combined.count == .max)
    }

    @Test("an undoing holds, and the words are those of the first telling")
    func lies() {
        let key = LieKey(recipient: hash(1), network: hash(2))
        var first = LieRecord(time: at(0), key: key, recipientShown: "u***@d", dialect: "grum", session: "s1")
        first.undoneAt = at(9)
        var second = LieRecord(time: at(5), key: key, recipientShown: "u***@d", dialect: "hydra", session: "s2")
        second.timesTold = 2
        let both = second.merged(first)
        #expect(both.dialect == "grum" && both.session == "s1" && both.time == at(0))
        #expect(both.undoneAt == at(9) && both.lastTold == at(5) && both.timesTold == 2)
        var spared = LieRecord(time: at(-5), key: key, recipientShown: "u***@d", session: "s0", arm: .spared)
        spared.timesTold = 9
        #expect(both.merged(spared) == both && spared.merged(both) == both)
    }

    @Test("the administrator's latest word holds")
    func lists() throws {
        let entry = try #require(ClientLists.Entry("192.0.2.1"))
        var here = AdministratorWord()
        here.set(entry, .denied, at: at(1), by: ServerID(1))
        here.set(.enforce, at: at(1), by: ServerID(1))
        var there = AdministratorWord()
        there.set(entry, .removed, at: at(2), by: ServerID(2))
        there.set(.observe, at: at(3), by: ServerID(2))
        let both = here.merged(there)
        #expect(both.lists == ClientLists() && both.mode?.value == .observe)
        here.set(entry, .allowed, at: at(4), by: ServerID(1))
        #expect(here.merged(there).lists.allowed == [entry])
    }

    /// All that servers share, in one value.
    private struct Shared: Hashable {
        var greylist: [KeyedHash: GreylistEntry] = [:]
        var clients: [KeyedHash: PerServer<ClientRecord>] = [:]
        var lies: [LieKey: LieRecord] = [:]
        var word = AdministratorWord()

        mutating func take(_ other: Shared) {
            greylist.merge(other.greylist) { $0.merged($1) }
            clients.merge(other.clients) { $0.merged($1) }
            lies.merge(other.lies) { $0.merged($1) }
            word.merge(other.word)
        }
    }

    @Test(
        "servers that tell one another late, twice and in any order agree in the end",
        arguments: 1...20 as ClosedRange<UInt64>)
    func schedules(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let servers = 5
        var states = Array(repeating: Shared(), count: servers)
        // What was said: a change each, which every server receives at least once.
        var sent: [Shared] = []
        for step in 0..<300 {
            let server = Int.random(in: 0..<servers, using: &random)
            let id = ServerID(UInt64(server))
            let key = hash(Int.random(in: 0..<6, using: &random))
            // Clocks differ by up to a minute.
            let now = at(Int64(step * 10) + Int64(server * 15))
            var change = Shared()
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                change.greylist[key] = GreylistEntry(firstSeen: now, lastSeen: now, hasPassed: .random(using: &random))
            case 1:
                var own =
                    states[server].clients[key]?.parts[id] ?? ClientRecord(firstSeen: now, lastSeen: now, count: 0)
                own.count += 1
                own.lastSeen = now
                if Int.random(in: 0..<10, using: &random) == 0 {
                    own = ClientRecord(firstSeen: now, lastSeen: now, count: 0, revokedAt: now)
                }
                change.clients[key] = PerServer(own, of: id)
            case 2:
                let lie = LieKey(recipient: key, network: hash(1))
                var told = LieRecord(
                    time: now, key: lie, recipientShown: "x", session: "\(server)-\(step)",
                    arm: step.isMultiple(of: 3) ? .spared : .told)
                if Bool.random(using: &random) { told.undoneAt = now }
                change.lies[lie] = told
            case 3: change.word.set(.random(using: &random) ? .observe : .enforce, at: now, by: id)
            default:
                let entry = Self.entries.randomElement(using: &random)!
                change.word.set(entry, .random(using: &random) ? .denied : .removed, at: now, by: id)
            }
            states[server].take(change)
            sent.append(change)
            // Now and then something arrives somewhere, or two servers that were apart tell each other all they have.
            if Bool.random(using: &random), let late = sent.randomElement(using: &random) {
                states[Int.random(in: 0..<servers, using: &random)].take(late)
            }
            if Int.random(in: 0..<20, using: &random) == 0 {
                let other = states[Int.random(in: 0..<servers, using: &random)]
                states[Int.random(in: 0..<servers, using: &random)].take(other)
            }
        }
        #expect(Set(states).count > 1, "a schedule in which nobody differs proves nothing")
        for server in states.indices {
            for change in sent.shuffled(using: &random) + sent.prefix(50) { states[server].take(change) }
        }
        #expect(Set(states).count == 1)
        let total = states[0].clients.values.reduce(0) { $0 + $1.combined.count }
        #expect(total > 0)
    }
}
