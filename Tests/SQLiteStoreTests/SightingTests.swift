import Dialects
import Envelopes
import Judgements
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import SQLite
import SpamTracker
import Testing

@testable import SQLiteStore

/// What is learned from is bounded, can be removed, and says nothing without the key.
@Suite("Sightings")
struct SightingTests {
    private func envelope(_ helo: String = "mail.example.net") -> EnvelopeSummary {
        let peers = SessionPeers(mta: .postfix)
        var observer = EnvelopeObserver(peers: peers)
        let bytes = Array(helo.utf8)
        if let event = EventReader(peers: peers).read(.helo, bytes.span) { observer.take(event, bytes.span) }
        return EnvelopeSummary(observer, hasHeaders: false)
    }

    private func sighting(
        _ number: Int, client: Int? = nil, at time: UnixTime = noon, message: Int? = nil, attempt: Int? = nil,
        helo: String = "mail.example.net", spam: JudgementSource? = nil
    ) -> Sighting {
        Sighting(
            id: "s\(number).1", time: time, client: hash(client ?? number), network: hash(1_000),
            vantage: .milterPostfix, envelope: envelope(helo), queueID: attempt == nil ? hash(5_000 + number) : nil,
            messageID: message.map(hash), attempt: attempt.map(hash),
            judgements: spam.map { [MailJudgement(.spam, from: $0, at: time)] } ?? [])
    }

    private func ids(_ store: Store) throws -> [String] {
        var ids: [String] = []
        try store.sightings(since: UnixTime(seconds: 0)) { ids.append($0.id) }
        return ids
    }

    private func rows(_ store: Store, _ table: String) throws -> Int64 {
        try store.database.number("SELECT count(*) FROM \(table)")
    }

    private func all(_ store: Store) throws -> [Sighting] {
        var all: [Sighting] = []
        #expect(try store.sightings(since: UnixTime(seconds: 0)) { all.append($0) } == 0)
        return all
    }

    @Test("what is written is read back, whatever there is of it")
    func roundTrip() throws {
        let store = try Store(inMemoryUnder: testKey)
        var full = sighting(1, message: 70)
        full.organisation = hash(8)
        full.attempt = hash(9)
        full.sender = .max
        full.dialect = DialectFingerprints(trace: 1 << 60, speech: 2, greeting: 3, named: .max, shape: "EHLO name")
        var plain = sighting(2, at: noon + 1)
        plain.queueID = nil
        plain.dialect = DialectFingerprints(trace: 0, speech: .max, greeting: 3)
        var session = sighting(3, at: noon + 2)
        session.hasRecipient = false
        try store.apply([full, plain, session].map { .sighting($0) })
        #expect(try all(store) == [full, plain, session])
        // A retry with another envelope gives up the old one.
        try store.apply([.sighting(sighting(10, client: 10, at: noon + 3, attempt: 1, helo: "[192.0.2.1]"))])
        let again = sighting(11, client: 10, at: noon + 4, attempt: 1, helo: "friend")
        try store.apply([.sighting(again)])
        #expect(try all(store) == [full, plain, session, again])
        var retention = Retention()
        retention.maximumSightings = 0
        try store.prune(now: noon + 5, retention: retention)
        for table in ["sighting", "sighting_judgement"] { #expect(try rows(store, table) == 0, "\(table)") }
    }

    @Test("sightings of the version before are read as they were, and numbers go on behind them")
    func upgrade() throws {
        let scratch = Scratch()
        let dialect = DialectFingerprints(trace: 7 << 32, speech: 9, greeting: 1, named: 4, shape: "EHLO name")
        do {
            let old = Schema(steps: Array(Schema.current.steps.prefix(6)))
            let store = try Store(path: scratch.database, hashingKey: testKey, schema: old)
            try store.database.execute(
                """
                INSERT INTO sighting_text VALUES (1, 0, 0, '\(envelope().text)'), (2, 0, 0, '\(dialect.text)');
                INSERT INTO sighting VALUES
                    (7, \(noon.seconds), 's1.1', \(Self.hex(1)), \(Self.hex(1_000)), NULL, 'milter-postfix', 1, 2,
                        \(Self.hex(5_001)), NULL, \(Self.hex(9))),
                    (8, \(noon.seconds + 1), 's2.1', \(Self.hex(2)), \(Self.hex(1_000)), NULL, 'milter-postfix', 3, NULL,
                        NULL, NULL, NULL);
                INSERT INTO sighting_name VALUES (\(noon.seconds / 86_400), substr(\(Self.hex(5_001)), 1, 8), 7),
                    (\(noon.seconds / 86_400), substr(\(Self.hex(9)), 1, 8), 7);
                INSERT INTO sighting_judgement VALUES (7, 'trap', 'spam', 5);
                """)
        }
        let store = try Store(path: scratch.database, hashingKey: testKey)
        var first = sighting(1, spam: .trap)
        first.dialect = dialect
        first.attempt = hash(9)
        first.judgements = [MailJudgement(.spam, from: .trap, at: UnixTime(seconds: 5))]
        var found: [Sighting] = []
        // The second one's envelope was not there before either.
        #expect(try store.sightings(since: noon) { found.append($0) } == 1)
        #expect(found == [first])
        try store.apply([.sighting(sighting(3, at: noon + 2))])
        #expect(try store.database.number("SELECT max(id) FROM sighting") == 9)
        #expect(try store.judge(.queueID(hash(5_001)), MailJudgement(.spam, from: .person, at: noon)) == 1)
        #expect(try store.damage() == nil)
    }

    private static func hex(_ number: Int) -> String { "x'\(hash(number))'" }

    /// A session of a scanner that asks for no recipient.
    private func scan(_ number: Int, course: UInt64, spam: JudgementSource? = nil) -> Sighting {
        var session = sighting(number, at: noon + Int64(number), attempt: 10_000 + number, spam: spam)
        session.hasRecipient = false
        session.dialect = DialectFingerprints(trace: course << 32, speech: course, greeting: 1)
        return session
    }

    @Test("sessions without a recipient have a tenth, push out their own like, and are no acquaintances")
    func scanners() throws {
        let store = try Store(inMemoryUnder: testKey)
        let messages: [StoreChange] = (0..<80).map { .sighting(sighting($0, at: noon + Int64($0))) }
        // One that was judged, three of a rare kind, and then a flood of another.
        let rare = [scan(100, course: 1, spam: .blocklist)] + (101..<104).map { scan($0, course: 2) }
        try store.apply(messages + (rare + (200..<400).map { scan($0, course: 3) }).map { .sighting($0) })
        #expect(try rows(store, "sighting") == 284 && rows(store, "sighting_client") == 80)
        try store.limitSightings(rows: 100, added: 1_000)
        let left = try all(store)
        #expect(left.count { $0.hasRecipient } == 80)
        let sessions = left.filter { !$0.hasRecipient }
        #expect(sessions.count == 10 && Set(rare.map(\.id)).isSubset(of: sessions.map(\.id)))
        #expect(sessions.contains { $0.id == "s399.1" })
        // Messages take the room that they need.
        try store.limitSightings(rows: 60, added: 1_000)
        #expect(try all(store).count { $0.hasRecipient } == 54)
        // The same client, speaking the same way, is one; and none of them is a day on which it came.
        try store.apply(
            (0..<3).map { number in
                var session = scan(500 + number, course: 4)
                session.attempt = hash(77)
                return .sighting(session)
            })
        #expect(try all(store).count { $0.dialect?.speech == 4 } == 1)
        #expect(try store.judgementReport(since: noon).sightings == 54)
    }

    @Test("a session without a recipient is judged by its client and the time at which it was refused")
    func judgedSession() throws {
        let store = try Store(inMemoryUnder: testKey)
        var message = sighting(1, client: 5, at: noon + 30)
        message.attempt = hash(1)
        let sessions = [(200, Int64(60)), (201, 300), (202, 2_000)].map { number, time in
            var session = scan(number, course: UInt64(number))
            (session.client, session.time) = (hash(5), noon + time)
            return session
        }
        try store.apply([.sighting(message)] + sessions.map { .sighting($0) })
        func judge(_ client: Int, at time: Int64) throws -> Int {
            try store.judge(
                .session(of: hash(client), at: noon + time), MailJudgement(.spam, from: .blocklist, at: noon + time))
        }
        #expect(
            try judge(5, at: 100) == 1 && judge(6, at: 100) == 0 && judge(5, at: 1_000) == 0 && judge(5, at: 3_000) == 0
        )
        #expect(try all(store).filter { !$0.judgements.isEmpty }.map(\.id) == ["s201.1"])
    }

    @Test("a client's messages are counted over batches, restarts and more clients than are told apart")
    func dailyLimit() throws {
        let scratch = Scratch()
        var number = 0
        func add(_ client: Int, _ count: Int, to store: Store, at time: UnixTime = noon) throws {
            try store.apply(
                (0..<count).map { _ in
                    number += 1
                    return .sighting(sighting(number, client: client, at: time))
                })
        }
        do {
            let store = try Store(path: scratch.database, hashingKey: testKey)
            try add(900, Sighting.dailyLimit - 1, to: store)
            try add(900, 1, to: store)
            try add(900, 3, to: store)
            #expect(try rows(store, "sighting") == 50)
        }
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try add(900, 2, to: store)
        try add(901, 1, to: store)
        #expect(try rows(store, "sighting") == 51 && store.sightingsLeftOut(since: noon) == 5)
        try add(900, 1, to: store, at: noon + 86_400)
        #expect(try rows(store, "sighting") == 52)
        // Another day in between, and back.
        try add(900, 1, to: store)
        #expect(try rows(store, "sighting") == 52 && store.sightingsLeftOut(since: noon) == 6)

        var ledger = SightingLedger(
            day: 1, next: 1, attempts: AttemptFilter(),
            messages: Dictionary(uniqueKeysWithValues: (0..<SightingLedger.mostClients).map { (hash($0), 2) }))
        #expect(ledger.count(of: hash(5)) == 2 && ledger.count(of: hash(-1)) == 0)
        ledger.note(hash(5), after: 2)
        ledger.note(hash(-1), after: 0)
        #expect(ledger.count(of: hash(5)) == 3 && ledger.count(of: hash(-1)) == 1 && ledger.count(of: hash(6)) == nil)
        #expect(ledger.unwritten == [hash(5): 1, hash(-1): 1])
    }

    /// Promise 6: whatever stands in the tables, only the table of sources labels senders.
    @Test("judgements are handed out by sender and day; nothing of Argot's own is among them")
    func judgedSenders() throws {
        let store = try Store(inMemoryUnder: testKey)
        var changes: [StoreChange] = []
        for number in 0..<8 {
            var one = sighting(number, at: noon + Int64(number / 4) * 86_400)
            one.sender = UInt64(number % 4)
            if number % 4 == 0 { one.judgements = [MailJudgement(.spam, from: .filterLog, at: noon)] }
            if number % 4 == 1 { one.judgements = [MailJudgement(.spam, from: .trap, at: noon)] }
            changes.append(.sighting(one))
        }
        var scanner = scan(20, course: 1, spam: .blocklist)
        scanner.sender = 9
        let unnamed = sighting(21, spam: .person)
        // What Argot has decided, and would refuse again.
        changes += [.sighting(scanner), .sighting(unnamed), .verdict(verdict("s2.1"), showsAddresses: false)]
        try store.apply(changes)
        try store.database.execute(
            """
            INSERT INTO sighting_judgement SELECT id, source, kind, 1 FROM sighting
                JOIN (SELECT 'argot' AS source, 'spam' AS kind UNION SELECT 'greylist', 'spam' UNION SELECT 'score', 'spam'
                    UNION SELECT 'dialect', 'spam' UNION SELECT 'breaker', 'spam' UNION SELECT 'correspondent', 'spam')
                WHERE sender = 2
            """)
        var found: [UInt64: SenderJudgements] = [:]
        try store.judgedSenders(since: noon, until: noon + 86_400 * 9) { found[$0] = $1 }
        var expected = SenderJudgements()
        for day in Int64(0)..<2 {
            expected.add(.spam, rank: JudgementSource.filterLog.rank, count: 1, onDay: noon.seconds / 86_400 + day)
            expected.add(messages: 1, onDay: noon.seconds / 86_400 + day)
        }
        #expect(found == [0: expected])
        found = [:]
        try store.judgedSenders(since: noon + 86_400, until: noon + 86_400 * 9) { found[$0] = $1 }
        #expect(found.count == 1 && found[0] != expected)
    }

    @Test("what a transaction that failed has noted is forgotten")
    func rollBack() throws {
        let store = try Store(inMemoryUnder: testKey)
        try store.apply([.sighting(sighting(1))])
        try store.database.execute("CREATE TRIGGER no BEFORE INSERT ON verdict BEGIN SELECT raise(ABORT, 'no'); END")
        let record = verdict("s")
        #expect(throws: StoreError.self) {
            try store.apply([.sighting(sighting(2, client: 1)), .verdict(record, showsAddresses: false)])
        }
        try store.apply([.sighting(sighting(3, client: 1))])
        #expect(try ids(store) == ["s1.1", "s3.1"])
        #expect(try store.database.number("SELECT messages FROM sighting_client") == 2)
    }

    @Test("a message has no name by its attempt, and its retries find it by its Message-ID")
    func namesOfMessages() throws {
        let store = try Store(inMemoryUnder: testKey)
        var first = sighting(1, client: 5, message: 70)
        first.attempt = hash(9)
        var again = sighting(2, client: 5, at: noon + 60, message: 70)
        again.attempt = hash(9)
        var other = sighting(3, client: 5, at: noon + 61, message: 71)
        other.attempt = hash(9)
        try store.apply([.sighting(first)])
        #expect(try rows(store, "sighting_name") == 2)
        try store.apply([.sighting(again), .sighting(other)])
        #expect(try ids(store) == ["s2.1", "s3.1"])
        // The queue ids of three, and two Message-IDs.
        #expect(try rows(store, "sighting_name") == 5)
    }

    @Test("the filter knows every attempt, and few others")
    func filter() {
        var filter = AttemptFilter()
        func attempt(_ number: Int) -> KeyedHash { KeyedHash(bits: testKey.digest(Array("\(number)".utf8))) }
        for number in 0..<20_000 { filter.insert(attempt(number)) }
        #expect((0..<20_000).allSatisfy { filter.mayContain(attempt($0)) })
        #expect((20_000..<40_000).count { filter.mayContain(attempt($0)) } < 20 && filter.count == 20_000)
    }

    @Test("of too many, strangers' go first, and neither judged ones nor old acquaintances take all the room")
    func shares() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        var changes: [StoreChange] = []
        // Ten of a client that came on ten days, then ten judged ones, then thirty strangers.
        for day in 0..<10 {
            changes.append(.sighting(sighting(day, client: 900, at: noon + Int64(day) * 86_400)))
        }
        let later = noon + 10 * 86_400
        for number in 10..<20 { changes.append(.sighting(sighting(number, at: later, spam: .trap))) }
        for number in 20..<50 { changes.append(.sighting(sighting(number, at: later + Int64(number)))) }
        try store.apply(changes)
        func limit(_ count: Int) throws -> [Int] {
            try store.limitSightings(rows: count, added: 1_000)
            let numbers = try ids(store).compactMap { Int($0.dropFirst().dropLast(2)) }
            return [numbers.count { $0 < 10 }, numbers.count { 10..<20 ~= $0 }, numbers.count { $0 >= 20 }]
        }
        #expect(try limit(45) == [10, 10, 25])
        #expect(try ids(store).contains("s49.1") && !ids(store).contains("s20.1"))
        #expect(try limit(27) == [9, 9, 9])
        #expect(try limit(30) == [9, 9, 9])
        #expect(try limit(3) == [1, 1, 1])
    }

    @Test("limits hold as rows are written, not only at the hourly round")
    func writerLimit() throws {
        let scratch = Scratch()
        let writer = patientWriter(scratch.database)
        defer { writer.close() }
        writer.limitSightings(rows: 100)
        writer.settle()
        for number in 0..<300 { writer.submit(.sighting(sighting(number, at: noon + Int64(number)))) }
        #expect(writer.flush())
        let count = try Store(readingFrom: scratch.database).counts().sightings
        #expect(count == 100)
    }

    @Test("what is old goes, with its names and counts")
    func age() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.apply([
            .sighting(sighting(1, at: noon, spam: .trap)), .sighting(sighting(2, at: noon + 39 * 86_400)),
            .correspondent(hash(1), noon), .unreadReply("no", noon),
        ])
        let now = noon + 41 * 86_400
        try store.setValue(String(now.seconds), named: "retention.believed")
        try store.prune(now: now, retention: Retention())
        #expect(try ids(store) == ["s2.1"])
        for table in ["sighting_name", "sighting_client", "correspondent"] {
            #expect(try rows(store, table) == 1, "\(table)")
        }
        #expect(try rows(store, "unread_reply") == 0 && rows(store, "sighting_judgement") == 0)
    }

    @Test("an attempt that brought no message is absorbed with its names and judgements when the message comes")
    func absorbing() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        var first = sighting(1, client: 5, message: 70)
        first.attempt = hash(9)
        let bare = sighting(2, client: 5, at: noon + 60, attempt: 9, spam: .blocklist)
        var last = sighting(3, client: 5, at: noon + 120, message: 70)
        last.attempt = hash(9)
        try store.apply([.sighting(first), .sighting(bare)])
        #expect(try ids(store) == ["s1.1", "s2.1"])
        try store.apply([.sighting(last)])
        #expect(try ids(store) == ["s3.1"])
        // The queue id of the first attempt still names it.
        let person = MailJudgement(.spam, from: .person, at: noon + 200)
        #expect(try store.judge(.queueID(hash(5_001)), person) == 1)
        var judgements: [JudgementSource] = []
        try store.sightings(since: noon) { judgements += $0.judgements.map(\.source) }
        #expect(judgements == [.blocklist, .person])
        // Weeks later the same again is no retry.
        var late = sighting(4, client: 5, at: noon + 9 * 86_400, message: 70)
        late.attempt = hash(9)
        try store.apply([.sighting(late)])
        #expect(try ids(store) == ["s3.1", "s4.1"])
    }

    @Test("rows that hold what cannot be are left out and counted")
    func unreadable() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.apply((1...6).map { .sighting(sighting($0, at: noon + Int64($0))) })
        try store.database.execute(
            """
            UPDATE sighting SET vantage = 'moon' WHERE session = 's1.1';
            UPDATE sighting SET client = x'00' WHERE session = 's2.1';
            UPDATE sighting SET envelope = x'77' WHERE session = 's3.1';
            UPDATE sighting SET time = 9223372036854775807 WHERE session = 's4.1';
            INSERT INTO sighting_judgement VALUES
                ((SELECT id FROM sighting WHERE session = 's5.1'), 'argot', 'spam', 1),
                ((SELECT id FROM sighting WHERE session = 's5.1'), 'trap', 'honest', 1),
                ((SELECT id FROM sighting WHERE session = 's5.1'), 'person', 'spam', 1);
            """)
        var found: [Sighting] = []
        #expect(try store.sightings(since: UnixTime(seconds: 0)) { found.append($0) } == 4)
        #expect(found.map(\.id) == ["s5.1", "s6.1"])
        #expect(found.first?.judgements.map(\.source) == [.person])
        try store.prune(now: noon + 10, retention: Retention())
        #expect(try !rows(store, "sighting").isMultiple(of: 6))
    }

    @Test("an administrator removes a client's, and a new key all of them")
    func removal() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.apply([
            .sighting(sighting(1, spam: .trap)), .sighting(sighting(2)), .correspondent(hash(7), noon),
            .unreadReply("no", noon),
        ])
        let keys = ClientKeys(client: hash(1), network: hash(60), block: hash(61))
        #expect(try store.purge(.client(keys, network: hash(62), sender: 3)).sightings == 1)
        #expect(try ids(store) == ["s2.1"])
        #expect(try rows(store, "sighting_name") == 1 && rows(store, "sighting_client") == 1)
        #expect(try store.purge(.sender(hash(7))).correspondents == 1)
        try store.apply([.correspondent(hash(8), noon)])
        let report = try store.forgetHashes()
        #expect(report.removed.sightings == 1 && report.removed.correspondents == 1 && report.removed.clients == 0)
        for table in ["sighting", "sighting_name", "sighting_client", "correspondent"] {
            #expect(try rows(store, table) == 0, "\(table)")
        }
        #expect(try store.unreadReplies(limit: 9).count == 1)
    }
}
