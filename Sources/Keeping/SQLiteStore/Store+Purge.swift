public import Keeping
public import Memory
internal import Policy
public import SMTP
internal import SQLite

extension Store {
    /// Removes what `scope` names and was last seen up to a time, all or nothing, and overwrites the room it took, in the log
    /// too. O(rows).
    @discardableResult
    public func purge(_ scope: PurgeScope, lastSeenUpTo time: UnixTime) throws(StoreError) -> PurgeReport {
        try attempt { () throws(SQLiteError) in
            // What is removed is to be gone from the file, not only from the tables.
            try database.execute("PRAGMA secure_delete = ON")
            sightingLedger = nil
            let report = try database.transaction { () throws(SQLiteError) in try remove(scope, upTo: time) }
            try database.execute("PRAGMA secure_delete = OFF; PRAGMA incremental_vacuum")
            // A reader may keep the log busy; it is folded in and cut then when that one has ended.
            _ = try? database.text("PRAGMA wal_checkpoint(TRUNCATE)")
            return report
        }
    }

    private func remove(_ scope: PurgeScope, upTo time: UnixTime) throws(SQLiteError) -> PurgeReport {
        var report = PurgeReport()
        let end = SQLiteValue.integer(time.seconds)
        switch scope {
        case .olderThan(let limit): report = try remove(upTo: .integer(min(limit + -1, time).seconds))
        case .client(let client, let network, let sender):
            let (key, networkKey) = (client.client.blob, network.blob)
            report.verdicts = try remove("verdict WHERE client = ?1 AND time <= ?2", key, end)
            report.lies = try remove("lie WHERE network = ?1 AND last_told <= ?2", networkKey, end)
            report.networks = try remove("network WHERE key = ?1 AND last_seen <= ?2", networkKey, end)
            report.clients = try remove("client WHERE key = ?1 AND last_seen <= ?2", key, end)
            report.networks += try remove(
                "client_network WHERE key = ?1 AND last_seen <= ?2", client.network.blob, end)
            report.senderCells = try remove("sender_cell WHERE sender = ?1 AND slot <= ?2", .bits(sender), end)
            report.sightings = try remove("sighting WHERE client = ?1 AND time <= ?2", key, end)
            report.campaignMails = try remove("campaign_mail WHERE network = ?1 AND time <= ?2", networkKey, end)
            _ = try remove("sighting_client WHERE client = ?1", key)
        case .sender(let sender):
            report.verdicts = try remove("verdict WHERE sender = ?1 AND time <= ?2", sender.blob, end)
            report.correspondents = try remove("correspondent WHERE key = ?1 AND last_seen <= ?2", sender.blob, end)
        case .recipient(let recipient):
            report.verdicts = try remove("verdict WHERE recipient = ?1 AND time <= ?2", recipient.blob, end)
            report.lies = try remove("lie WHERE recipient = ?1 AND last_told <= ?2", recipient.blob, end)
            report.campaignMails = try remove(
                "campaign_mail WHERE recipient = ?1 AND time <= ?2", recipient.blob, end)
        case .greylist:
            report.attempts = try remove("greylist WHERE last_seen <= ?1", end)
            report.networks = try remove("network WHERE last_seen <= ?1", end)
        case .everything(let labels):
            report = try remove(upTo: end)
            _ = try remove("sighting_client")
            if labels {
                report.senderLabels = try remove("sender_label")
                report.senderLabels += try remove("sender_import")
            }
        }
        if report.sightings > 0 { try removeUnusedNames() }
        if report.senderCells > 0 || report.senderLabels > 0 { try noteLabels() }
        return report
    }

    /// Removes all that was last seen up to a time.
    private func remove(upTo time: SQLiteValue) throws(SQLiteError) -> PurgeReport {
        var report = PurgeReport()
        report.verdicts = try remove("verdict WHERE time <= ?1", time)
        report.lies = try remove("lie WHERE last_told <= ?1", time)
        report.attempts = try remove("greylist WHERE last_seen <= ?1", time)
        report.networks = try remove("network WHERE last_seen <= ?1", time)
        report.clients = try remove("client WHERE last_seen <= ?1", time)
        report.networks += try remove("client_network WHERE last_seen <= ?1", time)
        report.senderCells = try remove("sender_cell WHERE slot <= ?1", time)
        report.sightings = try remove("sighting WHERE time <= ?1", time)
        report.campaignMails = try remove("campaign_mail WHERE time <= ?1", time)
        _ = try remove("campaign_common WHERE time <= ?1", time)
        try database.execute("DELETE FROM campaign_alias WHERE root NOT IN (SELECT campaign FROM campaign_mail)")
        report.correspondents = try remove("correspondent WHERE last_seen <= ?1", time)
        _ = try remove("unread_reply WHERE last_seen <= ?1", time)
        return report
    }

    private func remove(_ rows: String, _ values: SQLiteValue...) throws(SQLiteError) -> Int {
        let statement = try database.prepare("DELETE FROM \(rows)")
        try statement.bind(values)
        while try statement.step() {}
        return database.changes
    }
}
