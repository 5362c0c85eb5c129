import Memory
public import Keeping
internal import Policy
internal import SMTP
internal import SQLite

extension Store {
    /// Removes what `scope` names, all or nothing, and overwrites the room it took, in the log too. O(rows).
    @discardableResult
    public func purge(_ scope: PurgeScope) throws(StoreError) -> PurgeReport {
        try attempt { () throws(SQLiteError) in
            // What is removed is to be gone from the file, not only from the tables.
            try database.execute("PRAGMA secure_delete = ON")
            sightingLedger = nil
            let report = try database.transaction { () throws(SQLiteError) in try remove(scope) }
            try database.execute("PRAGMA secure_delete = OFF; PRAGMA incremental_vacuum")
            // A reader may keep the log busy; it is folded in and cut then when that one has ended.
            _ = try? database.text("PRAGMA wal_checkpoint(TRUNCATE)")
            return report
        }
    }

    private func remove(_ scope: PurgeScope) throws(SQLiteError) -> PurgeReport {
        var report = PurgeReport()
        switch scope {
        case .olderThan(let time):
            let time = SQLiteValue.integer(time.seconds)
            report.verdicts = try remove("verdict WHERE time < ?1", time)
            report.lies = try remove("lie WHERE last_told < ?1", time)
            report.attempts = try remove("greylist WHERE last_seen < ?1", time)
            report.networks = try remove("network WHERE last_seen < ?1", time)
            report.clients = try remove("client WHERE last_seen < ?1", time)
            report.networks += try remove("client_network WHERE last_seen < ?1", time)
            report.senderCells = try remove("sender_cell WHERE slot < ?1", time)
            report.sightings = try remove("sighting WHERE time < ?1", time)
            report.correspondents = try remove("correspondent WHERE last_seen < ?1", time)
            _ = try remove("unread_reply WHERE last_seen < ?1", time)
        case .client(let client, let network, let sender):
            report.verdicts = try remove("verdict WHERE client = ?1", client.client.blob)
            report.lies = try remove("lie WHERE network = ?1", network.blob)
            report.networks = try remove("network WHERE key = ?1", network.blob)
            report.clients = try remove("client WHERE key = ?1", client.client.blob)
            report.networks += try remove("client_network WHERE key = ?1", client.network.blob)
            report.senderCells = try remove("sender_cell WHERE sender = ?1", .bits(sender))
            report.sightings = try remove("sighting WHERE client = ?1", client.client.blob)
            _ = try remove("sighting_client WHERE client = ?1", client.client.blob)
        case .sender(let sender):
            report.verdicts = try remove("verdict WHERE sender = ?1", sender.blob)
            report.correspondents = try remove("correspondent WHERE key = ?1", sender.blob)
        case .recipient(let recipient):
            report.verdicts = try remove("verdict WHERE recipient = ?1", recipient.blob)
            report.lies = try remove("lie WHERE recipient = ?1", recipient.blob)
        case .greylist:
            report.attempts = try remove("greylist")
            report.networks = try remove("network")
        case .everything(let labels):
            report.verdicts = try remove("verdict")
            report.lies = try remove("lie")
            report.attempts = try remove("greylist")
            report.networks = try remove("network")
            report.clients = try remove("client")
            report.networks += try remove("client_network")
            report.senderCells = try remove("sender_cell")
            report.sightings = try remove("sighting")
            report.correspondents = try remove("correspondent")
            _ = try remove("sighting_client")
            _ = try remove("unread_reply")
            if labels {
                report.senderLabels = try remove("sender_label")
                report.senderLabels += try remove("sender_import")
            }
        }
        if report.sightings > 0 { try removeUnusedNames() }
        if report.senderCells > 0 || report.senderLabels > 0 { try noteLabels() }
        return report
    }

    private func remove(_ rows: String, _ values: SQLiteValue...) throws(SQLiteError) -> Int {
        let statement = try database.prepare("DELETE FROM \(rows)")
        try statement.bind(values)
        while try statement.step() {}
        return database.changes
    }
}
