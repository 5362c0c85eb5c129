public import Keeping
internal import Policy
public import SMTP
internal import SQLite

extension Store {
    /// What Argot has thought and done since a time. `words` bounds the lists of reasons, dialects and domains. O(verdicts
    /// since then).
    public func report(since: UnixTime, words: Int) throws(StoreError) -> VerdictReport {
        var report = VerdictReport()
        let begin = SQLiteValue.integer(since.seconds)
        for (first, last, count) in try rows(
            "SELECT min(time), max(time), count(*), count(DISTINCT client) FROM verdict WHERE time >= ?1", [begin],
            read: { row in
                row.isNull(at: 0) ? nil : (row.integer(at: 0), row.integer(at: 1), Self.count(row, at: 2))
            })
        {
            report.first = UnixTime(seconds: first)
            report.last = UnixTime(seconds: last)
            report.all = count
        }
        report.deserved = try counts(by: "verdict", since: begin)
        report.applied = try counts(by: "applied", since: begin)
        report.firstAttempts = try triplets(Reason.standing(.new).condition, since: begin)
        report.cameBack = try triplets(Reason.standing(.passed).condition, since: begin)
        report.redeemedClients =
            try rows(
                """
                SELECT count(DISTINCT verdict.client) FROM verdict JOIN client ON client.key = verdict.client
                WHERE verdict.time >= ?1 AND verdict.verdict <> 'accept' AND client.last_seen > verdict.time
                """, [begin], read: { Int($0.integer(at: 0)) }
            ).first ?? 0
        report.reasons = try shares(Self.reasonsOrStanding, since: begin, limit: words)
        report.dialects = try shares("dialect", since: begin, limit: words)
        report.domains = try shares("recipient_domain", since: begin, limit: words)
        return report
    }

    private func counts(by column: String, since: SQLiteValue) throws(StoreError) -> [Verdict: VerdictReport.Count] {
        let found: [(Verdict, VerdictReport.Count)] = try rows(
            """
            SELECT \(column), count(*), count(DISTINCT client) FROM verdict WHERE time >= ?1 GROUP BY \(column)
            """, [since],
            read: { row in Verdict(rawValue: row.text(at: 0)).map { ($0, Self.count(row, at: 1)) } })
        return Dictionary(uniqueKeysWithValues: found)
    }

    private func triplets(_ condition: String, since: SQLiteValue) throws(StoreError) -> Int {
        try rows(
            """
            SELECT count(*) FROM (
                SELECT DISTINCT client, sender, recipient FROM verdict WHERE time >= ?1 AND \(condition)
            )
            """, [since], read: { Int($0.integer(at: 0)) }
        ).first ?? 0
    }

    /// The reasons, or where the client stands where there are no others.
    private static let reasonsOrStanding = "CASE WHEN reasons = '' THEN standing ELSE reasons END"

    private func shares(
        _ column: String, since: SQLiteValue, limit: Int
    ) throws(StoreError) -> [VerdictReport.Share] {
        try rows(
            """
            SELECT \(column) AS word, count(*), count(DISTINCT client) FROM verdict
            WHERE time >= ?1 AND verdict <> 'accept' GROUP BY word ORDER BY count(*) DESC, word LIMIT ?2
            """, [since, .integer(Int64(limit))],
            read: { row in
                let word = [String](joinedLines: row.text(at: 0)).joined(separator: ",")
                return VerdictReport.Share(word: word, count: Self.count(row, at: 1))
            })
    }

    private static func count(_ row: Statement, at column: Int) -> VerdictReport.Count {
        VerdictReport.Count(recipients: Int(row.integer(at: column)), clients: Int(row.integer(at: column + 1)))
    }
}
