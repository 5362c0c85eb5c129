public import Keeping
internal import SMTP
internal import SQLite

extension Store {
    /// Removes every hash and pseudonym that was made under the present key: the greylist, client histories and the
    /// sender matrix altogether; verdicts and lies stay and can no longer be looked up by address. All or nothing; what is
    /// removed is overwritten in the file. O(rows).
    ///
    /// - Throws: `StoreError` with code `busy` while another process, such as a running argotd, has the database open.
    public func forgetHashes() throws(StoreError) -> KeyRotationReport {
        try attempt { () throws(SQLiteError) in
            // Without its log a database has one user at most: SQLite refuses to leave the log while there is another.
            guard try database.text("PRAGMA journal_mode = DELETE") == "delete" else {
                throw SQLiteError(extendedCode: 5, message: "the database is in use", path: path)
            }
            try database.execute("PRAGMA secure_delete = ON")
            let report = try database.transaction { () throws(SQLiteError) in
                var report = KeyRotationReport()
                for table in try tablesOfHashes() {
                    let count = try removeAll(table)
                    switch table {
                    case "greylist": report.removed.attempts += count
                    case "network": report.removed.networks += count
                    case "sender_cell": report.removed.senderCells += count
                    case "sighting": report.removed.sightings += count
                    case "campaign_mail": report.removed.campaignMails += count
                    case "correspondent": report.removed.correspondents += count
                    case "sighting_name", "sighting_judgement", "sighting_client", "campaign_alias",
                        "campaign_common":
                        break
                    default: report.removed.clients += count
                    }
                }
                try database.execute("UPDATE verdict SET client = NULL, sender = NULL, recipient = NULL")
                report.verdicts = database.changes
                try database.execute("UPDATE lie SET recipient = randomblob(16), network = randomblob(16)")
                report.lies = database.changes
                return report
            }
            try database.execute("PRAGMA secure_delete = OFF; PRAGMA incremental_vacuum")
            _ = try database.text("PRAGMA journal_mode = WAL")
            return report
        }
    }

    /// All tables but those that are known to make sense without the key: a table that is added later is forgotten too.
    private func tablesOfHashes() throws(SQLiteError) -> [String] {
        let row = try database.prepare(
            """
            SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite@_%' ESCAPE '@'
                AND name NOT IN ('meta', 'verdict', 'lie', 'sender_label', 'sender_import',
                    'unread_reply')
            """)
        var names: [String] = []
        while try row.step() { names.append(row.text(at: 0)) }
        return names
    }

    private func removeAll(_ table: String) throws(SQLiteError) -> Int {
        // Without a condition SQLite empties a table at once and counts nothing.
        let count = Int(try database.number("SELECT count(*) FROM \(table)"))
        try database.execute("DELETE FROM \(table)")
        return count
    }
}
