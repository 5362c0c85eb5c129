import Keeping
import Policy
import SMTP
import Testing

@testable import SQLite
@testable import SQLiteStore

/// The journal is bounded as it grows, not once an hour.
@Suite("Journal limits")
struct JournalLimitTests {
    private func verdicts(_ numbers: ClosedRange<Int>) -> [StoreChange] {
        numbers.map { .verdict(verdict("s\($0)", at: noon + Int64($0))) }
    }

    @Test("of too many rows the newest stay, with every batch")
    func rows() throws {
        let scratch = Scratch()
        var limits = WriterLimits()
        limits.journalRows = 1_000
        let writer = StoreWriter(
            path: scratch.database, hashingKey: testKey, limits: limits, now: { noon }, onEvent: { _ in })
        for batch in 0..<20 {
            for change in verdicts(batch * 300 + 1...batch * 300 + 300) { writer.submit(change) }
            #expect(writer.flush())
            let counts = try Store(readingFrom: scratch.database).counts()
            #expect(counts.verdicts == min(1_000, (batch + 1) * 300))
        }
        var query = JournalQuery()
        query.limit = 1
        #expect(try Store(readingFrom: scratch.database).verdicts(matching: query).first?.record.session == "s6000")
    }

    @Test("the file stays within the limit, whatever is written")
    func bytes() throws {
        let scratch = Scratch()
        var limits = WriterLimits()
        limits.journalBytes = 2 << 20
        let writer = StoreWriter(
            path: scratch.database, hashingKey: testKey, limits: limits, now: { noon }, onEvent: { _ in })
        for batch in 0..<40 {
            for change in verdicts(batch * 1_000 + 1...batch * 1_000 + 1_000) { writer.submit(change) }
            #expect(writer.flush())
        }
        let store = try Store(readingFrom: scratch.database)
        #expect(try store.byteCount() < 3 << 20)
        #expect(try store.counts().verdicts > 3_000)
        #expect(try store.verdicts(matching: JournalQuery()).first?.record.session == "s40000")
        // A smaller limit holds from the next batches on.
        writer.limitJournal(bytes: 1 << 20)
        let before = try store.counts().verdicts
        for batch in 40..<44 {
            for change in verdicts(batch * 1_000 + 1...batch * 1_000 + 1_000) { writer.submit(change) }
            #expect(writer.flush())
        }
        #expect(try store.counts().verdicts < before)
    }

    @Test("a log that a reader keeps from being folded in does not grow without bound")
    func log() throws {
        let scratch = Scratch()
        let events = EventLog()
        var limits = WriterLimits()
        limits.logBytes = 1 << 20
        let writer = StoreWriter(
            path: scratch.database, hashingKey: testKey, limits: limits, now: { noon }, onEvent: events.sink)
        for change in verdicts(1...10) { writer.submit(change) }
        #expect(writer.flush())
        let reader = try Database(path: scratch.database, access: .readOnly)
        try reader.execute("BEGIN")
        _ = try reader.number("SELECT count(*) FROM verdict")
        var batch = 0
        while batch < 100, writer.health == .ok {
            for change in verdicts(batch * 1_000 + 11...batch * 1_000 + 1_010) { writer.submit(change) }
            writer.flush()
            batch += 1
        }
        #expect(writer.health != .ok)
        #expect(DatabaseFiles(path: scratch.database).logFileSize < 3 << 20)
        try reader.execute("COMMIT")
        #expect(writer.flush())
        #expect(writer.health == .ok)
    }

    @Test("after a full disk writing is tried again within seconds")
    func recovery() { #expect(WriterLimits().longestBackOff <= .seconds(2)) }

    @Test("old verdicts go in slices")
    func slices() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.apply(verdicts(1...250))
        let later = noon + 40 * 86_400
        #expect(try store.pruneJournal(now: later, retention: Retention(), slice: 100))
        #expect(try store.pruneJournal(now: later, retention: Retention(), slice: 100))
        #expect(try !store.pruneJournal(now: later, retention: Retention(), slice: 100))
        #expect(try store.counts().verdicts == 0)
    }
}
