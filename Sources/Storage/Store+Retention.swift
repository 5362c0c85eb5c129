public import SMTP
internal import SQLite

extension Store {
    /// Removes what is older than `retention` allows at `now`, then the oldest of what is too much.
    ///
    /// Returns the number of rows removed; the room they took is given back to the system. O(rows).
    @discardableResult
    public func prune(now: UnixTime, retention: Retention) throws(StoreError) -> Int {
        let day: Int64 = 86_400
        return try attempt { () throws(SQLiteError) in
            // Addresses in clear are to be gone from the file, not only from the tables; hashes may wait for new ones.
            let shown = "SELECT EXISTS (SELECT 1 FROM verdict WHERE shown_client IS NOT NULL)"
            let hasShown = try database.number(shown) > 0
            if hasShown { try database.execute("PRAGMA secure_delete = ON") }
            defer { if hasShown { try? database.execute("PRAGMA secure_delete = OFF") } }
            let removed = try database.transaction { () throws(SQLiteError) in
                var removed = 0
                if hasShown {
                    let oldest = retention.addressDays > 0 ? now.seconds - day * Int64(retention.addressDays) : .max
                    try statement(
                        """
                        UPDATE verdict SET shown_client = NULL, shown_sender = NULL, shown_recipient = NULL
                        WHERE shown_client IS NOT NULL AND time < ?1
                        """
                    ).run(.integer(oldest))
                }
                removed += try delete("verdict WHERE time < ?1", now.seconds - day * Int64(retention.journalDays))
                removed += try delete("lie WHERE last_told < ?1", now.seconds - day * Int64(retention.ledgerDays))
                removed += try delete(
                    "greylist WHERE passed = 0 AND last_seen < ?1", now.seconds - retention.retryWindow)
                removed += try delete("greylist WHERE last_seen < ?1", now.seconds - retention.passLifetime)
                removed += try delete("network WHERE last_seen < ?1", now.seconds - retention.passLifetime)
                removed += try delete("client WHERE last_seen < ?1", now.seconds - retention.clientLifetime)
                removed += try delete("sender_cell WHERE slot < ?1", now.seconds - retention.senderLifetime)
                removed += try keep(
                    "sender_cell", retention.maximumSenderCells, key: "slot, sender, domain", by: "slot")
                removed += try keepJournal(retention.maximumJournalRows)
                removed += try keep("lie", retention.maximumLedgerRows, key: "recipient, network", by: "last_told")
                removed += try keep("greylist", retention.maximumGreylistRows, key: "key", by: "last_seen")
                removed += try keep("network", retention.maximumGreylistRows, key: "key", by: "last_seen")
                removed += try keep("client", retention.maximumClientRows, key: "key", by: "last_seen")
                return removed
            }
            try database.execute("PRAGMA incremental_vacuum")
            return removed
        }
    }

    /// Removes the oldest verdicts beyond `rows`, and some more of them, twice as many as were `added`, while the database
    /// uses more than `bytes`. Called with every batch it keeps both limits. O(log rows + rows removed), as numbers have
    /// few gaps.
    func limitJournal(rows: Int, bytes: Int64, added: Int) throws(StoreError) {
        try attempt { () throws(SQLiteError) in
            _ = try delete("verdict WHERE id <= (SELECT max(id) FROM verdict) - ?1", Int64(clamping: rows))
            guard try usedBytes() > bytes else { return }
            let excess = max(Self.slice, Int64(clamping: added) * 2)
            _ = try delete("verdict WHERE id IN (SELECT id FROM verdict ORDER BY id LIMIT ?1)", excess)
        }
    }

    /// How many rows are removed in one transaction: others wait no longer than that takes, and the log stays small.
    private static let slice: Int64 = 1_000

    /// The bytes of the database that hold something.
    private func usedBytes() throws(SQLiteError) -> Int64 {
        let pages = try database.number("PRAGMA page_count") - database.number("PRAGMA freelist_count")
        return pages * (try database.number("PRAGMA page_size"))
    }

    /// Throws when the write-ahead log has more than `limit` bytes and cannot be folded in, because another process
    /// keeps a transaction open. SQLite itself would let it grow until the disk is full.
    func checkLog(limit: Int) throws(StoreError) {
        let files = DatabaseFiles(path: path)
        guard files.logFileSize > limit else { return }
        try attempt { () throws(SQLiteError) in
            // Whoever keeps the transaction open is not waited for.
            try database.execute("PRAGMA busy_timeout = 0")
            _ = try? database.text("PRAGMA wal_checkpoint(TRUNCATE)")
            try database.execute("PRAGMA busy_timeout = 5000")
        }
        guard files.logFileSize > limit else { return }
        throw StoreError(.busy, path: path, detail: "its log has \(files.logFileSize >> 20) MiB")
    }

    /// Removes up to `slice` verdicts older than `retention` allows; returns whether there may be more of them.
    func pruneJournal(now: UnixTime, retention: Retention, slice: Int = 20_000) throws(StoreError) -> Bool {
        try attempt { () throws(SQLiteError) in
            let oldest = now.seconds - 86_400 * Int64(clamping: retention.journalDays)
            try statement("DELETE FROM verdict WHERE id IN (SELECT id FROM verdict WHERE time < ?1 LIMIT ?2)").run(
                .integer(oldest), .integer(Int64(clamping: slice)))
            return database.changes == slice
        }
    }

    private func keepJournal(_ count: Int) throws(SQLiteError) -> Int {
        try delete("verdict WHERE id <= (SELECT id FROM verdict ORDER BY id DESC LIMIT 1 OFFSET ?1)", Int64(count))
    }

    /// Removes all but the `count` rows with the highest `order`.
    private func keep(_ table: String, _ count: Int, key: String, by order: String) throws(SQLiteError) -> Int {
        let excess = try database.number("SELECT count(*) FROM \(table)") - Int64(max(0, count))
        guard excess > 0 else { return 0 }
        return try delete(
            "\(table) WHERE (\(key)) IN (SELECT \(key) FROM \(table) ORDER BY \(order), \(key) LIMIT ?1)", excess)
    }

    private func delete(_ rows: String, _ value: Int64) throws(SQLiteError) -> Int {
        try statement("DELETE FROM \(rows)").run(.integer(value))
        return database.changes
    }
}
