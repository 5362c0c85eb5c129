import Memory
import Keeping
import KeyedHashing
import Policy
import SMTP
import SQLite
import Testing

@testable import SQLiteStore

@Suite("Schema")
struct SchemaTests {
    /// A released step is never edited: that would leave databases of one version with different tables.
    @Test("released steps are as they were released", arguments: [(1, "c07b6a32195c68c2115c593429513c85")])
    func frozen(version: Int, digest: String) {
        let step = Array(Schema.current.steps[version - 1].sql.utf8)
        #expect(KeyedHash(bits: testKey.digest(step)).description == digest)
    }

    @Test("an empty file becomes a database of the current version")
    func fromNothing() throws {
        let scratch = Scratch()
        scratch.write([], to: "store.db")
        let store = try Store(path: scratch.database, hashingKey: testKey)
        #expect(store.schemaVersion == Schema.current.version)
        #expect(try store.counts() == StoreCounts())
        #expect(try store.damage() == nil)
    }

    @Test("a database of every earlier version is upgraded with its rows", arguments: 1...Schema.current.version)
    func upgrade(from version: Int) throws {
        let scratch = Scratch()
        do {
            let old = Schema(steps: Array(Schema.current.steps.prefix(version)))
            let store = try Store(path: scratch.database, hashingKey: testKey, schema: old)
            try store.database.execute(
                """
                INSERT INTO client (key, first_seen, last_seen, count)
                    VALUES (x'0000000000000007000000000000000700', 1, 2, 3);
                UPDATE client SET key = x'00000000000000070000000000000007';
                """)
        }
        var later = Schema.current
        later.steps.append(
            Schema.Step(name: "later", sql: "ALTER TABLE client ADD COLUMN note TEXT NOT NULL DEFAULT 'new'"))
        for schema in [Schema.current, later] {
            let store = try Store(path: scratch.database, hashingKey: testKey, schema: schema)
            #expect(try store.database.number("PRAGMA user_version") == Int64(schema.version))
            let clients = try store.loadClients()
            #expect(clients.map(\.key) == [hash(7)])
            #expect(clients.first?.record.count == 3)
        }
    }

    @Test(
        "the standing of a verdict leaves its reasons",
        arguments: [
            ("greylist.new\nhelo.ours\nname.missing", "greylist.new", "helo.ours\nname.missing"),
            ("greylist.passed", "greylist.passed", ""), ("none", "", "none"), ("dialect.bot", "", "dialect.bot"),
        ])
    func standing(reasons: String, standing: String, rest: String) throws {
        let scratch = Scratch()
        do {
            let old = Schema(steps: Array(Schema.current.steps.prefix(4)))
            let store = try Store(path: scratch.database, hashingKey: testKey, schema: old)
            try store.database.execute(
                """
                INSERT INTO verdict (time, session, recipient_domain, verdict, applied, reasons, dialect, dialect_state,
                    queue_id, mode) VALUES (1, 's', '', 'tempfail', 'accept', '\(reasons)', '', '', '', 'observe')
                """)
        }
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let columns = try store.rows("SELECT standing, reasons FROM verdict", []) { [$0.text(at: 0), $0.text(at: 1)] }
        #expect(columns == [[standing, rest]])
        let entry = try #require(try store.verdicts(matching: JournalQuery(session: "s")).first)
        #expect(entry.record.words.joined(separator: "\n") == reasons)
    }

    @Test("a step that fails leaves the version before it")
    func failingStep() throws {
        let scratch = Scratch()
        var broken = Schema.current
        broken.steps.append(Schema.Step(name: "later", sql: "CREATE TABLE half (a); CREATE NONSENSE"))
        #expect(throws: StoreError(.other, path: scratch.database)) {
            try Store(path: scratch.database, hashingKey: testKey, schema: broken)
        }
        let store = try Store(path: scratch.database, hashingKey: testKey)
        #expect(try store.database.number("SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == 0)
    }

    @Test("a newer database is refused and stays byte for byte, its log included", arguments: [false, true])
    func newer(withLog: Bool) throws {
        let scratch = Scratch()
        var newer = Schema.current
        newer.steps.append(Schema.Step(name: "later", sql: "CREATE TABLE future (a)"))
        let known = Schema.current.version
        let expected = StoreError(.newerVersion(found: known + 1, known: known), path: scratch.database)
        var other: Store? = try Store(path: scratch.database, hashingKey: testKey, schema: newer)
        try other?.apply([client(1)])
        let copy = Scratch()
        if !withLog { other = nil }
        for name in scratch.names where !name.hasSuffix("-shm") { copy.write(scratch.bytes(of: name), to: name) }
        let before = copy.bytes(of: "store.db")
        let log = copy.bytes(of: "store.db-wal")
        #expect(log.isEmpty != withLog)
        let path = copy.database
        let error = StoreError(expected.code, path: path)
        #expect(throws: error) { try Store(path: path, hashingKey: testKey) }
        #expect(throws: error) { try Store(readingFrom: path) }
        #expect(copy.bytes(of: "store.db") == before)
        #expect(copy.bytes(of: "store.db-wal") == log)

        let events = EventLog()
        let writer = patientWriter(path, events: events)
        writer.submit(client(2))
        #expect(!writer.flush())
        #expect(events.all == [.inMemory(error)])
        #expect(copy.bytes(of: "store.db") == before)
        withExtendedLifetime(other) {}
    }

    @Test("errors say what, where, and what to do")
    func words() {
        let error = StoreError(.newerVersion(found: 9, known: 1), path: "/var/lib/argot/store.db")
        #expect(
            error.description
                == "/var/lib/argot/store.db: the database has version 9, this release knows up to 1: install the newer "
                + "release again, or move the file away")
    }
}
