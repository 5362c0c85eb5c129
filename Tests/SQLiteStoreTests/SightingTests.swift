import Envelopes
import Judgements
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import SQLite
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

    @Test("an envelope's text is kept once, and goes with the last sighting that has it")
    func interning() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.apply(
            (0..<4).map { .sighting(sighting($0, helo: $0 < 3 ? "mail.example.net" : "friend")) })
        #expect(try rows(store, "sighting_text") == 2)
        // A retry with another envelope gives up the old one.
        try store.apply([.sighting(sighting(10, client: 10, attempt: 1, helo: "[192.0.2.1]"))])
        #expect(try rows(store, "sighting_text") == 3)
        try store.apply([.sighting(sighting(11, client: 10, attempt: 1, helo: "friend"))])
        #expect(try rows(store, "sighting_text") == 2 && rows(store, "sighting") == 5)
        var retention = Retention()
        retention.maximumSightings = 0
        try store.prune(now: noon, retention: retention)
        for table in ["sighting", "sighting_text", "sighting_judgement"] {
            #expect(try rows(store, table) == 0, "\(table)")
        }
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
            UPDATE sighting SET envelope = 77 WHERE session = 's3.1';
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
        for table in ["sighting", "sighting_name", "sighting_client", "sighting_text", "correspondent"] {
            #expect(try rows(store, table) == 0, "\(table)")
        }
        #expect(try store.unreadReplies(limit: 9).count == 1)
    }
}
