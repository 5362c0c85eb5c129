import LieLab

/// What `argot lies simulate --json` prints.
struct LieGameDocument: Encodable {
    struct Figure: Encodable {
        let mean: Double
        let margin: Double

        init(_ estimate: Estimate) {
            mean = LieGameDocument.rounded(estimate.mean)
            margin = LieGameDocument.rounded(estimate.margin)
        }
    }

    struct Finding: Encodable {
        let recall: Double?
        let precision: Double?

        init(_ finding: GameOutcome.Finding) {
            recall = finding.recall.map(LieGameDocument.rounded)
            precision = finding.precision.map(LieGameDocument.rounded)
        }
    }

    struct Game: Encodable {
        let spammer: String
        let lies: String
        let fraction: Double
        let spamSaved: Figure
        let spamSavedLate: Figure
        let requestsSaved: Figure
        let dropped: Figure
        let trapsDropped: Figure
        let unknownDropped: Figure
        let wasted: Figure
        let liesTold: Figure
        let sitesFound: Finding
        let addressesFound: Finding

        init(_ cell: GameTable.Cell) {
            spammer = cell.kind.name
            lies = cell.rate.name
            fraction = cell.rate.fraction
            spamSaved = Figure(cell.saved)
            spamSavedLate = Figure(cell.savedLate)
            requestsSaved = Figure(cell.requestsSaved)
            dropped = Figure(cell.dropped)
            trapsDropped = Figure(cell.trapsDropped)
            unknownDropped = Figure(cell.cleaned)
            wasted = Figure(cell.wasted)
            liesTold = Figure(cell.lies)
            sitesFound = Finding(cell.sitesFound)
            addressesFound = Finding(cell.addressesFound)
        }
    }

    struct Mix: Encodable {
        let spammers: String
        let lies: String
        let spamSaved: Figure
    }

    struct Lists: Encodable {
        let lies: String
        let removedAfter: String
        let lost: Figure
    }

    struct Harm: Encodable {
        let precision: Double?
        let falsePositiveRate: Double
        let lost: [Loss]
        let fraction: Double?
        let worth: Double?
        let weakest: String?
        let lostAtFraction: Double
    }

    struct Loss: Encodable {
        let removedAfter: String
        let lost: Double
        let lostUndoneAfterDays: [Undone]
    }

    struct Undone: Encodable {
        let days: Int
        let lost: Double
    }

    struct Variant: Encodable {
        let rules: String
        let games: [Game]
    }

    let seed: UInt64
    let games: [Game]
    let mixes: [Mix]
    let lists: [Lists]
    let subscriptions: Double
    let budget: Double
    let harm: [Harm]
    let best: Double
    let variants: [Variant]

    init(_ report: GameReport) {
        let table = report.table
        seed = table.options.seed
        games = table.cells.flatMap { $0.map(Game.init) }
        mixes = SpammerMix.all.flatMap { mix in
            zip(table.rates, table.saved(by: mix)).map {
                Mix(spammers: mix.name, lies: $0.name, spamSaved: Figure($1))
            }
        }
        lists = zip(report.lists.rates, report.lists.lost).flatMap { rate, lost in
            zip(BounceRule.compared, lost).map { Lists(lies: rate.name, removedAfter: $0.name, lost: Figure($1)) }
        }
        subscriptions = Self.rounded(report.harmOptions.subscriptions)
        budget = report.budget
        harm = zip(report.harms, report.advice).map { harm, advice in
            Harm(
                precision: harm.precision, falsePositiveRate: harm.falsePositiveRate,
                lost: BounceRule.compared.indices.map { rule in
                    Loss(
                        removedAfter: BounceRule.compared[rule].name, lost: Self.rounded(harm.lost[rule]),
                        lostUndoneAfterDays: zip(MonthlyHarm.undoneAfter, harm.lostIfUndone[rule]).map {
                            Undone(days: $0, lost: Self.rounded($1))
                        })
                }, fraction: advice.chosen?.fraction, worth: advice.chosen.map { Self.rounded($0.worth) },
                weakest: advice.chosen?.weakest.name, lostAtFraction: Self.rounded(advice.lost))
        }
        best = report.best
        variants = report.variants.map { name, table in
            Variant(rules: name, games: table.cells.flatMap { $0.map(Game.init) })
        }
    }

    private static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}
