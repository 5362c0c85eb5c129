import Keeping
import Memory
import Policy
import SMTP
import Synchronization
import Testing

@testable import SQLiteStore

@Suite("Ledger of lies")
struct LedgerTests {
    let key = LieKey(recipient: hash(1), network: hash(2))

    @Test("a lie told again is counted, not listed twice")
    func repetition() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let first = LieRecord(
            time: noon, key: key, recipientShown: "u***@lab.example", dialect: "cutwail", reasons: ["a", "b"],
            session: "s1")
        var second = first
        second.time = noon + 60
        second.lastTold = noon + 60
        second.session = "s2"
        let other = LieRecord(time: noon + 9, key: LieKey(recipient: hash(1), network: hash(3)), recipientShown: "x")
        try store.apply([.lie(first), .lie(second), .lie(other)])
        var expected = first
        expected.timesTold = 2
        expected.lastTold = noon + 60
        #expect(try store.lies(since: nil, limit: 100) == [expected, other])
        #expect(try store.lies(since: nil, limit: 1) == [expected])
        #expect(try store.lies(since: noon + 61, limit: 100) == [])
    }

    @Test("who was spared stands in the ledger, until a lie is told; whoever was lied to is spared no more")
    func arms() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let spared = LieRecord(time: noon, key: key, recipientShown: "u***@d", session: "s1", arm: .spared)
        var again = spared
        (again.time, again.lastTold) = (noon + 5, noon + 5)
        try store.apply([.lie(spared), .lie(again), .lie(again)])
        var twice = spared
        (twice.timesTold, twice.lastTold) = (2, noon + 5)
        #expect(try store.lies(since: nil, limit: 9) == [twice])
        #expect(try store.counts().lies == 0 && store.counts().sparedLies == 1)
        #expect(try !store.undoLie(key, at: noon + 6) && store.loadToldLies().isEmpty)
        let told = LieRecord(time: noon + 9, key: key, recipientShown: "u***@d", session: "s2")
        again.lastTold = noon + 20
        try store.apply([.lie(told), .lie(again)])
        #expect(try store.lies(since: nil, limit: 9) == [told])
        #expect(
            try store.loadToldLies() == [ToldLie(key, first: noon + 9, last: noon + 9, domain: "d")])
        try store.apply([.memory(.lieHeard(again))])
        #expect(try store.lies(since: nil, limit: 9) == [told])
        #expect(try store.undoLie(key, at: noon + 30) && store.loadToldLies().isEmpty)
    }

    @Test("of too much the control group goes first")
    func room() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        for number in 0..<10 {
            try store.apply([
                .lie(
                    LieRecord(
                        time: noon + Int64(number), key: LieKey(recipient: hash(number), network: hash(1)),
                        recipientShown: "x", arm: number < 5 ? .told : .spared))
            ])
        }
        var retention = Retention()
        retention.maximumLedgerRows = 6
        try store.prune(now: noon + 60, retention: retention)
        #expect(try store.counts().lies == 5 && store.counts().sparedLies == 1)
    }

    /// What the writer hands over, if it does.
    private func undone(_ writer: StoreWriter, always: Bool = false) -> Set<LieKey>? {
        let log = LieLog()
        writer.lookForUndoneLies(always: always) { lies in log.found.withLock { $0 = lies } }
        writer.settle()
        return log.found.withLock { $0 }
    }

    @Test("a running daemon notices what another connection undoes, and only that")
    func undoing() throws {
        let scratch = Scratch()
        let writer = patientWriter(scratch.database)
        #expect(undone(writer) == nil)
        writer.submit(.lie(LieRecord(time: noon, key: key, recipientShown: "u***@lab.example")))
        #expect(writer.flush())
        #expect(undone(writer) == nil)

        let tool = try Store(updating: scratch.database)
        #expect(try tool.undoLie(key, at: noon + 5))
        #expect(try tool.undoLie(key, at: noon + 6))
        #expect(try !tool.undoLie(LieKey(recipient: hash(8), network: hash(9)), at: noon + 5))
        #expect(try tool.lies(since: nil, limit: 100).first?.undoneAt == noon + 5)
        #expect(undone(writer) == [key])
        #expect(undone(writer) == nil)
        #expect(undone(writer, always: true) == [key])

        writer.submit(.lie(LieRecord(time: noon + 7, key: key, recipientShown: "u***@lab.example")))
        #expect(writer.flush())
        #expect(try tool.lies(since: nil, limit: 100).first?.undoneAt == noon + 5)
        #expect(try tool.counts().undoneLies == 1)
        #expect(writer.close())
        #expect(patientWriter(scratch.database).loadState().undoneLies == [key])
    }

    @Test(
        "recipients are masked",
        arguments: [
            ("user@Lab.Example", "u***@lab.example"), ("u@lab.example", "***@lab.example"), ("", "***"),
            ("local", "l***"), ("a@b@lab.example", "a***@lab.example"), ("@lab.example", "***@lab.example"),
            ("user@B\u{fc}cher.example.", "u***@xn--bcher-kva.example"),
        ])
    func masking(recipient: String, shown: String) {
        #expect(LieRecord.mask(recipient) == shown)
    }
}

/// What a writer has handed over.
private final class LieLog: Sendable {
    let found = Mutex<Set<LieKey>?>(nil)
}
