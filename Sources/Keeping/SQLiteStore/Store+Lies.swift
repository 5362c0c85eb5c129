public import Keeping
public import Memory
import Policy
public import SMTP
internal import SQLite

extension Store {
    /// The lies last told or spared at `since` or later, the last first, at most `limit`. O(rows in the ledger).
    public func lies(since: UnixTime?, limit: Int) throws(StoreError) -> [LieRecord] {
        try rows(
            """
            SELECT recipient, network, time, recipient_shown, dialect, reasons, session, times_told, last_told,
                undone_at, spared
            FROM lie WHERE last_told >= ?1 ORDER BY last_told DESC, recipient, network LIMIT ?2
            """, [.integer(since?.seconds ?? .min), .integer(Int64(max(0, limit)))], read: Self.lieRecord)
    }

    /// Marks a lie as undone at `time`; an earlier undoing keeps its time.
    ///
    /// Returns whether the ledger holds such a lie, told and not spared. A running daemon notices: see ``undoneLiesIfChanged()``.
    @discardableResult
    public func undoLie(_ key: LieKey, at time: UnixTime) throws(StoreError) -> Bool {
        try attempt { () throws(SQLiteError) in
            try statement(
                "UPDATE lie SET undone_at = coalesce(undone_at, ?3) WHERE recipient = ?1 AND network = ?2 "
                    + "AND spared = 0"
            ).run(key.recipient.blob, key.network.blob, .integer(time.seconds))
            return database.changes > 0
        }
    }

    /// Takes in what another server knows of a lie, by the laws of ``Memory/Mergeable``.
    func merge(_ heard: LieRecord) throws(SQLiteError) {
        let known = try statement(
            """
            SELECT recipient, network, time, recipient_shown, dialect, reasons, session, times_told, last_told,
                undone_at, spared
            FROM lie WHERE recipient = ?1 AND network = ?2
            """)
        try known.bind([heard.key.recipient.blob, heard.key.network.blob])
        let record = try known.step() ? Self.lieRecord(known) : nil
        known.reset()
        let merged = record?.merged(heard) ?? heard
        guard merged != record else { return }
        try statement(
            """
            INSERT OR REPLACE INTO lie (recipient, network, time, recipient_shown, dialect, reasons, session,
                times_told, last_told, undone_at, spared)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """
        ).run(Self.values(merged))
    }

    /// All columns of a lie, in the order of the statements.
    static func values(_ record: LieRecord) -> [SQLiteValue] {
        [
            record.key.recipient.blob, record.key.network.blob, .integer(record.time.seconds),
            .text(record.recipientShown), .text(record.dialect), .text(record.reasons.joinedLines),
            .text(record.session), .integer(Int64(record.timesTold)), .integer(record.lastTold.seconds),
            record.undoneAt.map { .integer($0.seconds) } ?? .null, .integer(record.isTold ? 0 : 1),
        ]
    }

    private static func lieRecord(_ row: Statement) -> LieRecord? {
        guard let key = lieKey(row) else { return nil }
        var record = LieRecord(
            time: UnixTime(seconds: row.integer("time")), key: key, recipientShown: row.text("recipient_shown"),
            dialect: row.text("dialect"), reasons: [String](joinedLines: row.text("reasons")),
            session: row.text("session"), arm: row.integer("spared") == 0 ? .told : .spared)
        record.timesTold = Int(row.integer("times_told"))
        record.lastTold = UnixTime(seconds: row.integer("last_told"))
        record.undoneAt = row.isNull("undone_at") ? nil : UnixTime(seconds: row.integer("undone_at"))
        return record
    }
}
