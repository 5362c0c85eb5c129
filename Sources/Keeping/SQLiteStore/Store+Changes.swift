import Memory
public import Keeping
internal import KeyedHashing
internal import Policy
internal import SMTP
internal import SQLite

extension Store {
    /// Writes `changes`: all of them, or none when it throws. What is remembered is written in the order of its keys, and of a
    /// key only the last state: pages are visited once, however many changes there are. O(changes × log rows).
    public func apply(_ changes: [StoreChange]) throws(StoreError) {
        guard let hashingKey else {
            throw StoreError(.readOnly, path: path, detail: "the store was not opened for the daemon")
        }
        guard !changes.isEmpty else { return }
        try attempt { () throws(SQLiteError) in
            do throws(SQLiteError) {
                try database.transaction { () throws(SQLiteError) in
                    var (remembered, row) = (RememberedChanges(), RowValues())
                    for change in changes { try apply(change, hashingKey: hashingKey, &remembered, &row) }
                    for change in remembered.lastOfEachKey { try apply(change, &row) }
                    try writeSightingCounts(&row)
                }
            } catch {
                // What was noted of them has not happened.
                sightingLedger = nil
                throw error
            }
        }
    }

    private func apply(
        _ change: StoreChange, hashingKey: HashingKey, _ remembered: inout RememberedChanges, _ row: inout RowValues
    ) throws(SQLiteError) {
        switch change {
        case .memory(let change): if !remembered.append(change) { try apply(change, &row) }
        case .verdict(let record, let showsAddresses):
            try insert(record, showsAddresses: showsAddresses, hashingKey: hashingKey, &row)
        case .senderCells(let cells): for cell in cells { try insert(cell) }
        case .sighting(let sighting): try insert(sighting, &row)
        case .campaignMail(let mail): try insert(mail)
        case .commonTemplate(let template, let time):
            try statement("INSERT OR REPLACE INTO campaign_common VALUES (?1, ?2)").run(
                .bits(template), .integer(time.seconds))
        case .campaignsJoined(let campaign, let root): try join(campaign, into: root)
        case .correspondent(let key, let time):
            try statement(.correspondent).run(key.blob, .integer(time.seconds))
        case .judged(let name, let judgement): _ = try add(judgement, to: name)
        case .heard(let changes, let place):
            for change in changes { try apply(change, hashingKey: hashingKey, &remembered, &row) }
            try statement(
                """
                INSERT INTO meta VALUES ('heard.place', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value
                """
            ).run(.text(place))
        case .unreadReply(let text, let time):
            try statement(
                """
                INSERT INTO unread_reply VALUES (?1, 1, ?2) ON CONFLICT (text) DO UPDATE
                SET count = min(count + 1, \(UInt32.max)), last_seen = max(last_seen, excluded.last_seen)
                """
            ).run(.text(text), .integer(time.seconds))
        }
    }

    private func apply(_ change: MemoryChange, _ row: inout RowValues) throws(SQLiteError) {
        switch change {
        case .greylist(let key, let entry):
            row.removeAll()
            row.add(key)
            row.add(entry.firstSeen.seconds)
            row.add(entry.lastSeen.seconds)
            row.add(entry.hasPassed ? 1 : 0)
            row.add(entry.place)
            try statement(.greylist).run(row)
        case .network(let key, let record): try upsert(key, record, by: .network, &row)
        case .client(let key, let record): try upsert(key, record, by: .client, &row)
        case .clientNetwork(let key, let record): try upsert(key, record, by: .clientNetwork, &row)
        case .greylistRemoved(let key): try statement(.greylistRemoved).run(key.blob)
        case .networkRemoved(let key): try statement(.networkRemoved).run(key.blob)
        case .clientRemoved(let key): try statement(.clientRemoved).run(key.blob)
        case .clientNetworkRemoved(let key): try statement(.clientNetworkRemoved).run(key.blob)
        case .lie(let record): try insert(record)
        case .lieHeard(let record): try merge(record)
        }
    }

    private func upsert(
        _ key: KeyedHash, _ record: ClientRecord, by upsert: FrequentStatement, _ row: inout RowValues
    ) throws(SQLiteError) {
        row.removeAll()
        row.add(key)
        row.add(record.firstSeen.seconds)
        row.add(record.lastSeen.seconds)
        row.add(Int64(record.count))
        if let time = record.revokedAt { row.add(time.seconds) } else { row.addNull() }
        row.add(record.place)
        try statement(upsert).run(row)
    }

    /// A lie told again is counted when its time is later, so that writing a change twice counts it once. One that was
    /// spared before begins when it is told; one that was told is not spared any more.
    private func insert(_ record: LieRecord) throws(SQLiteError) {
        if record.isTold {
            try statement("DELETE FROM lie WHERE recipient = ?1 AND network = ?2 AND spared <> 0")
                .run(record.key.recipient.blob, record.key.network.blob)
        }
        try statement(
            """
            INSERT INTO lie (recipient, network, time, recipient_shown, dialect, reasons, session, times_told,
                last_told, undone_at, spared)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (recipient, network) DO UPDATE
            SET times_told = min(times_told + (excluded.last_told > last_told), \(UInt32.max)),
                last_told = max(last_told, excluded.last_told)
            WHERE spared = excluded.spared
            """
        ).run(Self.values(record))
    }
}

extension RowValues {
    /// Adds a place's three columns; 0 is none.
    fileprivate mutating func add(_ place: NetworkPlace?) {
        let place = place ?? NetworkPlace()
        for part in [place.network, place.block, place.allocation] { add(Int64(bitPattern: part)) }
    }
}
