import Dispatch
import Foundation
import Keeping
import SMTP
import Synchronization
import Testing

@testable import SQLiteStore

@Suite("Store writer")
struct StoreWriterTests {
    @Test("flush puts everything on disk, in several batches if need be")
    func flush() throws {
        let scratch = Scratch()
        let writer = patientWriter(scratch.database, batchSize: 10_000)
        for number in 0..<2_500 { writer.submit(client(number)) }
        #expect(writer.counts.pending == 2_500)
        #expect(writer.flush())
        #expect(
            writer.counts.pending == 0 && writer.counts.written == 2_500 && writer.counts.dropped == 0
                && writer.health == .ok)
        #expect(try Store(readingFrom: scratch.database).counts().clients == 2_500)
    }

    @Test("a full batch is written without waiting for the interval")
    func batch() throws {
        let scratch = Scratch()
        let writer = patientWriter(scratch.database, batchSize: 10)
        for number in 0..<9 { writer.submit(client(number)) }
        writer.settle()
        #expect(writer.counts.written == 0)
        writer.submit(client(9))
        writer.settle()
        #expect(writer.counts.written == 10)
    }

    @Test("a few changes are written when the interval is over")
    func interval() throws {
        var limits = WriterLimits()
        limits.interval = .milliseconds(1)
        let scratch = Scratch()
        let writer = StoreWriter(
            path: scratch.database, hashingKey: testKey, limits: limits, now: { noon }, onEvent: { _ in })
        for round in 1...3 {
            writer.submit(client(round))
            #expect(eventually { writer.counts.written == round })
        }
    }

    @Test("what finds no room pushes out the oldest, and is counted")
    func overflow() throws {
        let scratch = Scratch()
        let writer = patientWriter(scratch.database, capacity: 100, batchSize: 100)
        writer.withStore { _ in
            // The writer's queue is busy here, so nothing is written meanwhile.
            for number in 0..<250 { writer.submit(client(number)) }
            #expect(writer.counts.pending == 100 && writer.counts.dropped == 150)
        }
        #expect(writer.flush())
        #expect(Set(writer.loadState().clients.map(\.key)) == Set((150..<250).map(hash)))
        #expect(writer.counts.written + writer.counts.dropped == 250)
    }

    @Test("submissions from many threads are all written once")
    func concurrency() throws {
        let scratch = Scratch()
        let writer = patientWriter(scratch.database, batchSize: 64)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for number in 0..<1_000 {
                writer.submit(client(thread * 1_000 + number))
                if number % 250 == 0 { writer.flush() }
            }
        }
        #expect(writer.flush())
        #expect(writer.counts.written == 8_000 && writer.counts.dropped == 0)
        #expect(try Store(readingFrom: scratch.database).counts().clients == 8_000)
    }

    @Test("changes of one key keep their order")
    func order() throws {
        let scratch = Scratch()
        let writer = patientWriter(scratch.database, batchSize: 3)
        for _ in 0..<100 {
            writer.submit(client(1))
            writer.submit(.clientRemoved(hash(1)))
        }
        writer.flush()
        #expect(writer.loadState().clients.isEmpty)
    }

    @Test("after closing, changes are dropped and counted, and nothing breaks")
    func closing() throws {
        let scratch = Scratch()
        let writer = patientWriter(scratch.database)
        writer.submit(client(1))
        #expect(writer.close())
        #expect(scratch.names == ["store.db"])
        writer.submit(client(2))
        #expect(writer.counts.dropped == 1)
        writer.flush()
        writer.prune(Retention())
        #expect(writer.loadState().clients.isEmpty)
        #expect(writer.close())
        #expect(try Store(readingFrom: scratch.database).counts().clients == 1)
    }

    @Test("a writer that nobody keeps goes away, its timers too")
    func release() {
        weak var gone: StoreWriter?
        do {
            let scratch = Scratch()
            let writer = patientWriter(scratch.database)
            writer.submit(client(1))
            gone = writer
        }
        #expect(gone == nil)
    }
}
