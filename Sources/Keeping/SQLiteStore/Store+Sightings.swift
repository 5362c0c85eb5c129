internal import Dialects
internal import Envelopes
public import Judgements
public import Keeping
internal import KeyedHashing
public import SMTP
internal import SQLite

/// What is learned from: sightings and their judgements.
extension Store {
    /// Hands every sighting from `since` on to `take`, oldest first, with its judgements. O(rows).
    @discardableResult
    public func sightings(since: UnixTime, _ take: (Sighting) -> Void) throws(StoreError) -> Int {
        try attempt { () throws(SQLiteError) in
            let row = try database.prepare(
                """
                SELECT s.id, s.time, s.client, s.network, s.organisation, s.queue_id, s.message_id, s.attempt, s.session,
                    s.vantage, s.envelope, e.text, s.dialect, d.text
                FROM sighting AS s LEFT JOIN sighting_text AS e ON e.id = s.envelope
                    LEFT JOIN sighting_text AS d ON d.id = s.dialect
                WHERE s.time >= ?1 ORDER BY s.time, s.id
                """)
            try row.bind([.integer(since.seconds)])
            var unreadable = 0
            // Texts repeat: each is read once, and what is read is shared.
            var envelopes: [Int64: EnvelopeSummary] = [:]
            while try row.step() {
                let envelope = row.integer(at: 10)
                if envelopes[envelope] == nil {
                    if envelopes.count >= 50_000 { envelopes.removeAll() }
                    envelopes[envelope] = EnvelopeSummary(text: row.text(at: 11))
                }
                guard let summary = row.isNull(at: 11) ? nil : envelopes[envelope],
                    var sighting = Self.sighting(row, envelope: summary)
                else {
                    unreadable += 1
                    continue
                }
                sighting.judgements = try judgements(of: row.integer(at: 0))
                take(sighting)
            }
            return unreadable
        }
    }

    private static func sighting(_ row: Statement, envelope: EnvelopeSummary) -> Sighting? {
        guard let time = time(row, at: 1), let client = KeyedHash(row, at: 2), let network = KeyedHash(row, at: 3),
            let vantage = Vantage(rawValue: row.text(at: 9))
        else { return nil }
        // The text of a newer version, or none at all, leaves the rest of use.
        let dialect = row.isNull(at: 12) ? nil : DialectFingerprints(text: row.text(at: 13))
        return Sighting(
            id: row.text(at: 8), time: time, client: client, network: network,
            organisation: KeyedHash(row, at: 4), vantage: vantage, envelope: envelope, dialect: dialect,
            queueID: KeyedHash(row, at: 5), messageID: KeyedHash(row, at: 6), attempt: KeyedHash(row, at: 7))
    }

    private func judgements(of sighting: Int64) throws(SQLiteError) -> [MailJudgement] {
        let row = try statement("SELECT source, kind, time FROM sighting_judgement WHERE sighting = ?1 ORDER BY source")
        defer { row.reset() }
        try row.bind(sighting, at: 1)
        var judgements: [MailJudgement] = []
        while try row.step() {
            guard let source = JudgementSource(rawValue: row.text(at: 0)),
                let kind = JudgementKind(rawValue: row.text(at: 1)), source.says.contains(kind),
                let time = Self.time(row, at: 2)
            else { continue }
            judgements.append(MailJudgement(kind, from: source, at: time))
        }
        return judgements
    }

    /// Adds a judgement to the messages of a name, at most ten of them, the newest. O(days × log rows).
    public func judge(_ name: MessageName, _ judgement: MailJudgement) throws(StoreError) -> Int {
        try attempt { () throws(SQLiteError) in
            try database.transaction { () throws(SQLiteError) in
                let found: [Int64]
                switch name {
                case .queueID(let hash): found = Array(try sightings(named: hash, limit: 1))
                case .messageID(let hash): found = try sightings(named: hash, limit: 10)
                }
                for sighting in found { try insert(judgement, on: sighting) }
                return found.count
            }
        }
    }

    /// How many messages were left out since the day of `since`. O(clients).
    public func sightingsLeftOut(since: UnixTime) throws(StoreError) -> Int {
        let sum = try rows(
            "SELECT total(max(messages - \(Sighting.dailyLimit), 0)) FROM sighting_client WHERE day >= ?1",
            [.integer(Self.day(since))]
        ) { $0.double(at: 0) }
        return Int(exactly: sum.first ?? 0) ?? .max
    }

    /// The mail server's refusals that tell nothing, the most frequent first.
    public func unreadReplies(limit: Int) throws(StoreError) -> [UnreadReply] {
        try rows(
            "SELECT last_seen, count, text FROM unread_reply ORDER BY count DESC, text LIMIT ?1",
            [.integer(Int64(max(0, limit)))]
        ) { row in
            guard let last = Self.time(row, at: 0) else { return nil }
            return UnreadReply(text: row.text(at: 2), count: Int(clamping: row.integer(at: 1)), last: last)
        }
    }

    private static func day(_ time: UnixTime) -> Int64 { time.seconds / 86_400 }

    private static func blob(_ hash: KeyedHash?) -> SQLiteValue { hash?.blob ?? nil }

    /// The upper half of a hash, under which a sighting is found.
    private static func name(_ hash: KeyedHash) -> SQLiteValue {
        .blob((0..<8).map { UInt8(truncatingIfNeeded: hash.bits >> UInt128(120 - 8 * $0)) })
    }

    /// The newest sightings of a name, newest day first, from `oldest` on. O(days × log rows).
    private func sightings(named hash: KeyedHash, since oldest: Int64 = .min, limit: Int) throws(SQLiteError)
        -> [Int64]
    {
        let days = try statement("SELECT max(day) FROM sighting_name WHERE day < ?1")
        let names = try statement(
            """
            SELECT n.sighting FROM sighting_name AS n JOIN sighting AS s ON s.id = n.sighting
            WHERE n.day = ?1 AND n.name = ?2 ORDER BY s.time DESC, n.sighting DESC LIMIT ?3
            """)
        var found: [Int64] = []
        var day = Int64.max
        // No retention has more days than that.
        for _ in 0..<4_000 where found.count < limit {
            try days.bind(day, at: 1)
            let isThere = try days.step() && !days.isNull(at: 0)
            let next = isThere ? days.integer(at: 0) : day
            days.reset()
            guard isThere, next >= oldest else { break }
            day = next
            try names.bind([.integer(day), Self.name(hash), .integer(Int64(limit))])
            while try names.step() {
                let sighting = names.integer(at: 0)
                if found.count < limit, !found.contains(sighting) { found.append(sighting) }
            }
            names.reset()
        }
        return found
    }

    /// A source's later judgement replaces its earlier one.
    private func insert(_ judgement: MailJudgement, on sighting: Int64) throws(SQLiteError) {
        guard judgement.source.says.contains(judgement.kind) else { return }
        try statement(
            """
            INSERT INTO sighting_judgement VALUES (?1, ?2, ?3, ?4) ON CONFLICT (sighting, source) DO UPDATE
            SET kind = excluded.kind, time = excluded.time WHERE excluded.time >= time
            """
        ).run(
            .integer(sighting), .text(judgement.source.rawValue), .text(judgement.kind.rawValue),
            .integer(judgement.time.seconds))
    }

    /// A sighting, in place of those that it repeats, with their judgements.
    func insert(_ sighting: Sighting, hashingKey: HashingKey) throws(SQLiteError) {
        let repeated = try repetitions(of: sighting)
        let id: Int64
        if let first = repeated.first {
            id = first
            for other in repeated.dropFirst() { try absorb(other, into: id) }
        } else {
            guard try hasRoom(for: sighting) else { return }
            id = 0
        }
        let dialect: SQLiteValue =
            if let text = sighting.dialect?.text { .integer(try number(of: text, hashingKey: hashingKey)) } else { nil }
        let row = try statement(
            """
            INSERT INTO sighting (id, time, session, client, network, organisation, vantage, envelope, dialect, queue_id,
                message_id, attempt)
            VALUES (nullif(?1, 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (id) DO UPDATE
            SET time = excluded.time, session = excluded.session, organisation = excluded.organisation,
                vantage = excluded.vantage, envelope = excluded.envelope, dialect = excluded.dialect,
                queue_id = excluded.queue_id, message_id = excluded.message_id
            RETURNING id
            """)
        defer { row.reset() }
        try row.bind([
            .integer(id), .integer(sighting.time.seconds), .text(sighting.id), sighting.client.blob,
            sighting.network.blob, Self.blob(sighting.organisation), .text(sighting.vantage.rawValue),
            .integer(try number(of: sighting.envelope.text, hashingKey: hashingKey)), dialect,
            Self.blob(sighting.queueID), Self.blob(sighting.messageID), Self.blob(sighting.attempt),
        ])
        guard try row.step() else { return }
        let stored = row.integer(at: 0)
        for name in [sighting.queueID, sighting.messageID, sighting.attempt].compactMap({ $0 }) {
            try statement("INSERT OR IGNORE INTO sighting_name VALUES (?1, ?2, ?3)").run(
                .integer(Self.day(sighting.time)), Self.name(name), .integer(stored))
        }
        for judgement in sighting.judgements { try insert(judgement, on: stored) }
    }

    /// The sightings that this one is a retry of: of the same client and sender, with the same Message-ID or without a
    /// message.
    private func repetitions(of sighting: Sighting) throws(SQLiteError) -> [Int64] {
        guard let attempt = sighting.attempt else { return [] }
        let oldest = Self.day(sighting.time + -Sighting.retryTime)
        var found: [Int64] = []
        let row = try statement(
            """
            SELECT queue_id IS NULL AND message_id IS NULL, message_id FROM sighting
            WHERE id = ?1 AND attempt = ?2 AND time <= ?3
            """)
        // Of one client no more are kept a day.
        for id in try sightings(named: attempt, since: oldest, limit: 6 * Sighting.dailyLimit) {
            try row.bind([.integer(id), attempt.blob, .integer(sighting.time.seconds)])
            if try row.step() {
                let isSameMessage = sighting.messageID != nil && KeyedHash(row, at: 1) == sighting.messageID
                if isSameMessage || row.integer(at: 0) != 0 { found.append(id) }
            }
            row.reset()
        }
        return found
    }

    /// Moves what is said of a sighting, and its names, to another.
    private func absorb(_ other: Int64, into id: Int64) throws(SQLiteError) {
        let day: Int64
        let names: [SQLiteValue]
        do {
            let row = try statement("SELECT time, queue_id, message_id FROM sighting WHERE id = ?1")
            defer { row.reset() }
            try row.bind(other, at: 1)
            guard try row.step() else { return }
            let hashes = [KeyedHash(row, at: 1), KeyedHash(row, at: 2)].compactMap { $0 }
            (day, names) = (row.integer(at: 0) / 86_400, hashes.map(Self.name))
        }
        for name in names {
            try statement("INSERT OR IGNORE INTO sighting_name VALUES (?1, ?2, ?3)").run(
                .integer(day), name, .integer(id))
        }
        try statement(
            """
            INSERT OR IGNORE INTO sighting_judgement
            SELECT ?2, source, kind, time FROM sighting_judgement WHERE sighting = ?1
            """
        ).run(.integer(other), .integer(id))
        try statement("DELETE FROM sighting WHERE id = ?1").run(.integer(other))
    }

    /// Counts a sighting of its client's, and says whether it is to be kept.
    private func hasRoom(for sighting: Sighting) throws(SQLiteError) -> Bool {
        let row = try statement(
            """
            INSERT INTO sighting_client VALUES (?1, ?2, 1) ON CONFLICT (day, client) DO UPDATE
            SET messages = min(messages + 1, \(UInt32.max)) RETURNING messages
            """)
        defer { row.reset() }
        try row.bind([.integer(Self.day(sighting.time)), sighting.client.blob])
        return try row.step() && row.integer(at: 0) <= Int64(Sighting.dailyLimit)
    }

    /// The number of a text, which is added if it is new.
    private func number(of text: String, hashingKey: HashingKey) throws(SQLiteError) -> Int64 {
        let digest = SQLiteValue.bits(UInt64(truncatingIfNeeded: hashingKey.digest(Array(text.utf8))))
        let known = try statement("SELECT id FROM sighting_text WHERE digest = ?1 AND text = ?2")
        defer { known.reset() }
        try known.bind([digest, .text(text)])
        if try known.step() { return known.integer(at: 0) }
        let row = try statement("INSERT INTO sighting_text (digest, uses, text) VALUES (?1, 0, ?2) RETURNING id")
        defer { row.reset() }
        try row.bind([digest, .text(text)])
        return try row.step() ? row.integer(at: 0) : 0
    }
}
