public import Keeping
internal import Policy
public import SMTP
internal import SQLite

extension Store {
    /// Whom Argot has put off since a time, and what became of the messages. `limit` bounds the lists of clients.
    /// O(verdicts since then).
    ///
    /// - Parameter now: the time by which an attempt is long ago.
    public func deferrals(since: UnixTime, now: UnixTime, limit: Int) throws(StoreError) -> DeferralReport {
        let long = now.seconds.subtractingReportingOverflow(DeferralReport.patience)
        let values: [SQLiteValue] = [
            .integer(since.seconds), .integer(long.overflow ? .min : long.partialValue), .integer(Int64(limit)),
        ]
        var report = DeferralReport()
        for (all, clients) in try rows(
            Self.messages + Self.byClient
                + """
                SELECT sum(deferred) AS deferred, sum(own) AS own, sum(elsewhere) AS elsewhere, sum(never) AS never,
                    sum(never > 0) AS lost FROM byclient WHERE ?3 > 0
                """, values,
            read: { row in row.isNull("deferred") ? nil : (Self.deferrals(row), Int(row.integer("lost"))) })
        {
            report.all = all
            report.lostClients = clients
        }
        guard report.all.deferred > 0 else { return report }
        report.lost = try clients("never > 0", order: "clean DESC, is_strong, never DESC, last DESC, client", values)
        report.returned = try clients("own + elsewhere > 0", order: "longest DESC, client", values)
        return report
    }

    /// The messages that were put off: triplets, when they were let in by the same client or by another one.
    private static let messages = """
        WITH deferred AS (
            SELECT client, sender, recipient, min(time) AS first, max(time) AS last, max(recipient_domain) AS domain,
                max(dialect) AS dialect, max(reasons) AS reasons, max(shown_client) AS shown_client,
                max(shown_sender) AS shown_sender
            FROM verdict
            WHERE time >= ?1 AND applied = 'tempfail' AND client IS NOT NULL AND recipient IS NOT NULL
            GROUP BY client, sender, recipient
        ), accepted AS (
            SELECT client, sender, recipient, time FROM verdict
            WHERE time >= ?1 AND applied = 'accept' AND recipient IN (SELECT recipient FROM deferred)
        ), message AS (
            SELECT deferred.*,
                min(CASE WHEN accepted.client = deferred.client THEN accepted.time END) AS own_time,
                min(accepted.time) AS any_time
            FROM deferred LEFT JOIN accepted ON accepted.recipient = deferred.recipient
                AND accepted.time >= deferred.first
                AND (accepted.client = deferred.client OR accepted.sender = deferred.sender)
            GROUP BY deferred.client, deferred.sender, deferred.recipient
        ),
        """

    /// The same by client. A trap or a bot's dialect is no weak signal.
    private static let byClient = """
         byclient AS (
            SELECT client, count(*) AS deferred, sum(own_time IS NOT NULL) AS own,
                sum(own_time IS NULL AND any_time IS NOT NULL) AS elsewhere,
                sum(any_time IS NULL AND last < ?2) AS never,
                min(coalesce(own_time, any_time) - first) AS shortest,
                max(coalesce(own_time, any_time) - first) AS longest,
                max(last) AS last, max(dialect) AS dialect, max(domain) AS domain, max(reasons) AS reasons,
                max(shown_client) AS shown_client, max(shown_sender) AS shown_sender,
                max(\(Reason.isHostile)) AS is_strong,
                EXISTS (SELECT 1 FROM client AS known WHERE known.key = message.client AND known.count > 0) AS clean
            FROM message GROUP BY client
        )

        """

    private func clients(
        _ condition: String, order: String, _ values: [SQLiteValue]
    ) throws(StoreError) -> [DeferralReport.Client] {
        try rows(
            Self.messages + Self.byClient
                + """
                SELECT client, deferred, own, elsewhere, never, shortest, longest, last, dialect, domain, reasons,
                    shown_client, shown_sender, clean
                FROM byclient WHERE \(condition) ORDER BY \(order) LIMIT ?3
                """, values,
            read: { row in
                guard let key = KeyedHash(row, at: row.column("client")) else { return nil }
                let (shortest, longest) = (row.integer("shortest"), row.integer("longest"))
                let hasDelay = !row.isNull("shortest") && shortest <= longest
                let sender = row.isNull("shown_sender") ? nil : row.text("shown_sender")
                return DeferralReport.Client(
                    key: key, address: row.isNull("shown_client") ? nil : row.text("shown_client"),
                    senderDomain: sender.flatMap { address in
                        address.lastIndex(of: "@").map { String(address[address.index(after: $0)...]) }
                    },
                    count: Self.deferrals(row), delay: hasDelay ? shortest...longest : nil,
                    last: UnixTime(seconds: row.integer("last")), dialect: row.text("dialect"),
                    recipientDomain: row.text("domain"),
                    reasons: [String](joinedLines: row.text("reasons")),
                    hasSentCleanMail: row.integer("clean") != 0)
            })
    }

    private static func deferrals(_ row: Statement) -> DeferralReport.Count {
        var count = DeferralReport.Count()
        count.deferred = Int(row.integer("deferred"))
        count.cameBack = Int(row.integer("own"))
        count.fromElsewhere = Int(row.integer("elsewhere"))
        count.neverCameBack = Int(row.integer("never"))
        return count
    }
}
