internal import Dialects
internal import Envelopes
public import Judgements
public import Keeping
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
                SELECT id, time, client, network, organisation, queue_id, message_id, attempt, session, vantage, envelope,
                    dialect, has_recipient, sender
                FROM sighting WHERE time >= ?1 ORDER BY time, id
                """)
            try row.bind([.integer(since.seconds)])
            var unreadable = 0
            // Envelopes repeat: each is read once, and what is read is shared.
            var envelopes: [[UInt8]: EnvelopeSummary] = [:]
            while try row.step() {
                let bytes = row.bytes(at: 10)
                if envelopes[bytes] == nil {
                    if envelopes.count >= 50_000 { envelopes.removeAll() }
                    envelopes[bytes] = Self.envelope(bytes)
                }
                guard let summary = envelopes[bytes], var sighting = Self.sighting(row, envelope: summary) else {
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
        return Sighting(
            id: row.text(at: 8), time: time, client: client, network: network,
            organisation: KeyedHash(row, at: 4),
            sender: row.isNull(at: 13) ? nil : UInt64(bitPattern: row.integer(at: 13)), vantage: vantage,
            envelope: envelope,
            dialect: Self.dialect(row.bytes(at: 11)), queueID: KeyedHash(row, at: 5), messageID: KeyedHash(row, at: 6),
            attempt: KeyedHash(row, at: 7), hasRecipient: row.integer(at: 12) != 0)
    }

    /// An envelope's bytes, or the text of before; `nil` for neither, as of a newer version.
    private static func envelope(_ bytes: [UInt8]) -> EnvelopeSummary? {
        guard let first = bytes.first else { return nil }
        return first < 0x20
            ? EnvelopeSummary(bytes: bytes) : EnvelopeSummary(text: String(decoding: bytes, as: UTF8.self))
    }

    /// The same of a dialect; what cannot be read leaves the rest of use.
    private static func dialect(_ bytes: [UInt8]) -> DialectFingerprints? {
        guard let first = bytes.first else { return nil }
        return first < 0x20
            ? DialectFingerprints(bytes: bytes) : DialectFingerprints(text: String(decoding: bytes, as: UTF8.self))
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
            try database.transaction { () throws(SQLiteError) in try add(judgement, to: name) }
        }
    }

    /// The same within a transaction.
    func add(_ judgement: MailJudgement, to name: MessageName) throws(SQLiteError) -> Int {
        let found: [Int64]
        switch name {
        case .queueID(let hash): found = Array(try sightings(named: hash, limit: 1))
        case .messageID(let hash): found = try sightings(named: hash, limit: 10)
        case .session(let client, let time): found = try session(of: client, at: time)
        }
        for sighting in found { try insert(judgement, on: sighting) }
        return found.count
    }

    /// The session without a recipient that a client had open at a time. O(sightings of ten minutes).
    private func session(of client: KeyedHash, at time: UnixTime) throws(SQLiteError) -> [Int64] {
        let row = try statement(
            """
            SELECT id FROM sighting WHERE time BETWEEN ?1 AND ?2 AND client = ?3 AND has_recipient = 0
            ORDER BY time, id LIMIT 1
            """)
        defer { row.reset() }
        let last = (time + MessageName.longestSession).seconds
        // Clocks of two processes need not agree to the second.
        try row.bind([.integer((time + -2).seconds), .integer(last), client.blob])
        return try row.step() ? [row.integer(at: 0)] : []
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

    /// The upper half of a hash, under which a sighting is found.
    private static func half(_ hash: KeyedHash) -> UInt64 { UInt64(truncatingIfNeeded: hash.bits >> 64) }

    /// The same as it is stored.
    private static func name(_ hash: KeyedHash) -> SQLiteValue { .blob8(half(hash)) }

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
    func insert(_ sighting: Sighting, _ row: inout RowValues) throws(SQLiteError) {
        let day = Self.day(sighting.time)
        if sightingLedger?.day != day || (sightingLedger?.attempts.count ?? 0) > AttemptFilter.most {
            try writeSightingCounts(&row)
            sightingLedger = try ledger(of: day)
        }
        let repeated = try repetitions(of: sighting)
        let id: Int64
        if let first = repeated.first {
            id = first
            for other in repeated.dropFirst() { try absorb(other, into: id) }
            Self.fill(&row, with: sighting, id)
            try statement(.sightingAgain).run(row)
        } else {
            guard try hasRoom(for: sighting), let next = sightingLedger?.next else { return }
            id = next
            sightingLedger?.next += 1
            Self.fill(&row, with: sighting, id)
            row.add(sighting.attempt)
            row.add(sighting.hasRecipient ? 1 : 0)
            if let sender = sighting.sender { row.add(Int64(bitPattern: sender)) } else { row.addNull() }
            try statement(.sighting).run(row)
        }
        if let attempt = sighting.attempt { sightingLedger?.attempts.insert(attempt) }
        try insert(namesOf: sighting, id, day, &row)
        for judgement in sighting.judgements { try insert(judgement, on: id) }
    }

    /// Writes what names a sighting. An attempt that brought a message is found by its Message-ID if at all.
    private func insert(
        namesOf sighting: Sighting, _ id: Int64, _ day: Int64, _ row: inout RowValues
    ) throws(SQLiteError) {
        let (first, second) =
            sighting.isNamed ? (sighting.queueID, sighting.messageID) : (sighting.attempt, nil)
        guard let name = first ?? second else { return }
        row.removeAll()
        row.add(day)
        row.add(id)
        row.add(bytesOf: Self.half(name))
        guard let second, first != nil else { return try statement(.oneName).run(row) }
        row.add(bytesOf: Self.half(second))
        try statement(.twoNames).run(row)
    }

    /// Fills a row with the columns of a sighting that its retries change.
    private static func fill(_ row: inout RowValues, with sighting: Sighting, _ id: Int64) {
        row.removeAll()
        row.add(id)
        row.add(sighting.time.seconds)
        row.add(sighting.id)
        row.add(sighting.client)
        row.add(sighting.network)
        row.add(sighting.organisation)
        row.add(sighting.vantage.rawValue)
        row.add(sighting.envelope.bytes)
        if let dialect = sighting.dialect { row.add(dialect.bytes) } else { row.addNull() }
        row.add(sighting.queueID)
        row.add(sighting.messageID)
    }

    /// What the database knows of a day. O(sightings within the time of retries, and clients of the day).
    private func ledger(of day: Int64) throws(SQLiteError) -> SightingLedger {
        let numbers = try database.prepare(
            "SELECT max((SELECT coalesce(max(id), 0) FROM sighting), (SELECT coalesce(max(sighting), 0) FROM sighting_name))"
        )
        let last = try numbers.step() ? numbers.integer(at: 0) : 0
        var attempts = AttemptFilter()
        let rows = try database.prepare("SELECT attempt FROM sighting WHERE time >= ?1 AND attempt IS NOT NULL")
        try rows.bind((day &- Sighting.retryTime / 86_400 &- 1) &* 86_400, at: 1)
        while try rows.step() { if let attempt = KeyedHash(rows, at: 0) { attempts.insert(attempt) } }
        var messages: [KeyedHash: Int64] = [:]
        let clients = try database.prepare("SELECT client, messages FROM sighting_client WHERE day = ?1 LIMIT ?2")
        try clients.bind([.integer(day), .integer(Int64(SightingLedger.mostClients + 1))])
        while try clients.step() {
            if let client = KeyedHash(clients, at: 0) { messages[client] = clients.integer(at: 1) }
        }
        return SightingLedger(
            day: day, next: last < .max ? last + 1 : last, attempts: attempts, messages: messages)
    }

    /// The sightings that this one is a retry of: of the same client and sender, with the same Message-ID or without a
    /// message.
    private func repetitions(of sighting: Sighting) throws(SQLiteError) -> [Int64] {
        guard let attempt = sighting.attempt, sightingLedger?.attempts.mayContain(attempt) ?? true else { return [] }
        let oldest = Self.day(sighting.time + -Sighting.retryTime)
        var found: [Int64] = []
        let row = try statement(
            """
            SELECT queue_id IS NULL AND message_id IS NULL, message_id FROM sighting
            WHERE id = ?1 AND attempt = ?2 AND time <= ?3
            """)
        // Of one client no more are kept a day. What brought no message is named by its attempt; a message, since databases
        // have fewer names, by its Message-ID only.
        let limit = 6 * Sighting.dailyLimit
        var named = try sightings(named: attempt, since: oldest, limit: limit)
        if let message = sighting.messageID {
            named += try sightings(named: message, since: oldest, limit: limit).filter { !named.contains($0) }
        }
        for id in named {
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

    /// Counts a message of its client's, and says whether it is to be kept. Sessions without a recipient are no messages:
    /// nobody becomes an acquaintance by them, or uses up room that messages have.
    private func hasRoom(for sighting: Sighting) throws(SQLiteError) -> Bool {
        guard sighting.hasRecipient, let ledger = sightingLedger else { return true }
        let before: Int64
        if let known = ledger.count(of: sighting.client) {
            before = known
        } else {
            let row = try statement("SELECT messages FROM sighting_client WHERE day = ?1 AND client = ?2")
            defer { row.reset() }
            try row.bind([.integer(ledger.day), sighting.client.blob])
            before = try row.step() ? row.integer(at: 0) : 0
        }
        sightingLedger?.note(sighting.client, after: before)
        return before < Int64(Sighting.dailyLimit)
    }

    /// Writes how many messages clients have brought since the last time.
    func writeSightingCounts(_ row: inout RowValues) throws(SQLiteError) {
        guard let ledger = sightingLedger, !ledger.unwritten.isEmpty else { return }
        let insertion = try statement(.messagesOfClient)
        for (client, count) in ledger.unwritten {
            row.removeAll()
            row.add(ledger.day)
            row.add(client)
            row.add(count)
            try insertion.run(row)
        }
        sightingLedger?.noteWritten()
    }
}

extension Sighting {
    /// Whether a mail server's name or a Message-ID names it.
    fileprivate var isNamed: Bool { queueID != nil || messageID != nil }
}
