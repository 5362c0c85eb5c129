import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import SQLite
import Testing

@testable import SQLiteStore

@Suite("Addresses in clear")
struct ShownAddressTests {
    private let day: Int64 = 86_400

    private func record(_ session: String, at time: UnixTime) -> VerdictRecord {
        var record = verdict(session, at: time)
        record.client = "203.0.113.199"
        record.sender = "zqsender@zqdomain.example"
        record.recipient = "ZQrecipient@lab.example"
        return record
    }

    @Test("they are kept only where they are wanted, and gone from the file after their time, before the verdict is")
    func areForgotten() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.apply([
            .verdict(record("old", at: noon + -(8 * day)), showsAddresses: true),
            .verdict(record("new", at: noon), showsAddresses: true), .verdict(record("hashed", at: noon)),
        ])
        func shown() throws -> [String: [String]?] {
            try Dictionary(
                uniqueKeysWithValues: store.verdicts(matching: JournalQuery()).map { entry in
                    let record = entry.record
                    return (record.session, entry.isShown ? [record.client, record.sender, record.recipient] : nil)
                })
        }
        let whom = ["203.0.113.199", "zqsender@zqdomain.example", "ZQrecipient@lab.example"]
        #expect(try shown() == ["old": whom, "new": whom, "hashed": nil])
        var retention = Retention()
        retention.addressDays = 7
        try store.prune(now: noon, retention: retention)
        #expect(try shown() == ["old": nil, "new": whom, "hashed": nil])
        // With journal_addresses = hashed nothing in clear is left at the next pruning.
        try store.prune(now: noon, retention: Retention())
        #expect(try shown() == ["old": nil, "new": nil, "hashed": nil])
        _ = try store.database.text("PRAGMA wal_checkpoint(TRUNCATE)")
        let everything = scratch.names.reduce(into: [UInt8]()) { $0 += scratch.bytes(of: $1) }
        let text = String(decoding: everything.filter { 0x20..<0x7f ~= $0 }, as: UTF8.self).lowercased()
        #expect(text.contains("hashed"), "the search finds what is there")
        for marker in ["zqsender", "zqrecipient", "203.0.113.199"] { #expect(!text.contains(marker), "\(marker)") }
    }

    @Test("a purge takes them along")
    func arePurged() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.apply([.verdict(record("s1", at: noon), showsAddresses: true)])
        #expect(try store.purge(.recipient(testKey.hash(recipient: "zqrecipient@lab.example"))).verdicts == 1)
        #expect(try store.verdicts(matching: JournalQuery()).isEmpty)
    }

    @Test("a database that is in use is left alone")
    func forgetsHashes() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let entry = GreylistEntry(firstSeen: noon, lastSeen: noon, hasPassed: false)
        let lie = LieKey(recipient: hash(1), network: hash(2))
        try store.apply([
            .verdict(record("s1", at: noon)), .greylist(hash(3), entry),
            .lie(LieRecord(time: noon, key: lie, recipientShown: "u***@lab.example")),
        ])
        let other = try Store(readingFrom: scratch.database)
        _ = try other.counts()
        let updating = try Store(updating: scratch.database)
        let error = #expect(throws: StoreError.self) { try updating.forgetHashes() }
        #expect(error?.code == .busy)
    }

    @Test("another key leaves verdicts and lies, and nothing of the old hashes")
    func reportsForgottenHashes() throws {
        let scratch = Scratch()
        let lie = LieKey(recipient: hash(1), network: hash(2))
        do {
            let store = try Store(path: scratch.database, hashingKey: testKey)
            let entry = GreylistEntry(firstSeen: noon, lastSeen: noon, hasPassed: false)
            try store.apply([
                .verdict(record("s1", at: noon)), .greylist(hash(3), entry),
                .lie(LieRecord(time: noon, key: lie, recipientShown: "u***@lab.example")),
            ])
        }
        let store = try Store(updating: scratch.database)
        try store.database.execute("CREATE TABLE later (key BLOB PRIMARY KEY); INSERT INTO later VALUES (x'07')")
        let report = try store.forgetHashes()
        #expect(
            try store.database.number("SELECT count(*) FROM later") == 0, "a table of a later version is forgotten too")
        #expect(report.removed.attempts == 1 && report.verdicts == 1 && report.lies == 1)
        let kept = try #require(try store.verdicts(matching: JournalQuery()).first)
        #expect(
            kept.client == nil && kept.sender == nil && kept.recipient == nil && kept.recipientDomain == "lab.example")
        #expect(
            try store.lies(since: nil, limit: 100).first.map {
                $0.key != lie && $0.recipientShown == "u***@lab.example"
            } == true)
        #expect(try store.database.text("PRAGMA journal_mode") == "wal")
    }
}
