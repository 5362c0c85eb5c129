/// All that is found out about lies: who gains and loses in the game, what lies cost honest lists, and what follows.
public struct GameReport: Sendable {
    /// The game.
    public let table: GameTable

    /// What a falsely judged list server gives up.
    public let lists: ListTable

    /// What a month of lies costs at the precisions compared, and at most by what was measured, which comes last.
    public let harms: [MonthlyHarm]

    /// The worth of each fraction.
    public let candidates: [FractionAdvice.Candidate]

    /// What to recommend at each of ``harms``.
    public let advice: [FractionAdvice]

    /// What would be recommended if honest lists had nothing to lose; 0 if nothing can be saved.
    public let best: Double

    /// The game under other rules, with lies about ``best``; empty unless asked for.
    public let variants: [(name: String, table: GameTable)]

    /// What lies cost is counted with these.
    public let harmOptions: HarmOptions

    /// Subscriptions that a month may cost.
    public let budget: Double

    /// Plays everything.
    ///
    /// - Parameter progress: called after each step with the number done and in all.
    public init(
        _ options: GameOptions, harm harmOptions: HarmOptions, budget: Double, hasVariants: Bool,
        progress: (Int, Int) -> Void = { _, _ in }
    ) {
        let others = hasVariants ? GameVariant.all(of: options) : []
        let steps = SpammerKind.all.count + others.count
        table = GameTable(options) { done, _ in progress(done, steps) }
        lists = ListTable(options)
        harms =
            MonthlyHarm.precisions.map { MonthlyHarm(precision: $0, options: harmOptions) }
            + [MonthlyHarm(falsePositiveRate: MonthlyHarm.measuredAtMost, options: harmOptions)]
        let candidates = FractionAdvice.candidates(in: table)
        self.candidates = candidates
        advice = harms.map { FractionAdvice(candidates, harm: $0, budget: budget) }
        let best = FractionAdvice(candidates, harm: harms[0], budget: .infinity).chosen?.fraction ?? 0
        self.best = best
        self.harmOptions = harmOptions
        self.budget = budget
        var done = SpammerKind.all.count
        variants = others.map { variant in
            done += 1
            progress(done, steps)
            return (variant.name, GameTable(variant.options, rates: [.fraction(best)]))
        }
    }
}
