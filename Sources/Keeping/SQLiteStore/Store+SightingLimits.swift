internal import Dialects
internal import Keeping
internal import SQLite

/// How many sightings are kept, and which.
extension Store {
    /// Keeps at most `rows` sightings, a thousand more or less. Called with every batch. O(rows) once in a thousand.
    func limitSightings(rows: Int, added: Int) throws(StoreError) {
        uncountedSightings += added
        guard uncountedSightings >= min(1_000, max(1, rows)) else { return }
        uncountedSightings = 0
        try attempt { () throws(SQLiteError) in
            try database.transaction { () throws(SQLiteError) in
                _ = try keepSightings(rows)
            }
        }
    }

    /// Removes the oldest sightings beyond `count`. Those that were judged, those of clients that came on three days or
    /// more, and the others are each sure of a third; what is too much is taken from the others first. Sessions without a
    /// recipient have a tenth, which messages may use, and no more: ``keepSessionsWithoutRecipient(_:)``. O(rows).
    func keepSightings(_ count: Int) throws(SQLiteError) -> Int {
        let sessions = Int64(max(0, count) / Sighting.shareWithoutRecipient)
        var removed = try keepSessionsWithoutRecipient(sessions)
        let others = try database.number("SELECT count(*) FROM sighting WHERE has_recipient = 0")
        let all = try database.number("SELECT count(*) FROM sighting")
        var excess = all - Int64(max(0, count))
        guard excess > 0 else { return removed }
        let isJudged = "EXISTS (SELECT 1 FROM sighting_judgement AS j WHERE j.sighting = sighting.id)"
        let isKnown = "client IN (SELECT client FROM sighting_client GROUP BY client HAVING count(*) >= 3)"
        let kinds = [
            "NOT \(isJudged) AND NOT \(isKnown)", "NOT \(isJudged) AND \(isKnown)", isJudged,
        ].map { "has_recipient <> 0 AND \($0)" }
        let share = (Int64(max(0, count)) - others) / Int64(kinds.count)
        for kind in kinds where excess > 0 {
            let those = try database.number("SELECT count(*) FROM sighting WHERE \(kind)")
            let surplus = min(excess, those - share)
            guard surplus > 0 else { continue }
            let gone = try delete(
                "sighting WHERE id IN (SELECT id FROM sighting WHERE \(kind) ORDER BY time, id LIMIT ?1)", surplus)
            removed += gone
            excess -= Int64(gone)
        }
        return removed
    }

    /// Removes what is too much of sessions without a recipient: of whichever fingerprint has the most the oldest, so that a
    /// scanner pushes out itself; judged ones last. O(rows).
    private func keepSessionsWithoutRecipient(_ count: Int64) throws(SQLiteError) -> Int {
        let excess = try database.number("SELECT count(*) FROM sighting WHERE has_recipient = 0") - count
        guard excess > 0 else { return 0 }
        return try delete(
            """
            sighting WHERE id IN (SELECT id FROM
                (SELECT id, EXISTS (SELECT 1 FROM sighting_judgement AS j WHERE j.sighting = sighting.id) AS judged,
                    row_number() OVER (PARTITION BY substr(dialect, \(DialectFingerprints.bytesBeforeCourse + 1), 4)
                        ORDER BY time DESC, id DESC) AS place
                    FROM sighting WHERE has_recipient = 0)
                ORDER BY judged, place DESC, id LIMIT ?1)
            """, excess)
    }

    /// Removes names that sightings had before they were repeated. O(rows).
    func removeUnusedNames() throws(SQLiteError) {
        _ = try delete("sighting_name WHERE sighting NOT IN (SELECT id FROM sighting)")
    }
}
