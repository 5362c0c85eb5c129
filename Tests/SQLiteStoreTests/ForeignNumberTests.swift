import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import SQLite
import Testing

@testable import SQLiteStore

/// Whatever stands in the file, nothing that was read from it makes the daemon stop.
@Suite("Foreign numbers")
struct ForeignNumberTests {
    private static let extremes: [Int64] = [.min, .min + 1, -1, 253_402_300_800, .max - 1, .max]

    private func key(_ number: Int) -> String { "x'" + hash(number).description + "'" }

    /// A store with a good row in every table, and bad ones beside it.
    private func damaged(_ scratch: Scratch) throws -> Store {
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let good = ClientRecord(firstSeen: noon, lastSeen: noon, count: .max, revokedAt: noon)
        try store.apply([
            .client(hash(1), good), .network(hash(1), good), .clientNetwork(hash(1), good),
            .greylist(hash(1), GreylistEntry(firstSeen: noon, lastSeen: noon, hasPassed: false)),
        ])
        for (index, number) in Self.extremes.enumerated() {
            for (offset, row) in ["\(number), 5, 1", "5, \(number), 1", "5, 5, \(min(number, -1))"].enumerated() {
                let key = key(100 + 10 * index + offset)
                for table in ["client", "network"] {
                    try store.database.execute(
                        "INSERT INTO \(table) (key, first_seen, last_seen, count) VALUES (\(key), \(row))")
                }
                try store.database.execute("INSERT INTO client_network VALUES (\(key), \(row), 0, 0, 0, NULL)")
                try store.database.execute(
                    "INSERT INTO greylist (key, first_seen, last_seen, passed) VALUES (\(key), \(row))")
            }
            try store.database.execute(
                "INSERT INTO client (key, first_seen, last_seen, count, revoked_at) VALUES (\(key(900 + index)), 5, 5, 1, \(number))"
            )
            try store.database.execute("INSERT INTO sender_cell VALUES (\(number), 1, 1, 1, 0, 0, 0, 0)")
        }
        try store.database.execute("INSERT INTO client (key, first_seen, last_seen, count) VALUES (x'00', 5, 5, 1)")
        return store
    }

    @Test func badRowsAreLeftOutCountedAndSaidOnce() throws {
        let scratch = Scratch()
        _ = try damaged(scratch)
        let events = EventLog()
        let writer = patientWriter(scratch.database, events: events)
        let state = writer.loadState()
        #expect(state.clients.map(\.key) == [hash(1)])
        #expect(state.networks.map(\.key) == [hash(1)])
        #expect(state.clientNetworks.map(\.key) == [hash(1)])
        // What has passed is a flag, which no number makes a bad one.
        #expect(state.greylist.count == 1 + 6)
        let bad = ["client": 18 + 6 + 1, "network": 18, "client_network": 18, "greylist": 12]
        #expect(state.unreadable == bad)
        #expect(events.all == [.unreadable(bad)])
        #expect(
            events.all.first?.description
                == "rows that hold impossible values are left out: client 25, client_network 18, greylist 12, network 18"
        )
    }

    /// The largest count and the last of times, at their owner's next message.
    @Test func whatIsReadCanBeCountedOn() throws {
        let scratch = Scratch()
        let store = try damaged(scratch)
        var history = ClientHistory(configuration: HistoryConfiguration())
        history.restore(try store.loadClients(), networks: try store.loadClientNetworks(), at: noon)
        var greylist = Greylist(configuration: GreylistConfiguration())
        greylist.restore(try store.loadGreylist(), networks: try store.loadNetworks(), at: noon)
        let client = ClientKeys(client: hash(1), network: hash(1), block: hash(2))
        for seconds in [Int64.min, -1, 0, 1_700_000_000, .max] {
            let now = UnixTime(seconds: seconds)
            _ = history.standing(of: client, at: now)
            _ = history.noteCleanMessage(from: client, at: now)
            _ = history.revoke(client, at: now)
            _ = greylist.judge(Greylist.Attempt(triplet: hash(1), pool: hash(1), network: hash(1)), at: now)
        }
        #expect(history.count == 1)
    }

    @Test func retentionRemovesThem() throws {
        let scratch = Scratch()
        let store = try damaged(scratch)
        try store.prune(now: noon, retention: Retention())
        let counts = try store.counts()
        #expect(counts.networks == 1 && counts.clientNetworks == 1 && counts.senderCells == 0)
        // The key that is too short has another age limit than its numbers; its history is just old.
        #expect(counts.clients == 1 && counts.greylist == 1)
    }

    @Test func cellsOfImpossibleSlotsAreNotHandedOut() throws {
        let scratch = Scratch()
        let store = try damaged(scratch)
        try store.apply([.senderCells([SenderCell(slot: noon.seconds, sender: 2, domain: 2, mails: 1, trapped: 1)])])
        try store.database.execute("UPDATE sender_cell SET trapped = 1")
        var slots: [Int64] = []
        try store.senderCells(since: UnixTime(seconds: .min), until: UnixTime(seconds: .max), limit: 100) {
            slots.append($0.slot)
        }
        #expect(slots == [noon.seconds])
        var trapped: [Int64] = []
        try store.trappedSenders(since: UnixTime(seconds: .min), until: UnixTime(seconds: .max)) { trapped.append($1) }
        #expect(trapped == [noon.seconds])
    }
}
