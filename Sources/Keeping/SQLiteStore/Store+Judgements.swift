internal import Judgements
public import Keeping
public import SMTP
internal import SQLite

extension Store {
    /// What others have said of the messages kept since `since`. O(rows), without reading what they look like.
    public func judgementReport(since: UnixTime) throws(StoreError) -> JudgementReport {
        var report = JudgementReport()
        report.leftOut = try sightingsLeftOut(since: since)
        let from: [SQLiteValue] = [.integer(since.seconds), .integer(Self.plausibleTimes.upperBound)]
        try attempt { () throws(SQLiteError) in
            let days = try database.prepare(
                """
                SELECT time / 86400, count(*),
                    sum(EXISTS (SELECT 1 FROM sighting_judgement AS j WHERE j.sighting = sighting.id))
                FROM sighting WHERE time BETWEEN ?1 AND ?2 AND has_recipient <> 0 GROUP BY 1 ORDER BY 1
                """)
            try days.bind(from)
            while try days.step() {
                var day = JudgementReport.Day(begin: UnixTime(seconds: days.integer(at: 0) &* 86_400))
                day.sightings = Int(clamping: days.integer(at: 1))
                day.judged = Int(clamping: days.integer(at: 2))
                report.days.append(day)
            }
            let counts = try database.prepare(
                """
                SELECT s.time / 86400, j.source, j.kind, count(*)
                FROM sighting AS s JOIN sighting_judgement AS j ON j.sighting = s.id
                WHERE s.time BETWEEN ?1 AND ?2 AND s.has_recipient <> 0 GROUP BY 1, 2, 3
                """)
            try counts.bind(from)
            while try counts.step() {
                let begin = UnixTime(seconds: counts.integer(at: 0) &* 86_400)
                guard let index = report.days.firstIndex(where: { $0.begin == begin }),
                    let source = JudgementSource(rawValue: counts.text(at: 1)),
                    let kind = JudgementKind(rawValue: counts.text(at: 2))
                else { continue }
                report.days[index].sources[source, default: .init()].add(Int(clamping: counts.integer(at: 3)), kind)
            }
            let overlaps = try database.prepare(
                """
                SELECT a.source, b.source, count(*), sum(a.kind = b.kind)
                FROM sighting AS s JOIN sighting_judgement AS a ON a.sighting = s.id
                    JOIN sighting_judgement AS b ON b.sighting = s.id AND a.source < b.source
                WHERE s.time BETWEEN ?1 AND ?2 AND s.has_recipient <> 0 GROUP BY 1, 2
                """)
            try overlaps.bind(from)
            while try overlaps.step() {
                guard let one = JudgementSource(rawValue: overlaps.text(at: 0)),
                    let other = JudgementSource(rawValue: overlaps.text(at: 1))
                else { continue }
                let pair = JudgementReport.Pair(one, other)
                report.overlaps[pair, default: .init()].both = Int(clamping: overlaps.integer(at: 2))
                report.overlaps[pair, default: .init()].same = Int(clamping: overlaps.integer(at: 3))
            }
        }
        return report
    }
}
