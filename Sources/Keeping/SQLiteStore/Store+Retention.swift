public import Keeping
public import SMTP
internal import SQLite

extension Store {
    /// Removes what is older than `retention` allows at `now`, then the least worth keeping of what is too much.
    ///
    /// While the clock is not to be believed, which is looked at here, nothing is removed for its age. What lies in the
    /// future is as of now. Returns the number of rows removed; the room they took is given back to the system. O(rows).
    @discardableResult
    public func prune(now: UnixTime, retention: Retention) throws(StoreError) -> Int {
        try attempt { () throws(SQLiteError) in
            // Addresses in clear are to be gone from the file, not only from the tables; hashes may wait for new ones.
            let shown = "SELECT EXISTS (SELECT 1 FROM verdict WHERE shown_client IS NOT NULL)"
            let hasShown = try database.number(shown) > 0
            if hasShown { try database.execute("PRAGMA secure_delete = ON") }
            defer { if hasShown { try? database.execute("PRAGMA secure_delete = OFF") } }
            let removed = try database.transaction { () throws(SQLiteError) in
                var clock = try retentionClock()
                let isBelieved = clock.look(at: now).isBelieved
                try keep(clock)
                var removed = try removeImplausible()
                if isBelieved { try bringToNow(now) }
                if hasShown { try hideAddresses(now, retention, isBelieved: isBelieved) }
                if isBelieved { removed += try removeOld(now, retention) }
                return try removed + removeExcess(now, retention)
            }
            try database.execute("PRAGMA incremental_vacuum")
            return removed
        }
    }

    /// By how much the clock has jumped, if that is seen now for the first time. ``prune(now:retention:)`` remembers it.
    func clockJump(at now: UnixTime) throws(StoreError) -> Int64? {
        try attempt { () throws(SQLiteError) in
            var clock = try retentionClock()
            return clock.look(at: now).jump
        }
    }

    /// Where none are to be shown at all, the clock is not asked.
    private func hideAddresses(_ now: UnixTime, _ retention: Retention, isBelieved: Bool) throws(SQLiteError) {
        guard isBelieved || retention.addressDays <= 0 else { return }
        let oldest = retention.addressDays > 0 ? (now + -Self.seconds(days: retention.addressDays)).seconds : .max
        try statement(
            """
            UPDATE verdict SET shown_client = NULL, shown_sender = NULL, shown_recipient = NULL
            WHERE shown_client IS NOT NULL AND time < ?1
            """
        ).run(.integer(oldest))
    }

    private static func seconds(days: Int) -> Int64 {
        let (seconds, isTooMany) = Int64(clamping: days).multipliedReportingOverflow(by: 86_400)
        return isTooMany ? .max : seconds
    }

    private func removeOld(_ now: UnixTime, _ retention: Retention) throws(SQLiteError) -> Int {
        func before(_ age: Int64) -> Int64 { (now + -max(0, age)).seconds }
        var removed = 0
        removed += try delete("verdict WHERE time < ?1", before(Self.seconds(days: retention.journalDays)))
        removed += try delete("lie WHERE last_told < ?1", before(Self.seconds(days: retention.ledgerDays)))
        removed += try delete("campaign_mail WHERE time < ?1", before(Self.seconds(days: retention.ledgerDays)))
        _ = try delete("campaign_common WHERE time < ?1", before(Self.seconds(days: retention.ledgerDays)))
        removed += try delete("greylist WHERE passed = 0 AND last_seen < ?1", before(retention.retryWindow))
        removed += try delete("greylist WHERE last_seen < ?1", before(retention.passLifetime))
        removed += try delete("network WHERE last_seen < ?1", before(retention.passLifetime))
        removed += try delete("client WHERE count > 0 AND last_seen < ?1", before(retention.clientLifetime))
        removed += try delete("client WHERE count = 0 AND last_seen < ?1", before(retention.revocation))
        removed += try delete("client_network WHERE last_seen < ?1", before(retention.clientLifetime))
        removed += try delete("sender_cell WHERE slot < ?1", before(retention.senderLifetime))
        let sightings = before(Self.seconds(days: retention.sightingDays))
        removed += try delete("sighting WHERE time < ?1", sightings)
        _ = try delete("sighting_client WHERE day < ?1", sightings / 86_400)
        _ = try delete("sighting_name WHERE day < ?1", sightings / 86_400)
        removed += try delete(
            "correspondent WHERE last_seen < ?1", before(Self.seconds(days: retention.correspondentDays)))
        removed += try delete("unread_reply WHERE last_seen < ?1", sightings)
        return removed
    }

    private func removeExcess(_ now: UnixTime, _ retention: Retention) throws(SQLiteError) -> Int {
        var removed = try keep(
            "sender_cell", retention.maximumSenderCells, key: "slot, sender, domain", by: "slot")
        removed += try keepSightings(retention.maximumSightings)
        removed += try keep("correspondent", retention.maximumCorrespondents, key: "key", by: "last_seen")
        removed += try keep("unread_reply", retention.maximumUnreadReplies, key: "text", by: "last_seen")
        removed += try keepJournal(retention.maximumJournalRows)
        // The control group takes no room that lies need.
        removed += try keep(
            "lie", retention.maximumLedgerRows, key: "recipient, network",
            by: "undone_at IS NOT NULL, spared = 0, last_told")
        removed += try keep("campaign_mail", retention.maximumCampaignMails, key: "id", by: "time")
        _ = try keep("campaign_common", retention.maximumCommonTemplates, key: "template", by: "time")
        _ = try keep("campaign_alias", retention.maximumJoinedCampaigns, key: "campaign", by: "campaign")
        _ = try delete("campaign_alias WHERE root NOT IN (SELECT campaign FROM campaign_mail)")
        removed += try keep("greylist", retention.maximumGreylistRows, key: "key", by: "passed, last_seen")
        let allowed = "count >= \(max(1, retention.automaticAllowCount))"
        removed += try keep("network", retention.maximumNetworkRows, key: "key", by: "\(allowed), last_seen")
        let good =
            "count >= \(max(2, retention.goodMessages)) AND last_seen - first_seen >= \(retention.goodAge)"
        removed += try keep("client", retention.maximumClientRows, key: "key", by: "(\(good)), last_seen")
        removed += try keep(
            "client_network", retention.maximumClientRows, key: "key",
            by: "(first_seen <= \((now + -86_400).seconds)), last_seen")
        return removed
    }

    /// Removes rows with times that no clock shows and counts that nobody counts, which are never read either.
    private func removeImplausible() throws(SQLiteError) -> Int {
        let times = "BETWEEN \(Self.plausibleTimes.lowerBound) AND \(Self.plausibleTimes.upperBound)"
        var removed = try delete("verdict WHERE time NOT \(times)")
        removed += try delete("lie WHERE time NOT \(times) OR last_told NOT \(times)")
        removed += try delete("greylist WHERE first_seen NOT \(times) OR last_seen NOT \(times)")
        for table in ["network", "client", "client_network"] {
            removed += try delete(
                "\(table) WHERE first_seen NOT \(times) OR last_seen NOT \(times) OR revoked_at NOT \(times) OR count < 0"
            )
        }
        removed += try delete("sender_cell WHERE slot NOT \(times) OR mails < 0")
        removed += try delete("sighting WHERE time NOT \(times)")
        removed += try delete("campaign_mail WHERE time NOT \(times)")
        _ = try delete("campaign_common WHERE time NOT \(times)")
        removed += try delete("correspondent WHERE last_seen NOT \(times)")
        return removed
    }

    /// What a wrong clock has dated later than it is would else be kept for years.
    private func bringToNow(_ now: UnixTime) throws(SQLiteError) {
        let columns: [(table: String, column: String)] = [
            ("verdict", "time"), ("lie", "time"), ("lie", "last_told"), ("greylist", "first_seen"),
            ("greylist", "last_seen"), ("network", "first_seen"), ("network", "last_seen"), ("client", "first_seen"),
            ("client", "last_seen"), ("client", "revoked_at"), ("client_network", "first_seen"),
            ("client_network", "last_seen"), ("sighting", "time"), ("campaign_mail", "time"),
            ("campaign_common", "time"),
            ("correspondent", "last_seen"),
            ("unread_reply", "last_seen"),
        ]
        for (table, column) in columns {
            try statement("UPDATE \(table) SET \(column) = ?1 WHERE \(column) > ?1").run(.integer(now.seconds))
        }
        // Cells are counted by slot, and what is counted in the future cannot be moved without counting it twice.
        _ = try delete("sender_cell WHERE slot > ?1", (now + RetentionClock.tolerance).seconds)
    }

    private func retentionClock() throws(SQLiteError) -> RetentionClock {
        func time(_ name: String) throws(SQLiteError) -> UnixTime? {
            let row = try statement("SELECT value FROM meta WHERE key = ?1")
            defer { row.reset() }
            try row.bind(name, at: 1)
            guard try row.step(), let seconds = Int64(row.text(at: 0)), Self.plausibleTimes.contains(seconds) else {
                return nil
            }
            return UnixTime(seconds: seconds)
        }
        return RetentionClock(believed: try time("retention.believed"), suspected: try time("retention.suspected"))
    }

    private func keep(_ clock: RetentionClock) throws(SQLiteError) {
        for (name, time) in [("retention.believed", clock.believed), ("retention.suspected", clock.suspected)] {
            guard let time else {
                try statement("DELETE FROM meta WHERE key = ?1").run(.text(name))
                continue
            }
            try statement(
                "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
            ).run(.text(name), .text(String(time.seconds)))
        }
    }

    /// Removes the oldest verdicts beyond `rows`, and some more of them, twice as many as were `added`, while the database
    /// uses more than `bytes`. Called with every batch it keeps both limits. O(log rows + rows removed), as numbers have
    /// few gaps.
    func limitJournal(rows: Int, bytes: Int64, added: Int) throws(StoreError) {
        try attempt { () throws(SQLiteError) in
            try statement(.oldestVerdictsGone).run(.integer(Int64(clamping: rows)))
            guard try usedBytes() > bytes else { return }
            let excess = max(Self.slice, Int64(clamping: added) * 2)
            _ = try delete("verdict WHERE id IN (SELECT id FROM verdict ORDER BY id LIMIT ?1)", excess)
        }
    }

    /// How many rows are removed in one transaction: others wait no longer than that takes, and the log stays small.
    private static let slice: Int64 = 1_000

    /// The bytes of the database that hold something.
    private func usedBytes() throws(SQLiteError) -> Int64 {
        let pages = try number(.pageCount) - number(.freePageCount)
        return try pages * number(.pageSize)
    }

    private func number(_ question: FrequentStatement) throws(SQLiteError) -> Int64 {
        let row = try statement(question)
        defer { row.reset() }
        return try row.step() ? row.integer(at: 0) : 0
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
            var clock = try retentionClock()
            guard clock.look(at: now).isBelieved else { return false }
            let oldest = (now + -Self.seconds(days: retention.journalDays)).seconds
            try statement("DELETE FROM verdict WHERE id IN (SELECT id FROM verdict WHERE time < ?1 LIMIT ?2)").run(
                .integer(oldest), .integer(Int64(clamping: slice)))
            return database.changes == slice
        }
    }

    private func keepJournal(_ count: Int) throws(SQLiteError) -> Int {
        try delete("verdict WHERE id <= (SELECT id FROM verdict ORDER BY id DESC LIMIT 1 OFFSET ?1)", Int64(count))
    }

    func delete(_ rows: String) throws(SQLiteError) -> Int {
        try statement("DELETE FROM \(rows)").run()
        return database.changes
    }

    /// Removes all but the `count` rows with the highest `order`.
    private func keep(_ table: String, _ count: Int, key: String, by order: String) throws(SQLiteError) -> Int {
        let excess = try database.number("SELECT count(*) FROM \(table)") - Int64(max(0, count))
        guard excess > 0 else { return 0 }
        return try delete(
            "\(table) WHERE (\(key)) IN (SELECT \(key) FROM \(table) ORDER BY \(order), \(key) LIMIT ?1)", excess)
    }

    func delete(_ rows: String, _ value: Int64) throws(SQLiteError) -> Int {
        try statement("DELETE FROM \(rows)").run(.integer(value))
        return database.changes
    }
}
