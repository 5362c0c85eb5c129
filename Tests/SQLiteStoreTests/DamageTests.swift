import Dispatch
import Foundation
import Keeping
import SMTP
import SQLite
import Testing

@testable import SQLiteStore

@Suite("Damage")
struct DamageTests {
    enum Damage: CaseIterable {
        case truncated, garbageHeader, garbageInTheMiddle, textFile
    }

    /// A store with some thousand rows, closed.
    private func filled(_ scratch: Scratch) throws {
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.apply((0..<3_000).map { .verdict(verdict("s\($0)")) } + (0..<3_000).map { client($0) })
    }

    private func damage(_ scratch: Scratch, _ damage: Damage) {
        var bytes = scratch.bytes(of: "store.db")
        switch damage {
        case .truncated: bytes.removeLast(bytes.count / 2 + 100)
        case .garbageHeader: bytes.replaceSubrange(0..<100, with: (0..<100).map { UInt8($0 ^ 0x5a) })
        case .garbageInTheMiddle:
            for index in stride(from: 8_192, to: bytes.count, by: 3) { bytes[index] ^= 0xa5 }
        case .textFile: bytes = Array("This is no database.\n".utf8)
        }
        scratch.write(bytes, to: "store.db")
    }

    @Test("a damaged file is refused by the store", arguments: Damage.allCases)
    func refused(kind: Damage) throws {
        let scratch = Scratch()
        try filled(scratch)
        damage(scratch, kind)
        #expect(throws: StoreError(.corrupt, path: scratch.database)) {
            try Store(path: scratch.database, hashingKey: testKey)
        }
    }

    @Test("a file damaged before the start is moved aside, and a new one works", arguments: Damage.allCases)
    func atOpen(kind: Damage) throws {
        let scratch = Scratch()
        try filled(scratch)
        damage(scratch, kind)
        let bytes = scratch.bytes(of: "store.db")
        let events = EventLog()
        let writer = patientWriter(scratch.database, events: events)
        let aside = "store.db.corrupt-\(noon.seconds)"
        #expect(
            events.all
                == [
                    .replaced(
                        StoreError(.corrupt, path: scratch.database), movedTo: scratch.directory + "/" + aside)
                ])
        #expect(writer.health == .ok && writer.loadState().clients.isEmpty)
        writer.submit(client(1))
        #expect(writer.flush())
        let isUntouched = scratch.bytes(of: aside) == bytes
        #expect(isUntouched)
        #expect(writer.close())
        #expect(try Store(readingFrom: scratch.database).counts().clients == 1)
    }

    @Test("the log of a damaged file goes with it, and is never replayed into the new one")
    func logGoesAlong() throws {
        let scratch = Scratch()
        scratch.write(Array(repeating: 0x41, count: 8_192), to: "store.db")
        scratch.write(Array(repeating: 0x42, count: 64), to: "store.db-wal")
        let writer = patientWriter(scratch.database)
        #expect(writer.health == .ok && writer.loadState().clients.isEmpty)
        let aside = "store.db.corrupt-\(noon.seconds)"
        #expect(scratch.bytes(of: aside) == Array(repeating: 0x41, count: 8_192))
        #expect(scratch.bytes(of: aside + "-wal") == Array(repeating: 0x42, count: 64))
    }

    @Test("a second damaged file does not replace the first")
    func twice() throws {
        let scratch = Scratch()
        for text in ["first", "second"] {
            scratch.write(Array((text + " is no database").utf8), to: "store.db")
            #expect(patientWriter(scratch.database).close())
        }
        let aside = "store.db.corrupt-\(noon.seconds)"
        #expect(scratch.names == ["store.db", aside, aside + "-2"])
        #expect(scratch.bytes(of: aside).starts(with: Array("first".utf8)))
    }

    @Test("a file damaged while it is open is moved aside with its log, and no change is lost")
    func later() throws {
        let scratch = Scratch()
        try filled(scratch)
        let events = EventLog()
        let writer = patientWriter(scratch.database, events: events)
        let file = try #require(FileHandle(forUpdatingAtPath: scratch.database))
        for page in 1..<scratch.bytes(of: "store.db").count / 4_096 {
            try file.seek(toOffset: UInt64(page) * 4_096)
            try file.write(contentsOf: Data(repeating: 0xa5, count: 64))
        }
        try file.close()
        // What the connection still has in memory is good; a daemon's file is larger than that.
        writer.withStore { try? $0?.database.execute("PRAGMA shrink_memory") }
        for number in 0..<10 { writer.submit(client(10_000 + number)) }
        #expect(writer.flush())
        #expect(writer.health == .ok && writer.counts.dropped == 0)
        let aside = "store.db.corrupt-\(noon.seconds)"
        #expect(
            events.all
                == [.replaced(StoreError(.corrupt, path: scratch.database), movedTo: "\(scratch.directory)/\(aside)")])
        #expect(Set(writer.loadState().clients.map(\.key)) == Set((10_000..<10_010).map(hash)))
    }

    @Test("a file removed under the writer is replaced")
    func gone() throws {
        let scratch = Scratch()
        let events = EventLog()
        let writer = patientWriter(scratch.database, events: events)
        writer.submit(client(1))
        #expect(writer.flush())
        try FileManager.default.removeItem(atPath: scratch.database)
        writer.submit(client(2))
        #expect(writer.flush())
        #expect(events.all == [.replaced(StoreError(.fileGone, path: scratch.database), movedTo: nil)])
        #expect(writer.close())
        #expect(try Store(readingFrom: scratch.database).loadClients().map(\.key) == [hash(2)])
    }

    @Test("without a usable directory everything stays in memory, and the journal stays short")
    func inMemory() throws {
        let scratch = Scratch()
        scratch.write([], to: "file")
        let path = scratch.directory + "/file/store.db"
        let events = EventLog()
        var limits = WriterLimits()
        limits.interval = .seconds(3_600)
        limits.batchSize = 10
        limits.memoryJournalRows = 25
        let writer = StoreWriter(path: path, hashingKey: testKey, limits: limits, now: { noon }, onEvent: events.sink)
        #expect(events.all == [.inMemory(StoreError(.cannotOpen, path: path))])
        for number in 0..<100 { writer.submit(.verdict(verdict("s\(number)"))) }
        writer.submit(client(1))
        #expect(!writer.flush())
        guard case .degraded(let reason, noon) = writer.health else {
            Issue.record("not degraded")
            return
        }
        #expect(reason.contains(path) && reason.contains("directory"))
        #expect(writer.counts.pending == 0 && writer.counts.dropped == 0)
        #expect(writer.loadState().clients.map(\.key) == [hash(1)])
        writer.withStore { store in #expect((try? store?.counts().verdicts) ?? 0 <= 25) }
        #expect(events.all.count == 1)
    }

    @Test("what began in memory moves to the file as soon as there can be one")
    func returning() throws {
        let scratch = Scratch()
        let path = scratch.directory + "/later/store.db"
        let events = EventLog()
        let returned = DispatchSemaphore(value: 0)
        var limits = WriterLimits()
        limits.longestBackOff = .milliseconds(5)
        let writer = StoreWriter(path: path, hashingKey: testKey, limits: limits, now: { noon }) { event in
            events.sink(event)
            if case .returned = event { returned.signal() }
        }
        #expect(events.all == [.inMemory(StoreError(.cannotOpen, path: path))])
        writer.submit(client(1))
        #expect(!writer.flush())
        try FileManager.default.createDirectory(atPath: scratch.directory + "/later", withIntermediateDirectories: true)
        #expect(returned.wait(timeout: .now() + 60) == .success)
        #expect(events.all.last == .returned(seconds: 0) && events.all.count == 2)
        writer.submit(client(2))
        #expect(writer.flush() && writer.health == .ok)
        #expect(writer.close())
        let kept = try Store(readingFrom: path).loadClients().map(\.key)
        #expect(Set(kept) == [hash(1), hash(2)])
    }

    @Test("when the damaged file cannot be replaced, everything goes on in memory")
    func irreplaceable() throws {
        let scratch = Scratch()
        let events = EventLog()
        let writer = patientWriter(scratch.database, events: events)
        try FileManager.default.removeItem(atPath: scratch.directory)
        writer.submit(client(1))
        #expect(!writer.flush())
        #expect(events.all == [.inMemory(StoreError(.cannotOpen, path: scratch.database))])
        #expect(writer.loadState().clients.map(\.key) == [hash(1)])
    }
}
