internal import Judgements
public import Keeping
public import SMTP
public import SpamTracker
internal import SQLite

extension Store {
    /// What others have said of senders' messages. O(sightings of the days), those that were judged in memory.
    ///
    /// Traps are left out: they are counted as they are hit. So is what no source of the table has said.
    public func judgedSenders(
        since start: UnixTime, until end: UnixTime, _ body: (_ sender: UInt64, _ judgements: SenderJudgements) -> Void
    ) throws(StoreError) {
        let from: [SQLiteValue] = [
            .integer(max(start.seconds, Self.plausibleTimes.lowerBound)),
            .integer(min(end.seconds, Self.plausibleTimes.upperBound)),
        ]
        try attempt { () throws(SQLiteError) in
            let judged = try database.prepare(
                """
                SELECT s.sender, s.time / 86400, j.source, j.kind, count(*)
                FROM sighting AS s JOIN sighting_judgement AS j ON j.sighting = s.id
                WHERE s.time BETWEEN ?1 AND ?2 AND s.has_recipient <> 0 AND s.sender IS NOT NULL
                GROUP BY 1, 2, 3, 4 ORDER BY 2
                """)
            try judged.bind(from)
            var senders: [Int64: SenderJudgements] = [:]
            while try judged.step() {
                guard let source = JudgementSource(rawValue: judged.text(at: 2)), source != .trap,
                    let kind = JudgementKind(rawValue: judged.text(at: 3)), source.says.contains(kind)
                else { continue }
                senders[judged.integer(at: 0), default: SenderJudgements()].add(
                    kind == .spam ? .spam : .honest, rank: source.rank, count: Int(clamping: judged.integer(at: 4)),
                    onDay: judged.integer(at: 1))
            }
            guard !senders.isEmpty else { return }
            let all = try database.prepare(
                """
                SELECT sender, time / 86400, count(*) FROM sighting
                WHERE time BETWEEN ?1 AND ?2 AND has_recipient <> 0 AND sender IS NOT NULL GROUP BY 1, 2 ORDER BY 2
                """)
            try all.bind(from)
            while try all.step() {
                senders[all.integer(at: 0)]?.add(
                    messages: Int(clamping: all.integer(at: 2)), onDay: all.integer(at: 1))
            }
            for (sender, judgements) in senders { body(UInt64(bitPattern: sender), judgements) }
        }
    }
}
