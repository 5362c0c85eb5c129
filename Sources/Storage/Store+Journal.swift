internal import Policy
internal import SMTP
internal import SQLite

extension Store {
    /// The verdicts that `query` asks for, newest first.
    ///
    /// Fast by session, queue id, client, recipient or time.
    public func verdicts(matching query: JournalQuery) throws(StoreError) -> [JournalEntry] {
        var conditions: [String] = []
        var values: [SQLiteValue] = []
        func require(_ column: String, _ comparison: String, _ value: SQLiteValue) {
            values.append(value)
            conditions.append("\(column) \(comparison) ?\(values.count)")
        }
        if let session = query.session { require("session", "=", .text(session)) }
        if let queueID = query.queueID, queueID.isEmpty { return [] }
        if let queueID = query.queueID {
            conditions.append("queue_id <> ''")
            require("queue_id", "=", .text(queueID))
        }
        if let client = query.client { require("client", "=", client.blob) }
        if let recipient = query.recipient { require("recipient", "=", recipient.blob) }
        if let since = query.since { require("time", ">=", .integer(since.seconds)) }
        values.append(.integer(Int64(max(0, query.limit))))
        let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return try rows(
            """
            SELECT id, time, session, client, sender, recipient, recipient_domain, verdict, applied, reasons,
                dialect, dialect_state, queue_id, mode, reply_code, sender_score, shown_client, shown_sender,
                shown_recipient
            FROM verdict \(condition) ORDER BY id DESC LIMIT ?\(values.count)
            """, values, read: Self.journalEntry)
    }

    private static func journalEntry(_ row: Statement) -> JournalEntry? {
        guard let verdict = Verdict(rawValue: row.text(at: 7)), let applied = Verdict(rawValue: row.text(at: 8)),
            let mode = EnforcementMode(rawValue: row.text(at: 13))
        else { return nil }
        return JournalEntry(
            id: row.integer(at: 0), time: UnixTime(seconds: row.integer(at: 1)), session: row.text(at: 2),
            client: KeyedHash(row, at: 3), sender: KeyedHash(row, at: 4), recipient: KeyedHash(row, at: 5),
            recipientDomain: row.text(at: 6), verdict: verdict, applied: applied,
            reasons: [String](joinedLines: row.text(at: 9)), dialect: row.text(at: 10),
            dialectState: row.text(at: 11), queueID: row.text(at: 12), mode: mode,
            replyCode: row.isNull(at: 14) ? nil : Int(row.integer(at: 14)), senderScore: row.text(at: 15),
            shown: row.isNull(at: 16)
                ? nil : ShownAddresses(client: row.text(at: 16), sender: row.text(at: 17), recipient: row.text(at: 18)))
    }
}
