public import Keeping
public import SMTP
internal import SQLite

extension Store {
    /// The times of the oldest verdict and the newest one; `nil` without any. O(log rows).
    public func reach() throws(StoreError) -> ClosedRange<UnixTime>? {
        let times = Self.plausibleTimes
        let reach: [ClosedRange<UnixTime>] = try rows(
            """
            SELECT (SELECT min(time) FROM verdict WHERE time >= \(times.lowerBound)),
                (SELECT max(time) FROM verdict WHERE time <= \(times.upperBound))
            """, [],
            read: { row in
                let (first, last) = (row.integer(at: 0), row.integer(at: 1))
                return row.isNull(at: 0) || first > last
                    ? nil : UnixTime(seconds: first)...UnixTime(seconds: last)
            })
        return reach.first
    }

    /// Hands out the requests for recipients in the ledger of lies, and those made in dialects in it, the oldest first.
    /// O(rows of the journal).
    public func requests(_ body: (RecipientRequest) -> Void) throws(StoreError) {
        try attempt { () throws(SQLiteError) in
            let row = try database.prepare(
                """
                SELECT time, session, recipient, dialect, verdict = 'accept' FROM verdict
                WHERE recipient IS NOT NULL AND time BETWEEN ?1 AND ?2
                    AND (dialect IN (SELECT dialect FROM lie WHERE dialect <> '')
                        OR recipient IN (SELECT recipient FROM lie))
                ORDER BY time, id
                """)
            try row.bind([.integer(Self.plausibleTimes.lowerBound), .integer(Self.plausibleTimes.upperBound)])
            while try row.step() {
                guard let recipient = KeyedHash(row, at: 2) else { continue }
                body(
                    RecipientRequest(
                        time: UnixTime(seconds: row.integer(at: 0)), session: row.text(at: 1), recipient: recipient,
                        dialect: row.text(at: 3), isAccepted: row.integer(at: 4) != 0))
            }
        }
    }
}
