import Foundation
import Keeping
import SMTP
import SQLite
import Synchronization
import Testing

@testable import SQLiteStore

@Suite("Full disk")
struct FullDiskTests {
    @Test("a full database degrades once, keeps the newest changes, and recovers with all of them")
    func pageLimit() throws {
        let scratch = Scratch()
        let events = EventLog()
        let writer = patientWriter(scratch.database, capacity: 5_000, batchSize: 500, events: events)
        writer.submit(client(-1))
        #expect(writer.flush())
        writer.withStore { try? $0?.database.execute("PRAGMA max_page_count = 30") }
        for number in 0..<4_000 { writer.submit(client(number)) }
        for _ in 0..<3 { #expect(!writer.flush()) }
        guard case .degraded(let reason, noon) = writer.health else {
            Issue.record("not degraded")
            return
        }
        #expect(reason.contains("free disk space"))
        #expect(events.all == [.degraded(StoreError(.full, path: scratch.database))])
        #expect(writer.counts.dropped == 0 && writer.counts.written + writer.counts.pending == 4_001)

        // More than fits: the oldest give way, and memory stays bounded.
        for number in 4_000..<12_000 { writer.submit(client(number)) }
        #expect(writer.counts.pending == 5_000)
        let dropped = writer.counts.dropped
        #expect(dropped > 0)
        #expect(!writer.flush())

        writer.withStore { try? $0?.database.execute("PRAGMA max_page_count = 100000") }
        #expect(writer.flush())
        #expect(writer.health == .ok && writer.counts.pending == 0)
        #expect(events.all.count == 2)
        #expect(events.all.last == .recovered(seconds: 0, dropped: dropped))
        let kept = Set(writer.loadState().clients.map(\.key))
        #expect(kept.isSuperset(of: (7_000..<12_000).map(hash)))
        #expect(kept.count == writer.counts.written)
    }

    @Test("writing is tried again by itself")
    func retry() throws {
        var limits = WriterLimits()
        limits.interval = .milliseconds(1)
        limits.firstBackOff = .milliseconds(1)
        limits.longestBackOff = .milliseconds(4)
        let events = EventLog()
        let scratch = Scratch()
        let writer = StoreWriter(
            path: scratch.database, hashingKey: testKey, limits: limits, now: { noon }, onEvent: events.sink)
        try #require(writer.health == .ok, "\(events.all)")
        for round in 1...2 {
            let isSealed = Mutex(false)
            writer.withStore { store in
                isSealed.withLock { $0 = (try? store?.database.execute("PRAGMA query_only = ON")) != nil }
            }
            try #require(isSealed.withLock { $0 }, "\(writer.health) \(events.all)")
            writer.submit(client(1))
            let isNoticed = eventually { events.all.count == 2 * round - 1 }
            try #require(isNoticed && writer.health != .ok, "\(writer.health) \(events.all)")
            writer.withStore { try? $0?.database.execute("PRAGMA query_only = OFF") }
            let isWritten = eventually { events.all.count == 2 * round }
            #expect(
                isWritten && writer.counts.written == round && writer.health == .ok, "\(writer.health) \(events.all)")
        }
    }

    /// A child whose files the kernel refuses to let grow, as it would on a full disk or over quota.
    @Test("a kernel that refuses to write is survived, and nothing is lost")
    func fileSizeLimit() async {
        await #expect(processExitsWith: .success) {
            let scratch = Scratch()
            let events = EventLog()
            let writer = patientWriter(scratch.database, events: events)
            for number in 0..<10 { writer.submit(client(number)) }
            #expect(writer.flush())

            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let unlimited = limit.rlim_cur
            limit.rlim_cur = rlim_t(scratch.bytes(of: "store.db-wal").count + 10_000)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            for number in 10..<3_000 { writer.submit(client(number)) }
            for _ in 0..<3 { #expect(!writer.flush()) }
            #expect(writer.health != .ok && events.all.count == 1 && writer.counts.dropped == 0)

            limit.rlim_cur = unlimited
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            #expect(writer.flush())
            #expect(writer.health == .ok && events.all.count == 2)
            #expect(try Store(readingFrom: scratch.database).counts().clients == 3_000)
            #expect(writer.close())
            let reopened = try Store(path: scratch.database, hashingKey: testKey)
            #expect(try reopened.counts().clients == 3_000)
        }
    }
}
