public import Judgements

extension JudgementReport {
    /// A source that has begun to say something else than before.
    public struct Turn: Sendable, Hashable {
        /// The source.
        public let source: JudgementSource

        /// What has changed.
        public let reason: String
    }

    /// So many of the newest days are compared with those before, of which there must be more.
    private static let newest = 2

    /// Fewer judgements a day than this are too few to be missed.
    private static let fewestJudgements = 5.0

    /// The sources that have turned within the newest two days: those that say nothing any more though messages come, and
    /// those that call nearly everything spam though they did not before.
    public var turns: [Turn] {
        let new = days.suffix(Self.newest)
        let old = days.dropLast(Self.newest)
        guard new.count == Self.newest, old.count > Self.newest else { return [] }
        let (oldSightings, newSightings) = (Self.sightings(old), Self.sightings(new))
        // A site that has fallen silent says nothing about its sources.
        guard newSightings * Double(old.count) >= oldSightings * Double(new.count) / 4 else { return [] }
        return JudgementSource.allCases.compactMap { source in
            let said = (old: Self.count(source, old) { $0.all }, new: Self.count(source, new) { $0.all })
            if said.old >= Self.fewestJudgements * Double(old.count), said.new == 0 {
                let daily = Int((said.old / Double(old.count)).rounded())
                return Turn(
                    source: source,
                    reason:
                        "has said nothing for \(new.count) days, after \(daily) judgements a day: is its log or filter there?"
                )
            }
            let spam = (old: Self.count(source, old) { $0.spam }, new: Self.count(source, new) { $0.spam })
            guard newSightings >= 20, spam.new >= 0.95 * newSightings, spam.old <= 0.8 * oldSightings else {
                return nil
            }
            return Turn(
                source: source,
                reason:
                    "calls \(Int(spam.new)) of the newest \(Int(newSightings)) messages spam, which it did not before")
        }
    }

    private static func sightings(_ days: ArraySlice<Day>) -> Double { days.reduce(0) { $0 + Double($1.sightings) } }

    private static func count(_ source: JudgementSource, _ days: ArraySlice<Day>, _ part: (Count) -> Int) -> Double {
        days.reduce(0) { $0 + Double($1.sources[source].map(part) ?? 0) }
    }
}
