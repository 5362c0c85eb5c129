public import Keeping
public import SMTP
internal import Policy
internal import SQLite

extension Store {
    /// What the verdicts since `since` say of enforcing; "lately" is from `lately` on. O(verdicts since then).
    ///
    /// - Parameter senders: from how many senders on a client counts as one that hands on mail of others.
    public func outlook(since: UnixTime, lately: UnixTime, senders: Int) throws(StoreError) -> EnforcingOutlook {
        var outlook = EnforcingOutlook()
        let begin = SQLiteValue.integer(since.seconds)
        let recent = SQLiteValue.integer(lately.seconds)
        for (first, last, days, clients) in try rows(
            """
            SELECT min(time), max(time), count(DISTINCT time / 86400), count(DISTINCT client) FROM verdict
            WHERE time >= ?1
            """, [begin],
            read: { row in
                row.isNull(at: 0)
                    ? nil
                    : (row.integer(at: 0), row.integer(at: 1), Int(row.integer(at: 2)), Int(row.integer(at: 3)))
            })
        {
            outlook.first = UnixTime(seconds: first)
            outlook.last = UnixTime(seconds: last)
            outlook.days = days
            outlook.clients = clients
        }
        outlook.clean = try number("SELECT count(*) FROM client WHERE count > 0", [])
        outlook.cleanLately = try number("SELECT count(*) FROM client WHERE count > 0 AND last_seen >= ?1", [recent])
        outlook.cleanRefused = try number(
            """
            SELECT count(DISTINCT verdict.client) FROM verdict JOIN client ON client.key = verdict.client
            WHERE verdict.time >= ?1 AND verdict.verdict <> 'accept' AND client.count > 0
                AND client.first_seen < verdict.time
            """, [recent])
        outlook.ownName = try number(
            """
            SELECT count(DISTINCT client) FROM verdict
            WHERE time >= ?1 AND verdict <> 'accept' AND \(Reason.signal(.heloIsOurs).condition)
            """, [begin])
        outlook.neverBack = try number(
            """
            SELECT count(*) FROM (
                SELECT client FROM verdict WHERE time >= ?1 AND client IS NOT NULL GROUP BY client
                HAVING count(DISTINCT CASE WHEN verdict <> 'accept' THEN time / 86400 END) > 1
                    AND sum(\(Reason.standing(.passed).condition)) = 0
                    AND sum(\(Reason.isHostile) OR \(Reason.signal(.denied).condition)) = 0
            )
            """, [begin])
        outlook.relays = try number(
            """
            SELECT count(*) FROM (
                SELECT verdict.client FROM verdict JOIN client ON client.key = verdict.client
                WHERE verdict.time >= ?1 AND client.count > 0 GROUP BY verdict.client
                HAVING count(DISTINCT verdict.sender) >= ?2 AND sum(verdict.verdict <> 'accept') > 0
            )
            """, [begin, .integer(Int64(senders))])
        return outlook
    }

    private func number(_ query: String, _ values: [SQLiteValue]) throws(StoreError) -> Int {
        try rows(query, values, read: { Int($0.integer(at: 0)) }).first ?? 0
    }
}
