import Dispatch
import Foundation
import Keeping
import Synchronization
import Testing

@testable import SQLiteStore

@Suite("Kill -9")
struct CrashTests {
    @Test("a child killed while writing leaves whole transactions, and all that were committed", arguments: 1...5)
    func killed(round: Int) async throws {
        let scratch = Scratch()
        let directory = scratch.directory
        await #expect(processExitsWith: .signal(SIGKILL)) { [directory = directory as String, round = round as Int] in
            let committed = Atomic<Int>(0)
            let store = Mutex(try Store(path: directory + "/store.db", hashingKey: testKey))
            let file = FileManager.default
            DispatchQueue.concurrentPerform(iterations: 2) { thread in
                if thread == 0 {
                    // Kills in the middle of whatever the other thread is doing.
                    while committed.load(ordering: .acquiring) < 7 * round {}
                    kill(getpid(), SIGKILL)
                }
                for batch in 0... {
                    store.withLock { store in
                        try! store.apply((0..<100).map { client(batch * 100 + $0) })
                    }
                    _ = file.createFile(atPath: directory + "/committed-\(batch)", contents: nil)
                    committed.store(batch + 1, ordering: .releasing)
                }
            }
        }
        let committed = scratch.names.filter { $0.hasPrefix("committed-") }.count
        #expect(committed >= 7 * round)
        let store = try Store(path: scratch.database, hashingKey: testKey)
        #expect(try store.damage() == nil)
        let rows = try store.counts().clients
        #expect(rows % 100 == 0 && rows >= committed * 100)
    }

    @Test("what a writer has flushed is there after a kill")
    func flushed() async throws {
        let scratch = Scratch()
        let path = scratch.database
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let writer = patientWriter(path, batchSize: 50)
            for number in 0..<1_000 { writer.submit(client(number)) }
            #expect(writer.flush())
            for number in 1_000..<9_000 { writer.submit(client(number)) }
            kill(getpid(), SIGKILL)
        }
        let events = EventLog()
        let writer = patientWriter(path, events: events)
        #expect(Set(writer.loadState().clients.map(\.key)).isSuperset(of: (0..<1_000).map(hash)))
        #expect(events.all.isEmpty && writer.health == .ok)
    }

    @Test("a log torn at any place is read up to its last whole transaction", arguments: [1, 3, 7, 11, 13, 17, 19])
    func torn(twentieths: Int) throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        for batch in 0..<10 { try store.apply((0..<100).map { client(batch * 100 + $0) }) }
        let copy = Scratch()
        copy.write(scratch.bytes(of: "store.db"), to: "store.db")
        let log = scratch.bytes(of: "store.db-wal")
        copy.write(Array(log.prefix(log.count * twentieths / 20)), to: "store.db-wal")
        let events = EventLog()
        let writer = patientWriter(copy.database, events: events)
        #expect(writer.loadState().clients.count % 100 == 0)
        #expect(events.all.isEmpty)
    }
}
