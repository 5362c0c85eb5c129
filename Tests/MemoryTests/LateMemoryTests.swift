import Memory
import Policy
import SMTP
import Seeded
import Testing

/// A memory that is in use before what was kept is read.
@Suite("Late memory")
struct LateMemoryTests {
    private typealias Kept = (clients: [KeyedHash: ClientRecord], networks: [KeyedHash: ClientRecord])

    private var configuration: HistoryConfiguration {
        var configuration = HistoryConfiguration()
        configuration.minimumMessages = 3
        configuration.minimumAge = 100
        return configuration
    }

    private func recall(_ client: ClientKeys, of kept: Kept, in history: inout ClientHistory, at now: UnixTime) {
        if let record = kept.clients[client.client] { history.recall(record, of: client.client, in: .client, at: now) }
        if let record = kept.networks[client.network] {
            history.recall(record, of: client.network, in: .clientNetwork, at: now)
        }
    }

    /// Takes over what was noted, so many records at a time; returns in how many pieces.
    private func takeOver<Value: LateMemory>(
        _ read: Value, into memory: inout Value, pieces count: Int, at now: UnixTime
    )
        -> Int
    {
        var (read, pieces) = (read, 0)
        while true {
            let noted = memory.takeNoted(atMost: count)
            read.adopt(noted, at: now)
            pieces += 1
            if noted.isLast { break }
        }
        memory.takeOver(&read)
        return pieces
    }

    @Test("Whatever happens before all is read, in the end it is known as if it had been read first", arguments: 1...8)
    func sameInTheEnd(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let clients = (0..<200).map { client($0, network: 5_000 + $0 % 70) }
        var kept: Kept = ([:], [:])
        for client in clients where Bool.random(using: &generator) {
            let first = Int64.random(in: -9_000 ... -500, using: &generator)
            let record = ClientRecord(
                firstSeen: at(first), lastSeen: at(first + 400), count: .random(in: 1...9, using: &generator),
                revokedAt: Int.random(in: 0..<9, using: &generator) == 0 ? at(-50) : nil,
                place: NetworkPlace(ofClient: client))
            kept.clients[client.client] = record
            kept.networks[client.network] = record.placed(NetworkPlace(ofNetwork: client))
        }
        var early = ClientHistory(configuration: configuration)
        let saved = (kept.clients.map { ($0.key, $0.value) }, kept.networks.map { ($0.key, $0.value) })
        early.restore(saved.0, networks: saved.1, at: at(0))
        var late = ClientHistory(configuration: configuration)
        late.beginNoting()
        for step in 0..<Int64(500) {
            let client = clients.randomElement(using: &generator)!
            if step == 300 {
                var read = late.emptied
                read.restore(saved.0, networks: saved.1, at: at(step))
                #expect(takeOver(read, into: &late, pieces: 7, at: at(step)) > 5)
                #expect(late.count == early.count && late.networkCount == early.networkCount)
            }
            if step < 300 { recall(client, of: kept, in: &late, at: at(step)) }
            #expect(late.standing(of: client, at: at(step)) == early.standing(of: client, at: at(step)))
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: #expect(late.revoke(client, at: at(step)) == early.revoke(client, at: at(step)))
            case 1:
                #expect(late.noteDelivery(from: client, at: at(step)) == early.noteDelivery(from: client, at: at(step)))
            default:
                let changes = late.noteCleanMessage(from: client, at: at(step))
                #expect(changes == early.noteCleanMessage(from: client, at: at(step)))
            }
        }
        for client in clients {
            #expect(late.standing(of: client, at: at(500)) == early.standing(of: client, at: at(500)))
        }
    }

    @Test func whatIsKnownIsNotRecalled() {
        var history = ClientHistory(configuration: configuration)
        history.beginNoting()
        _ = history.revoke(client(1), at: at(10))
        let good = ClientRecord(firstSeen: at(-900), lastSeen: at(0), count: 9)
        #expect(history.knows(client(1).client, in: .client) && !history.knows(client(1).client, in: .clientNetwork))
        history.recall(good, of: client(1).client, in: .client, at: at(10))
        #expect(history.standing(of: client(1), at: at(10)).isRevoked)
    }

    @Test func whatWasForgottenStaysForgotten() {
        var history = ClientHistory(configuration: configuration)
        let good = ClientRecord(firstSeen: at(-900), lastSeen: at(0), count: 9)
        history.beginNoting()
        history.recall(good, of: client(1).client, in: .client, at: at(5))
        #expect(history.standing(of: client(1), at: at(5)).isGood)
        history.forget(client(1), lastSeenUpTo: at(5))
        var read = history.emptied
        read.restore([(client(1).client, good)], at: at(5))
        #expect(takeOver(read, into: &history, pieces: 100, at: at(5)) == 1)
        #expect(!history.standing(of: client(1), at: at(5)).isKnown && history.count == 0)
    }

    @Test func aRetryBeforeAllIsReadPasses() {
        var configuration = GreylistConfiguration()
        configuration.delay = 60
        var greylist = Greylist(configuration: configuration)
        let attempt = Greylist.Attempt(triplet: hash(1), pool: hash(2), network: hash(3))
        let kept = GreylistEntry(firstSeen: at(-100), lastSeen: at(-100), hasPassed: false)
        greylist.beginNoting()
        greylist.recall(kept.record, of: hash(1), in: .attempt, at: at(0))
        #expect(greylist.judge(attempt, at: at(0)).0 == .passed)
        var read = greylist.emptied
        read.restore([(hash(1), kept), (hash(9), kept)], at: at(1))
        #expect(takeOver(read, into: &greylist, pieces: 1, at: at(1)) > 1)
        #expect(greylist.knows(hash(9), in: .attempt) && greylist.knows(hash(3), in: .network))
        #expect(greylist.judge(attempt, at: at(2)).0 == .passed)
        // Nothing is noted any more.
        #expect(greylist.takeNoted(atMost: 9).isLast)
    }

    @Test func limitsChangedMeanwhileHold() {
        var history = ClientHistory(configuration: configuration)
        history.beginNoting()
        var read = history.emptied
        read.restore([(client(1).client, ClientRecord(firstSeen: at(-900), lastSeen: at(0), count: 9))], at: at(0))
        var changed = configuration
        changed.minimumMessages = 10
        history.reconfigure(changed)
        #expect(takeOver(read, into: &history, pieces: 9, at: at(0)) == 1)
        #expect(
            history.standing(of: client(1), at: at(1)).isKnown && !history.standing(of: client(1), at: at(1)).isGood)
    }
}
