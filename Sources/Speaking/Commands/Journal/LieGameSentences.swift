import LieLab
import Terminal

/// What the tables of `argot lies simulate` amount to, in sentences made from their figures.
struct LieGameSentences {
    let report: GameReport

    var all: [String] { [rule, harm] + [hidden, severalBots, loseLose, traps].compactMap { $0 } }

    private var best: String { LieRate.fraction(report.best).name }

    private var rule: String {
        """
        The rule: a fraction is worth the least share that it saves of what the best fraction would, over all kinds of spammers \
        from whom some fraction saves 10 % or more, in the last third of the days and by the lower end of the interval. Of those that cost at most so many subscriptions, whatever the list's \
        software, the one worth most; of two that differ by less than 1 %, the smaller. Without the limit it is \
        \(best). "Measured": of 6,999 honest messages of 2007 none was judged certain, which is at most \
        \(FigureText.number(MonthlyHarm.measuredAtMost * 100, digits: 3)) % with 95 % confidence.
        """
    }

    /// The sentence for the README.
    private var harm: String {
        let options = report.harmOptions
        let losses = report.harms.compactMap { harm in
            harm.precision.map { precision in
                FigureText.number(harm.worst(fraction: report.best), digits: 2)
                    + (harm == report.harms.first ? " at a precision of " : " at ") + String(precision)
            }
        }
        return """
            Harm: at a site with \(FigureText.number(options.volume, digits: 0)) messages a month, \
            \(LieGameText.whole(options.spamShare)) % of them spam and \(LieGameText.whole(options.listShare)) % of the rest from \
            lists, lies about \(best) of the recipients cost its users at most so many of \
            \(FigureText.number(options.subscriptions, digits: 0)) subscriptions a month: \
            \(losses.joined(separator: ", ")).
            """
    }

    private func cell(_ kind: SpammerKind, _ rate: LieRate) -> GameTable.Cell? {
        report.table.cells.first { $0.first?.kind == kind }?.first { $0.rate == rate }
    }

    private static func found(_ cell: GameTable.Cell) -> String { LieGameText.whole(cell.sitesFound.recall ?? 0) }

    /// B@bel, section 7.4: who sees everything refused may discount it, so lie in a fraction of the cases.
    private var hidden: String? {
        guard let some = cell(.measuresDomains, .fraction(report.best)), let all = cell(.measuresDomains, .fraction(1))
        else { return nil }
        let holds = (some.sitesFound.recall ?? 0) < (all.sitesFound.recall ?? 0) && some.saved.mean > all.saved.mean
        return """
            "A fraction hides the lie" (B@bel, 7.4) \(holds ? "holds" : "does not hold") for who measures domains: with \
            \(best) he finds \(Self.found(some)) % of the lying sites, and \(LieGameText.whole(some.saved.mean)) % of \
            the spam is saved; with 1 it is \(Self.found(all)) % and \(LieGameText.whole(all.saved.mean)) %.
            """
    }

    private var severalBots: String? {
        guard let some = cell(.comparesServers, .fraction(report.best)) else { return nil }
        let holds = (some.sitesFound.recall ?? 0) < 0.5
        return """
            It \(holds ? "holds" : "does not hold") for who asks several bots: he finds \(Self.found(some)) %, and \
            \(LieGameText.whole(some.saved.mean)) % is saved. The \(LieGameText.whole(1 - report.table.options.recall)) % of his \
            bots that are not judged hear the truth, and one answer shows the other to be a lie.
            """
    }

    /// B@bel, section 6: who believes loses addresses, who does not keeps the unknown ones.
    private var loseLose: String? {
        guard let honest = cell(.keeps, .never), let wary = cell(.cautious, .fraction(report.best)) else { return nil }
        let holds = wary.wasted.mean > honest.wasted.mean
        return """
            "Either way the spammer loses" (B@bel, 6) \(holds ? "holds" : "does not hold"): without lies feedback brings his \
            requests for unknown addresses down to \(LieGameText.whole(honest.wasted.mean)) %; one with all precautions, who \
            finds the liars, is left with \(LieGameText.whole(wary.wasted.mean)) %.
            """
    }

    private var traps: String? {
        guard let cell = cell(.keeps, .traps) else { return nil }
        return """
            Traps alone save nobody any spam, and a spammer who believes it drops \
            \(LieGameText.whole(cell.trapsDropped.mean)) % of the traps: it is a way to measure, and costs what traps are for.
            """
    }
}
