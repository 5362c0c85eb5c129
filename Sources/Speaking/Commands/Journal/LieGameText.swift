import LieLab
import Terminal

/// What `argot lies simulate` prints for people.
struct LieGameText {
    let report: GameReport

    private var table: GameTable { report.table }

    /// The columns that lie.
    private var lying: [Int] { table.rates.indices.filter { table.rates[$0] != .never } }

    func show() {
        showGame()
        showLists()
        if !report.variants.isEmpty { showVariants() }
        showHarm()
        showAdvice()
        for sentence in LieGameSentences(report: report).all { Output.print("\n" + Self.wrapped(sentence)) }
    }

    private func showGame() {
        let options = table.options
        let liars = (0..<options.sites).count { Double($0) + 0.5 < Double(options.sites) * options.lyingShare }
        Output.print(
            """
            A list of \(options.addresses) addresses at each of \(options.sites) sites, \(Self.whole(options.unknownShare)) % of them unknown \
            and \(Self.whole(options.trapShare)) % traps, for \(options.days) days. \(liars) sites lie to
            the \(Self.whole(options.recall)) % of the bots that they judge certain. Means of \(options.runs) games and half of their 95 % intervals.
            """)
        print("spam that no longer reaches anybody, % of what does without lies", lying, mixes: true) { $0.saved }
        print("the same in the last third of the days", lying) { $0.savedLate }
        print("addresses in use that the spammer drops, %", lying) { $0.dropped }
        print("unknown addresses that he drops, %", Array(table.rates.indices)) { $0.cleaned }
        print("his requests for unknown addresses, % of all his requests", Array(table.rates.indices)) { $0.wasted }
        printFindings("lying sites that he finds, % / % of those found that lie") { $0.sitesFound }
        printFindings("addresses lied about that he finds, % / % of those found that were") { $0.addressesFound }
    }

    private func print(
        _ title: String, _ columns: [Int], mixes: Bool = false, _ value: (GameTable.Cell) -> Estimate
    ) {
        var rows = table.cells.map { row in
            [row[0].kind.name] + columns.map { Self.text(value(row[$0])) }
        }
        if mixes {
            rows += SpammerMix.all.map { mix in
                let saved = table.saved(by: mix)
                return [mix.name] + columns.map { Self.text(saved[$0]) }
            }
        }
        printTable(title, header(columns), rows)
    }

    private func printFindings(_ title: String, _ value: (GameTable.Cell) -> GameOutcome.Finding) {
        let rows = table.cells.filter { $0[0].kind.heeds }.map { row in
            [row[0].kind.name] + lying.map { Self.text(value(row[$0])) }
        }
        printTable(title, header(lying), rows)
    }

    private func header(_ columns: [Int]) -> [String] { ["SPAMMER"] + columns.map { table.rates[$0].name } }

    private func printTable(_ title: String, _ header: [String], _ rows: [[String]]) {
        Output.print("\n" + title)
        for line in TextTable(header, rows, .numbers).lines { Output.print(line) }
    }

    private func showLists() {
        let lists = report.lists
        let columns = lists.rates.indices.filter { lists.rates[$0] != .never }
        printTable(
            "subscriptions that a list server gives up within a month if sites judge it falsely, %",
            ["REMOVES AFTER"] + columns.map { lists.rates[$0].name },
            BounceRule.compared.indices.map { rule in
                [BounceRule.compared[rule].name] + columns.map { Self.text(lists.lost[$0][rule]) }
            })
    }

    private func showVariants() {
        let kinds = table.kinds.filter(\.heeds)
        printTable(
            "other rules, lies about \(LieRate.fraction(report.best).name): spam saved, % (sites found, %)",
            ["RULES"] + kinds.map { $0.name.uppercased() },
            report.variants.map { name, table in
                [name]
                    + table.cells.filter { $0[0].kind.heeds }.map { row in
                        Self.whole(row[1].saved.mean) + " (" + Self.share(row[1].sitesFound.recall) + ")"
                    }
            })
    }

    private func showHarm() {
        printTable(
            "subscriptions lost a month if all are lied about, of \(Self.whole(report.harmOptions.subscriptions / 100))",
            ["PRECISION", "HONEST JUDGED"] + BounceRule.compared.map { $0.name.uppercased() },
            report.harms.map { harm in
                [Self.name(harm), FigureText.number(harm.falsePositiveRate * 100, digits: 4) + " %"]
                    + harm.lost.map { FigureText.number($0, digits: 2) }
            })
        guard let worst = report.harms.first else { return }
        printTable(
            "of these, lost still if the server is let in and its lies undone after so many days, %",
            ["REMOVES AFTER"] + MonthlyHarm.undoneAfter.dropLast().map { "\($0)" },
            BounceRule.compared.indices.map { rule in
                let whole = worst.lostIfUndone[rule].last ?? 0
                return [BounceRule.compared[rule].name]
                    + worst.lostIfUndone[rule].dropLast().map { whole > 0 ? Self.whole($0 / whole) : "-" }
            })
    }

    private func showAdvice() {
        printTable(
            "what each fraction is worth: the least share of the spam that could be saved, over kinds of spammers",
            ["FRACTION", "WORTH, %", "AT"],
            report.candidates.map { [LieRate.fraction($0.fraction).name, Self.whole($0.worth), $0.weakest.name] })
        printTable(
            "recommended, if at most \(FigureText.number(report.budget, digits: 1)) subscriptions a month may be lost",
            ["PRECISION", "FRACTION", "WORTH, %", "LOST A MONTH"],
            report.advice.map { advice in
                [
                    Self.name(advice.harm), advice.chosen.map { LieRate.fraction($0.fraction).name } ?? "traps",
                    advice.chosen.map { Self.whole($0.worth) } ?? "0", FigureText.number(advice.lost, digits: 2),
                ]
            })
    }

    /// A sentence in lines of at most 110 characters, words aside that are longer.
    private static func wrapped(_ sentence: String) -> String {
        var lines = [""]
        for word in sentence.split(separator: " ") {
            let line = lines[lines.count - 1]
            if line.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if line.count + word.count < 110 {
                lines[lines.count - 1] = line + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n")
    }

    /// A precision, as tables name it.
    static func name(_ harm: MonthlyHarm) -> String { harm.precision.map { String($0) } ?? "measured" }

    static func whole(_ share: Double) -> String { FigureText.number(share * 100, digits: 0) }

    private static func text(_ estimate: Estimate) -> String {
        whole(estimate.mean) + "±" + FigureText.number(estimate.margin * 100, digits: 0)
    }

    private static func share(_ share: Double?) -> String { share.map(whole) ?? "-" }

    private static func text(_ finding: GameOutcome.Finding) -> String {
        share(finding.recall) + "/" + share(finding.precision)
    }
}
