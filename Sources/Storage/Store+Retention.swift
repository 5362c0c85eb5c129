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

    /// Removes all but the newest `count` verdicts. O(log rows + rows removed), as numbers have few gaps.
    func trimJournal(to count: Int) throws(StoreError) {
        try attempt { () throws(SQLiteError) in
            _ = try delete("verdict WHERE id <= (SELECT max(id) FROM verdict) - ?1", Int64(count))
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
