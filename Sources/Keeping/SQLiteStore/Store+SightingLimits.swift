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
    /// more, and the others are each sure of a third; what is too much is taken from the others first. O(rows).
    func keepSightings(_ count: Int) throws(SQLiteError) -> Int {
        let all = try database.number("SELECT count(*) FROM sighting")
        var excess = all - Int64(max(0, count))
        guard excess > 0 else { return 0 }
        let isJudged = "EXISTS (SELECT 1 FROM sighting_judgement AS j WHERE j.sighting = sighting.id)"
        let isKnown = "client IN (SELECT client FROM sighting_client GROUP BY client HAVING count(*) >= 3)"
        let kinds = [
            "NOT \(isJudged) AND NOT \(isKnown)", "NOT \(isJudged) AND \(isKnown)", isJudged,
        ]
        let share = Int64(max(0, count)) / Int64(kinds.count)
        var removed = 0
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

    /// Removes names that sightings had before they were repeated. O(rows).
    func removeUnusedNames() throws(SQLiteError) {
        _ = try delete("sighting_name WHERE sighting NOT IN (SELECT id FROM sighting)")
    }
}
