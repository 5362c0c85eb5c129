import Keeping
import Memory
import Policy
import SMTP
import Testing

@testable import SQLiteStore

@Suite("Retention")
struct RetentionTests {
    let day: Int64 = 86_400

    @Test("the defaults are the policy's lifetimes, 30 days of journal and a year of lies")
    func defaults() {
        let retention = Retention()
        #expect(retention.journalDays == 30 && retention.ledgerDays == 365)
        #expect(retention.retryWindow == 2 * day && retention.passLifetime == 36 * day)
        #expect(retention.clientLifetime == 90 * day && retention.maximumClientRows == 100_000)
    }

    @Test("what is older than its lifetime goes, what is exactly as old stays")
    func age() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        func seen(_ days: Int64, _ seconds: Int64) -> ClientRecord {
            let time = noon + -(days * day + seconds)
            return ClientRecord(firstSeen: time, lastSeen: time, count: 1)
        }
        func entry(_ days: Int64, _ seconds: Int64, passed: Bool) -> GreylistEntry {
            let time = noon + -(days * day + seconds)
            return GreylistEntry(firstSeen: time, lastSeen: time, hasPassed: passed)
        }
        for (index, extra) in [Int64(0), 1].enumerated() {
            let old = index + 1
            try store.apply([
                .verdict(verdict("s\(old)", at: noon + -(30 * day + extra))),
                .lie(
                    LieRecord(
                        time: noon + -(365 * day + extra), key: LieKey(recipient: hash(old), network: hash(1)),
                        recipientShown: "x")),
                .greylist(hash(old), entry(2, extra, passed: false)),
                .greylist(hash(10 + old), entry(36, extra, passed: true)),
                .network(hash(old), seen(36, extra)), .client(hash(old), seen(90, extra)),
            ])
        }
        #expect(try store.prune(now: noon, retention: Retention()) == 6)
        #expect(try store.verdicts(matching: JournalQuery()).map(\.record.session) == ["s1"])
        #expect(try store.lies(since: nil, limit: 100).map(\.key.recipient) == [hash(1)])
        #expect(Set(try store.loadGreylist().map(\.key)) == [hash(1), hash(11)])
        #expect(try store.loadNetworks().map(\.key) == [hash(1)])
        #expect(try store.loadClients().map(\.key) == [hash(1)])
        #expect(try store.prune(now: noon, retention: Retention()) == 0)
    }

    @Test("of too many rows the newest stay")
    func rowCounts() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.apply(
            (1...50).flatMap { number -> [StoreChange] in
                let time = noon + Int64(number)
                let entry = GreylistEntry(firstSeen: time, lastSeen: time, hasPassed: false)
                let record = ClientRecord(firstSeen: time, lastSeen: time, count: 1)
                let key = LieKey(recipient: hash(number), network: hash(1))
                return [
                    .verdict(verdict("s\(number)", at: time)), client(number, at: time),
                    .greylist(hash(number), entry), .network(hash(number), record),
                    .lie(LieRecord(time: time, key: key, recipientShown: "x")),
                ]
            })
        var retention = Retention()
        retention.maximumJournalRows = 10
        retention.maximumLedgerRows = 9
        retention.maximumGreylistRows = 8
        retention.maximumNetworkRows = 8
        retention.maximumClientRows = 0
        #expect(try store.prune(now: noon + 60, retention: retention) == 40 + 41 + 42 + 42 + 50)
        let counts = try store.counts()
        #expect(counts.verdicts == 10 && counts.lies == 9 && counts.greylist == 8 && counts.networks == 8)
        #expect(counts.clients == 0)
        #expect(try store.verdicts(matching: JournalQuery()).last?.record.session == "s41")
        #expect(Set(try store.loadGreylist().map(\.key)) == Set((43...50).map(hash)))
        #expect(try store.lies(since: nil, limit: 100).last?.key.recipient == hash(42))
    }

    @Test("the file shrinks when much is removed")
    func shrinking() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.apply((0..<5_000).map { .verdict(verdict("s\($0)")) })
        let before = try store.byteCount()
        try store.prune(now: noon + 31 * day, retention: Retention())
        #expect(try store.byteCount() < before / 4)
    }

    @Test("a writer prunes on its own queue")
    func writer() throws {
        let scratch = Scratch()
        let writer = patientWriter(scratch.database)
        writer.submit(client(1, at: noon + -91 * day))
        writer.submit(client(2))
        #expect(writer.flush())
        writer.prune(Retention())
        #expect(writer.loadState().clients.map(\.key) == [hash(2)])
    }
}
