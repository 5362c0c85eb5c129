import Keeping
import Memory
import Policy
import SMTP
import Testing

@testable import SQLiteStore

/// What is on disk is what is in memory: a restart in the middle of a flood loses nobody.
@Suite("Restarts")
struct RestartTests {
    private func client(_ number: Int) -> ClientKeys {
        ClientKeys(client: hash(number), network: key(10_000 + number / 4), block: key(20_000 + number / 64))
    }

    private func key(_ number: Int) -> KeyedHash { KeyedHash(bits: UInt128(number)) }

    @Test func theHistoryIsTheSameAfterARestart() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        var configuration = HistoryConfiguration()
        configuration.capacity = 100
        configuration.minimumAge = 1_000
        var history = ClientHistory(configuration: configuration)
        // Thirty good histories, then strangers, then some that have lost their standing.
        for time in stride(from: Int64(0), to: 5_000, by: 1_000) {
            for number in 0..<30 {
                try store.apply(history.noteCleanMessage(from: client(number), at: noon + time).map(StoreChange.memory))
            }
        }
        for number in 1_000..<1_500 {
            let time = noon + 5_000 + Int64(number)
            try store.apply(history.noteCleanMessage(from: client(number), at: time).map(StoreChange.memory))
        }
        for number in 25..<30 {
            try store.apply(history.revoke(client(number), at: noon + 7_000).map(StoreChange.memory))
        }
        let now = noon + 8_000
        #expect(try store.counts().clients == history.count && history.count == 100)
        #expect(try store.counts().clientNetworks == history.networkCount)

        var restarted = ClientHistory(configuration: configuration)
        restarted.restore(try store.loadClients(), networks: try store.loadClientNetworks(), at: now)
        #expect(restarted.count == history.count && restarted.networkCount == history.networkCount)
        for number in Array(0..<30) + Array(1_000..<1_500) {
            #expect(restarted.standing(of: client(number), at: now) == history.standing(of: client(number), at: now))
        }
        #expect((0..<25).allSatisfy { restarted.standing(of: client($0), at: now).isGood })
        #expect((25..<30).allSatisfy { restarted.standing(of: client($0), at: now).isRevoked })
        // The strangers that are known are the last ones that came.
        #expect(restarted.standing(of: client(1_499), at: now).isKnown)
        #expect(!restarted.standing(of: client(1_000), at: now).isKnown)
        // Networks count against their blocks as before.
        let places = try store.loadClients().compactMap(\.record.place)
        #expect(places.count == 100 && Set(places.map(\.network)).count > 20)
    }

    @Test func retentionKeepsTheProvenOfTooMany() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let good = ClientRecord(firstSeen: noon + -9 * 86_400, lastSeen: noon, count: 5)
        let known = ClientRecord(firstSeen: noon + 50, lastSeen: noon + 50, count: 1)
        let passed = GreylistEntry(firstSeen: noon, lastSeen: noon, hasPassed: true)
        let pending = GreylistEntry(firstSeen: noon + 50, lastSeen: noon + 50, hasPassed: false)
        for number in 0..<10 {
            try store.apply([
                .client(hash(number), number < 4 ? good : known), .network(hash(number), number < 4 ? good : known),
                .clientNetwork(hash(number), number < 4 ? good : known),
                .greylist(hash(number), number < 4 ? passed : pending),
                .lie(
                    LieRecord(
                        time: noon + Int64(number), key: LieKey(recipient: hash(number), network: hash(1)),
                        recipientShown: "x")),
            ])
        }
        // The administrator has undone the first lie.
        #expect(try store.undoLie(LieKey(recipient: hash(0), network: hash(1)), at: noon + 20))
        var retention = Retention()
        retention.maximumClientRows = 5
        retention.maximumNetworkRows = 5
        retention.maximumGreylistRows = 5
        retention.maximumLedgerRows = 5
        try store.prune(now: noon + 60, retention: retention)
        for keys in [
            try store.loadClients().map(\.key), try store.loadNetworks().map(\.key),
            try store.loadClientNetworks().map(\.key), try store.loadGreylist().map(\.key),
        ] {
            #expect(keys.count == 5 && Set(keys).isSuperset(of: (0..<4).map(hash)))
        }
        #expect(try store.loadUndoneLies() == [LieKey(recipient: hash(0), network: hash(1))])
        #expect(try store.counts().lies == 5)
    }
}
