import Decision
import Keeping
import KeyedHashing
import Logging
import Memory
import Policy
import SMTP
import SQLiteStore
import ScratchFiles
import Testing

@testable import Daemon

/// What is remembered comes in again, before mail servers are answered or after.
struct RestoringTests {
    private let now = UnixTime(seconds: 1_800_000_000)

    @Test("Little is read at the start, much after it", arguments: [Int64.max, 0])
    func comesIn(lateReadingBytes: Int64) throws {
        let scratch = try Scratch()
        let (path, now) = (scratch.path + "/argot.sqlite", now)
        let key = try HashingKey(bytes: 0..<32)
        let record = ClientRecord(firstSeen: now, lastSeen: now, count: 2)
        try Store(path: path, hashingKey: key).apply([
            .memory(.client(KeyedHash(bits: 1), record)),
            .memory(.greylist(KeyedHash(bits: 2), GreylistEntry(firstSeen: now, lastSeen: now, hasPassed: true))),
            .correspondent(KeyedHash(bits: 3), now),
        ])
        var limits = WriterLimits()
        limits.lateReadingBytes = lateReadingBytes
        let keeper = StoreWriter(path: path, hashingKey: key, limits: limits, now: { now }, onEvent: { _ in })
        let memory = DecisionMemory(key: key, policy: PolicyConfiguration())
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let correspondents = DaemonRuntime.restore(memory, from: keeper, logger).correspondents
        #expect(correspondents.map(\.key) == [KeyedHash(bits: 3)])
        // Removes nothing, but waits until all is read.
        memory.forget(.olderThan(UnixTime(seconds: 0)))
        #expect(!memory.isReading && memory.counts == (attempts: 1, clients: 1))
        keeper.close()
    }
}
