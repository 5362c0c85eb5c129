public import Keeping
public import Memory
import Policy
internal import SMTP
internal import SQLite

extension Store {
    /// What came of the lies, by the dialect that they were told to: a campaign is all that one dialect sends. Undone lies
    /// count for nothing. Reaches as far back as the journal does. O(rows of the journal).
    ///
    /// What came in the session of the lie itself was asked before the client could have learned from it.
    public func feedback() throws(StoreError) -> [FeedbackEffect] {
        var effects: [FeedbackEffect] = try rows(
            """
            SELECT dialect, min(time), max(time) FROM verdict
            WHERE dialect IN (SELECT dialect FROM lie WHERE dialect <> '' AND undone_at IS NULL)
            GROUP BY dialect ORDER BY dialect
            """, [],
            read: { row in
                FeedbackEffect(
                    campaign: row.text(at: 0), firstSeen: UnixTime(seconds: row.integer(at: 1)),
                    lastSeen: UnixTime(seconds: row.integer(at: 2)))
            })
        let recipients: [(dialect: String, lied: UnixTime, asked: Int, since: Int)] = try rows(
            """
            WITH told AS (
                SELECT dialect, recipient, min(time) AS time, session FROM lie
                WHERE dialect <> '' AND undone_at IS NULL GROUP BY dialect, recipient
            ), asked AS (
                SELECT told.dialect, told.recipient, sum(verdict.time < told.time) AS before,
                    sum(verdict.time >= told.time) AS since
                FROM verdict CROSS JOIN told ON told.dialect = verdict.dialect AND told.recipient = verdict.recipient
                WHERE verdict.session <> told.session GROUP BY told.dialect, told.recipient
            )
            SELECT told.dialect, told.time, coalesce(asked.before, 0), coalesce(asked.since, 0)
            FROM told LEFT JOIN asked ON asked.dialect = told.dialect AND asked.recipient = told.recipient
            ORDER BY told.dialect, told.time, told.recipient
            """, [],
            read: { row in
                (
                    row.text(at: 0), UnixTime(seconds: row.integer(at: 1)), Int(row.integer(at: 2)),
                    Int(row.integer(at: 3))
                )
            })
        for recipient in recipients {
            guard let index = effects.firstIndex(where: { $0.campaign == recipient.dialect }) else { continue }
            effects[index].add(liedAt: recipient.lied, asked: recipient.asked, askedSince: recipient.since)
        }
        return effects
    }
}
