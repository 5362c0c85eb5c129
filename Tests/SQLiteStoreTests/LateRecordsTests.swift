import Keeping
import Memory
import SMTP
import SQLiteStore
import Testing

/// Attempts and clients that are read while decisions are made already.
@Suite("Late records")
struct LateRecordsTests {
    private func writer(_ scratch: Scratch, from bytes: Int64, _ events: EventLog = EventLog()) -> StoreWriter {
        var limits = WriterLimits()
        limits.lateReadingBytes = bytes
        return StoreWriter(
            path: scratch.database, hashingKey: testKey, limits: limits, now: { noon }, onEvent: events.sink)
    }

    private let changes: [StoreChange] = {
        let record = ClientRecord(
            firstSeen: noon, lastSeen: noon + 5, count: 3, revokedAt: noon + 2,
            place: NetworkPlace(network: 7, block: 8))
        let entry = GreylistEntry(firstSeen: noon, lastSeen: noon + 9, hasPassed: true, place: NetworkPlace(block: 4))
        return [
            .greylist(hash(1), entry), .network(hash(2), record), .client(hash(3), record),
            .clientNetwork(hash(4), record),
            .correspondent(hash(5), noon),
        ]
    }()

    @Test func eachIsFoundByItsKey() throws {
        let scratch = Scratch()
        try Store(path: scratch.database, hashingKey: testKey).apply(changes)
        let writer = writer(scratch, from: 0)
        let (state, records) = try #require(writer.beginLoading())
        #expect(state.correspondents.map(\.key) == [hash(5)] && state.clients.isEmpty && state.greylist.isEmpty)
        let expected = try Store(readingFrom: scratch.database).loadState()
        let all = try records.all()
        #expect(all.greylist.map(\.entry) == expected.greylist.map(\.entry) && all.correspondents.isEmpty)
        #expect(all.clients.map(\.record) == expected.clients.map(\.record))
        #expect(try records.record(of: hash(1), in: .attempt) == expected.greylist[0].entry.record)
        #expect(try records.record(of: hash(2), in: .network) == expected.networks[0].record)
        #expect(try records.record(of: hash(3), in: .client) == expected.clients[0].record)
        #expect(try records.record(of: hash(4), in: .clientNetwork) == expected.clientNetworks[0].record)
        for table in RecordTable.allCases { #expect(try records.record(of: hash(9), in: table) == nil) }
    }

    @Test func whatTheWriterWritesMeanwhileIsFound() throws {
        let scratch = Scratch()
        try Store(path: scratch.database, hashingKey: testKey).apply([])
        let writer = writer(scratch, from: 0)
        let (_, records) = try #require(writer.beginLoading())
        #expect(try records.record(of: hash(3), in: .client) == nil)
        for change in changes { writer.submit(change) }
        writer.flush()
        #expect(try records.record(of: hash(3), in: .client)?.count == 3)
    }

    @Test func aSmallFileIsReadAtOnce() throws {
        let scratch = Scratch()
        try Store(path: scratch.database, hashingKey: testKey).apply(changes)
        let writer = writer(scratch, from: 1 << 30)
        #expect(writer.beginLoading() == nil)
        #expect(writer.loadState().clients.count == 1)
    }

    @Test func aFileThatCannotBeUsedIsNotReadLate() {
        let scratch = Scratch()
        let writer = StoreWriter(
            path: scratch.directory + "/absent/store.db", hashingKey: testKey, now: { noon }, onEvent: { _ in })
        #expect(writer.beginLoading() == nil)
    }
}
