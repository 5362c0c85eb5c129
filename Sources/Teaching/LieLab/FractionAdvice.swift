/// Which fraction to recommend, from the table of the game and what lies cost honest lists.
///
/// A fraction gets some share of the spam that the best fraction would save, at each kind of spammer, going by the lower
/// end of the interval of what it saves in the last third of the days, when it has shown who finds out; its worth is the
/// least of these shares. Kinds from whom no fraction saves a
/// tenth do not count. The advice is the fraction of the greatest worth among those that cost the site's users at most
/// so many subscriptions a month, whatever the list's software and however false verdicts are spread; of two whose worths
/// differ by less than a hundredth, the smaller.
public struct FractionAdvice: Sendable, Hashable {
    /// A fraction and what it is worth.
    public struct Candidate: Sendable, Hashable {
        /// The fraction.
        public let fraction: Double

        /// The least share of what could be saved that it saves, over kinds of spammers, 0...1.
        public let worth: Double

        /// At which kind that is.
        public let weakest: SpammerKind
    }

    /// The harm that was weighed.
    public let harm: MonthlyHarm

    /// What is recommended; `nil` when each costs too much, or nothing can be saved: traps alone.
    public let chosen: Candidate?

    /// Subscriptions lost in a month at it, at worst.
    public var lost: Double { harm.worst(fraction: chosen?.fraction ?? 0) }

    /// What a kind must let be saved to count.
    static let leastSaved = 0.1

    /// How much two worths may differ and count as alike.
    static let tolerance = 0.01

    /// All fractions of a table with their worths; empty if nothing can be saved from anybody.
    public static func candidates(in table: GameTable) -> [Candidate] {
        let rows = table.cells.compactMap { row in
            let best = row.filter { $0.rate.fraction > 0 }.map(\.savedLate.mean).max() ?? 0
            return best >= leastSaved ? (cells: row, best: best) : nil
        }
        return table.rates.indices.compactMap { column in
            guard case .fraction(let fraction) = table.rates[column] else { return nil }
            let worths = rows.map { row in
                let saved = row.cells[column].savedLate
                return (max(0, saved.mean - saved.margin) / row.best, row.cells[column].kind)
            }
            return worths.min { $0.0 < $1.0 }.map { Candidate(fraction: fraction, worth: $0.0, weakest: $0.1) }
        }
    }

    /// What to recommend.
    ///
    /// - Parameters:
    ///   - candidates: from ``candidates(in:)``.
    ///   - budget: subscriptions that a month may cost.
    public init(_ candidates: [Candidate], harm: MonthlyHarm, budget: Double) {
        self.harm = harm
        let affordable = candidates.filter { harm.worst(fraction: $0.fraction) <= budget }
        let most = affordable.map(\.worth).max() ?? 0
        chosen = affordable.filter { $0.worth > 0 && $0.worth > most - Self.tolerance }
            .min { $0.fraction < $1.fraction }
    }
}
