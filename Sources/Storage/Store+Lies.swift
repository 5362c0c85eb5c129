public import SMTP
internal import SQLite

extension Store {
    /// The lies last told at `since` or later, the last told first, at most `limit`. O(rows in the ledger).
    public func lies(since: UnixTime? = nil, limit: Int = 100) throws(StoreError) -> [LieRecord] {
        try rows(
            """
            SELECT recipient, network, time, recipient_shown, dialect, reasons, session, times_told, last_told,
                undone_at
            FROM lie WHERE last_told >= ?1 ORDER BY last_told DESC, recipient, network LIMIT ?2
            """, [.integer(since?.seconds ?? .min), .integer(Int64(max(0, limit)))], read: Self.lieRecord)
    }

    /// Marks the lie about `recipient` to `network` as undone at `time`; an earlier undoing keeps its time.
    ///
    /// Returns whether the ledger holds such a lie. A running daemon notices: see ``undoneLiesIfChanged()``.
    @discardableResult
    public func undoLie(recipient: KeyedHash, network: KeyedHash, at time: UnixTime) throws(StoreError) -> Bool {
        try attempt { () throws(SQLiteError) in
            try statement(
                "UPDATE lie SET undone_at = coalesce(undone_at, ?3) WHERE recipient = ?1 AND network = ?2"
            ).run(recipient.blob, network.blob, .integer(time.seconds))
            return database.changes > 0
        }
    }

    private static func lieRecord(_ row: Statement) -> LieRecord? {
        guard let key = lieKey(row) else { return nil }
        var record = LieRecord(
            time: UnixTime(seconds: row.integer(at: 2)), key: key, recipientShown: row.text(at: 3),
            dialect: row.text(at: 4), reasons: [String](joinedLines: row.text(at: 5)), session: row.text(at: 6))
        record.timesTold = Int(row.integer(at: 7))
        record.lastTold = UnixTime(seconds: row.integer(at: 8))
        record.undoneAt = row.isNull(at: 9) ? nil : UnixTime(seconds: row.integer(at: 9))
        return record
    }
}
