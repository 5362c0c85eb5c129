import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import Seeded
import Testing

@testable import SQLiteStore

@Suite("Store")
struct StoreTests {
    @Test("state comes back after a restart")
    func roundTrip() throws {
        let scratch = Scratch()
        let entry = GreylistEntry(firstSeen: noon, lastSeen: noon + 70, hasPassed: true)
        let record = ClientRecord(firstSeen: noon, lastSeen: noon + 9, count: 12)
        let big = KeyedHash(bits: .max)
        do {
            let store = try Store(path: scratch.database, hashingKey: testKey)
            try store.apply([
                .greylist(big, entry), .greylist(hash(2), entry), .greylistRemoved(hash(2)), .network(hash(3), record),
                .network(hash(4), record), .networkRemoved(hash(4)), .client(hash(5), record), .client(hash(6), record),
                .clientRemoved(hash(6)),
            ])
            try store.setValue("a", named: "k")
            try store.setValue("b", named: "k")
        }
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let greylist = try store.loadGreylist()
        #expect(greylist.map(\.key) == [big] && greylist.map(\.entry) == [entry])
        let networks = try store.loadNetworks()
        #expect(networks.map(\.key) == [hash(3)] && networks.map(\.record) == [record])
        let clients = try store.loadClients()
        #expect(clients.map(\.key) == [hash(5)] && clients.map(\.record) == [record])
        #expect(try store.value(named: "k") == "b")
        #expect(try store.value(named: "other") == nil)
        #expect(try store.byteCount() > 0)
    }

    @Test("writing a change twice is writing it once")
    func idempotence() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let lie = LieRecord(time: noon, key: LieKey(recipient: hash(1), network: hash(2)), recipientShown: "u***@d")
        let changes: [StoreChange] = [
            client(1), .greylist(hash(1), GreylistEntry(firstSeen: noon, lastSeen: noon, hasPassed: false)),
            .network(hash(1), ClientRecord(firstSeen: noon, lastSeen: noon, count: 1)), .lie(lie),
        ]
        try store.apply(changes)
        let counts = try store.counts()
        try store.apply(changes + changes)
        #expect(try store.counts() == counts)
        #expect(try store.lies(since: nil, limit: 100) == [lie])
    }

    @Test("of many changes in one transaction the last of each key holds", arguments: 1...3)
    func lastOfEachKey(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let store = try Store(inMemoryUnder: testKey)
        var clients: [KeyedHash: ClientRecord] = [:]
        var attempts: [KeyedHash: GreylistEntry] = [:]
        for _ in 0..<4 {
            var changes: [StoreChange] = []
            for _ in 0..<400 {
                let key = hash(Int.random(in: 0..<40, using: &generator))
                let count = Int.random(in: 0..<1_000, using: &generator)
                switch Int.random(in: 0..<6, using: &generator) {
                case 0:
                    changes.append(.clientRemoved(key))
                    clients[key] = nil
                case 1:
                    changes.append(.greylistRemoved(key))
                    attempts[key] = nil
                case 2, 3:
                    let entry = GreylistEntry(firstSeen: noon, lastSeen: noon + Int64(count), hasPassed: count % 2 == 0)
                    changes.append(.greylist(key, entry))
                    attempts[key] = entry
                default:
                    let record = ClientRecord(firstSeen: noon, lastSeen: noon + 1, count: count)
                    changes.append(.client(key, record))
                    clients[key] = record
                }
            }
            try store.apply(changes)
            #expect(Dictionary(uniqueKeysWithValues: try store.loadClients().map { ($0.key, $0.record) }) == clients)
            #expect(Dictionary(uniqueKeysWithValues: try store.loadGreylist().map { ($0.key, $0.entry) }) == attempts)
        }
        #expect(try store.loadNetworks().isEmpty)
    }

    @Test("a large store is read in two halves, which are all of it")
    func halves() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        var generator = SeededGenerator(seed: 9)
        let keys = (0..<500).map { _ in KeyedHash(bits: .random(in: 0 ... .max, using: &generator)) }
        let record = ClientRecord(firstSeen: noon, lastSeen: noon + 9, count: 12)
        try store.apply(keys.map { .client($0, record) } + [.network(KeyedHash(bits: 1 << 127), record)])
        let whole = try store.loadState()
        store.largeBytes = 0
        let halves = try store.loadState()
        #expect(halves.clients.map(\.key) == keys.sorted { $0.bits < $1.bits })
        #expect(halves.clients.map(\.key) == whole.clients.map(\.key) && halves.networks.count == 1)
        #expect(halves.greylist.isEmpty && halves.unreadable.isEmpty)
    }

    @Test("a change of the same key replaces the earlier one")
    func replacement() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let later = ClientRecord(firstSeen: noon + 1, lastSeen: noon + 5, count: 2)
        try store.apply([client(1), .client(hash(1), later)])
        #expect(try store.loadClients().map(\.record) == [later])
    }

    @Test("the journal answers by session, queue id, client, recipient and time, newest first")
    func journal() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        var refused = verdict("s2", at: noon + 10, queueID: "ABC")
        refused.client = ""
        refused.sender = ""
        refused.recipient = "carol@other.example"
        refused.reply = "550-5.1.1 <carol@other.example>: unknown\r\n550 5.1.1 really"
        refused.mode = .enforce
        refused.applied = .fakeReject
        try store.apply([.verdict(verdict("s1")), .verdict(verdict("s1", at: noon + 5)), .verdict(refused)])
        func times(_ query: JournalQuery) throws -> [Int64] {
            try store.verdicts(matching: query).map { $0.record.time - noon }
        }
        #expect(try times(JournalQuery()) == [10, 5, 0])
        #expect(try times(JournalQuery(limit: 1)) == [10])
        #expect(try times(JournalQuery(limit: -1)) == [])
        #expect(try times(JournalQuery(session: "s1")) == [5, 0])
        #expect(try times(JournalQuery(session: "s1", since: noon + 1)) == [5])
        #expect(try times(JournalQuery(queueID: "ABC")) == [10])
        #expect(try times(JournalQuery(queueID: "")) == [])
        #expect(try times(JournalQuery(client: testKey.hash(client: "192.0.2.7"))) == [5, 0])
        #expect(try times(JournalQuery(recipient: testKey.hash(recipient: "bob@lab.example"))) == [5, 0])
        #expect(try times(JournalQuery(session: "s1' OR 1=1 --")) == [])

        let entry = try #require(try store.verdicts(matching: JournalQuery(queueID: "ABC")).first)
        #expect(entry.client == nil && entry.sender == nil && entry.replyCode == 550)
        #expect(entry.recipientDomain == "other.example" && entry.record.mode == .enforce)
        #expect(entry.record.verdict == .tempfail && entry.record.applied == .fakeReject)
        let plain = try #require(try store.verdicts(matching: JournalQuery(session: "s1")).first)
        #expect(plain.sender == testKey.hash(sender: "alice@example.net") && plain.replyCode == nil)
        #expect(plain.record.reasons == [.standing(.new), .signal(.dialectBot)])
        #expect(
            plain.record.dialect == "cutwail" && plain.record.dialectState == "q17"
                && plain.recipientDomain == "lab.example")
    }

    @Test("a store for reading reads while the daemon writes, and cannot write")
    func reading() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.apply([client(1)])
        let reader = try Store(readingFrom: scratch.database)
        #expect(try reader.counts().clients == 1)
        try store.apply([client(2)])
        #expect(try reader.counts().clients == 2)
        #expect(throws: StoreError(.readOnly, path: scratch.database)) { try reader.apply([client(3)]) }
        #expect(throws: StoreError(.readOnly, path: scratch.database)) {
            try reader.undoLie(LieKey(recipient: hash(1), network: hash(1)), at: noon)
        }
    }

    @Test("a store for reading is neither made nor upgraded")
    func readingNothing() throws {
        let scratch = Scratch()
        #expect(throws: StoreError(.cannotOpen, path: scratch.database)) { try Store(readingFrom: scratch.database) }
        scratch.write([], to: "store.db")
        #expect(throws: StoreError(.olderVersion(found: 0, known: Schema.current.version), path: scratch.database)) {
            try Store(updating: scratch.database)
        }
    }

    @Test("nobody else can read the database")
    func mode() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.apply([client(1)])
        for name in scratch.names {
            #expect(scratch.mode(of: name) & 0o027 == 0, "\(name)")
        }
        #expect(scratch.names.count == 3)
    }
}
