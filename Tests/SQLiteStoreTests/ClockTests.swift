import Keeping
import Memory
import Policy
import SMTP
import Testing

@testable import SQLiteStore

/// A clock that jumps, forward or back, makes nothing immortal and removes nothing at once.
@Suite("A clock that jumps")
struct ClockTests {
    private let day: Int64 = 86_400

    @Test func aClockThatGoesOnIsBelieved() {
        var clock = RetentionClock()
        for hour in [Int64(0), 1, 2, 25, 26, 27] {
            let look = clock.look(at: noon + hour * 3_600)
            #expect(look.isBelieved && look.jump == nil)
        }
        #expect(clock.believed == noon + 27 * 3_600)
    }

    @Test("A jump is believed when it has lasted for a day", arguments: [3_650, -3_650, 2, -2] as [Int64])
    func jump(days: Int64) {
        var clock = RetentionClock(believed: noon)
        let there = noon + days * day
        var looks: [Bool] = []
        var jumps: [Int64?] = []
        for hour in Int64(0)...24 {
            let look = clock.look(at: there + hour * 3_600)
            looks.append(look.isBelieved)
            jumps.append(look.jump)
        }
        #expect(looks == Array(repeating: false, count: 24) + [true])
        #expect(jumps.compactMap(\.self) == [days * day] && jumps.first == days * day)
        #expect(clock == RetentionClock(believed: there + day))
    }

    @Test func aClockThatComesBackIsBelievedAtOnce() {
        for days in [Int64(3_650), -3_650] {
            var clock = RetentionClock(believed: noon)
            for hour in Int64(1)...5 { #expect(!clock.look(at: noon + days * day + hour * 3_600).isBelieved) }
            let back = clock.look(at: noon + 6 * 3_600)
            #expect(back.isBelieved && clock == RetentionClock(believed: noon + 6 * 3_600))
        }
    }

    private func filled(_ scratch: Scratch) throws -> Store {
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let record = ClientRecord(firstSeen: noon + -9 * day, lastSeen: noon, count: 9)
        let passed = GreylistEntry(firstSeen: noon + -day, lastSeen: noon, hasPassed: true)
        try store.apply([
            .client(hash(1), record), .clientNetwork(hash(1), record), .network(hash(1), record),
            .greylist(hash(1), passed), .verdict(verdict("s1")),
            .lie(LieRecord(time: noon, key: LieKey(recipient: hash(1), network: hash(1)), recipientShown: "x")),
            .senderCells([SenderCell(slot: noon.seconds, sender: 1, domain: 1, mails: 1)]),
        ])
        try store.prune(now: noon, retention: Retention())
        return store
    }

    /// Rows by table.
    private func rows(_ store: Store) throws -> [Int] {
        let counts = try store.counts()
        return [
            counts.clients, counts.clientNetworks, counts.networks, counts.greylist, counts.verdicts, counts.lies,
            counts.senderCells,
        ]
    }

    private let all = [1, 1, 1, 1, 1, 1, 1]

    @Test func nothingIsRemovedWhileTheClockIsTenYearsAhead() throws {
        let scratch = Scratch()
        let store = try filled(scratch)
        for hour in Int64(0)..<24 {
            #expect(try store.prune(now: noon + 3_650 * day + hour * 3_600, retention: Retention()) == 0)
        }
        #expect(try rows(store) == all)
        // It comes back.
        #expect(try store.prune(now: noon + day, retention: Retention()) == 0)
        #expect(try rows(store) == all)
    }

    @Test func aRealAbsenceOfTenYearsEndsADayLater() throws {
        let scratch = Scratch()
        let store = try filled(scratch)
        let later = noon + 3_650 * day
        #expect(try store.prune(now: later, retention: Retention()) == 0)
        #expect(try store.prune(now: later + day, retention: Retention()) == 7)
    }

    @Test func whatWasWrittenByAClockAheadIsNotKeptForEver() throws {
        let scratch = Scratch()
        let store = try filled(scratch)
        let ahead = noon + 73 * 365 * day
        let record = ClientRecord(firstSeen: ahead, lastSeen: ahead, count: 1)
        try store.apply([
            .client(hash(2), record), .clientNetwork(hash(2), record), .network(hash(2), record),
            .greylist(hash(2), GreylistEntry(firstSeen: ahead, lastSeen: ahead, hasPassed: true)),
            .verdict(verdict("s2", at: ahead)),
            .lie(LieRecord(time: ahead, key: LieKey(recipient: hash(2), network: hash(1)), recipientShown: "x")),
            .senderCells([SenderCell(slot: ahead.seconds, sender: 2, domain: 1, mails: 1)]),
        ])
        // The clock is right again: all of it counts as of now, but a slot of cells that never was.
        #expect(try store.prune(now: noon + 3_600, retention: Retention()) == 0)
        #expect(try rows(store) == [2, 2, 2, 2, 2, 2, 1])
        for (_, record) in try store.loadClients() + store.loadNetworks() + store.loadClientNetworks() {
            #expect(record.lastSeen <= noon + 3_600)
        }
        #expect(try store.verdicts(matching: JournalQuery()).allSatisfy { $0.record.time <= noon + 3_600 })
        for number in Int64(1)...400 { try store.prune(now: noon + number * day, retention: Retention()) }
        #expect(try rows(store) == [0, 0, 0, 0, 0, 0, 0])
    }

    /// A machine whose clock starts in 1970 and is set right a minute later.
    @Test func aClockFarBehindTouchesNothing() throws {
        let scratch = Scratch()
        let store = try filled(scratch)
        #expect(try store.prune(now: UnixTime(seconds: 60), retention: Retention()) == 0)
        #expect(try store.loadClients().first?.record.lastSeen == noon)
        #expect(try store.prune(now: noon + 3_600, retention: Retention()) == 0)
        #expect(try rows(store) == all)
    }

    @Test func aJumpIsSaidOnce() throws {
        let scratch = Scratch()
        _ = try filled(scratch)
        let events = EventLog()
        let writer = StoreWriter(
            path: scratch.database, hashingKey: testKey, now: { noon + 3_650 * 86_400 }, onEvent: events.sink)
        for _ in 0..<3 { writer.prune(Retention()) }
        writer.settle()
        #expect(events.all == [.clockJumped(seconds: 3_650 * day)])
    }
}
