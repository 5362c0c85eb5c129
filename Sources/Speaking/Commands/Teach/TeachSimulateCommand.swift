import ArgumentParser
import EnvelopeTraining
import Evaluation
import Terminal

/// `argot teach simulate`
struct TeachSimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Shows day by day what an empty site would have taught itself from recorded mail.",
        discussion: """
            Reads files of judged mail as "argot envelopes train" does; their labels are the truth. Sources of judgements \
            are drawn from it: filter:miss=0.3,wrong=0.002 (shares of spam missed and of honest messages called spam), \
            blocklist:0.5 (the share of spam addresses that are refused at RCPT, so that their headers are not seen), \
            traps:0.05 and people:0.02 (shares of the spam), correspondents:0.3 (the share of honest addresses that \
            users write to), none. After each day a model is taught from what the site has seen, and judges all later \
            days. CLEAN is what a model of true labels finds on the same days. The same options give the same output.
            """)

    @Argument(help: "Files of judged mail.", completion: .file())
    var files: [String]

    @Option(
        help: ArgumentHelp("A source of judgements; may be repeated.", valueName: "source"))
    var source: [String] = []

    @Option(
        help: ArgumentHelp(
            "Plant senders: snowshoe:200 (spammers with well-kept names, every day), newcomers:0.5 (honest ones that write once, "
                + "as a share of all that do), or attackers: flood:10000 (messages of one address that look honest), traps:500 "
                + "(addresses that look honest and write to traps), slander:0.2 (a source of rank 4 that calls a share of the "
                + "honest addresses spam); may be repeated.", valueName: "senders"))
    var plant: [String] = []

    @Option(help: ArgumentHelp("The share of the spam that the site sees while it learns.", valueName: "share"))
    var spam = 1.0

    @Option(help: ArgumentHelp("Show only these days, such as 1,4,16.", valueName: "days"))
    var days: String?

    @Option(help: ArgumentHelp("The seed of the random numbers.", valueName: "number"))
    var seed: UInt64 = 1

    @Flag(help: "Print JSON.")
    var json = false

    private func shownDays() throws -> [Int]? {
        try days.map { text in
            try text.split(separator: ",").map { word in
                guard let day = Int(word), 1...100_000 ~= day else {
                    throw ValidationError("--days: \"\(word)\" is not a number of days")
                }
                return day
            }
        }
    }

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("name a file of judged mail") }
        do {
            _ = try source.map { try SimulatedSource($0) }
            _ = try plant.map { try PlantedSenders($0) }
        } catch { throw ValidationError("\(error)") }
        guard spam > 0, spam <= 1 else { throw ValidationError("--spam must be more than 0 and at most 1") }
        _ = try shownDays()
    }

    func run() throws {
        let simulation = TeachingSimulation(
            try EnvelopeRecord.read(files), sources: try source.map { try SimulatedSource($0) },
            planted: try plant.map { try PlantedSenders($0) }, spamShare: spam, seed: seed,
            source: files.joined(separator: ", "))
        guard simulation.days > 1 else {
            throw CommandError("\(files.joined(separator: ", ")): one day of mail: later days are needed to judge")
        }
        let shown = try shownDays() ?? Array(1..<simulation.days)
        let found = shown.filter { $0 < simulation.days }.map { simulation.after($0) }
        if json { try Output.json(found) } else { show(found) }
    }

    private func show(_ found: [TeachingSimulation.Day]) {
        print(
            "recall of later spam messages at a share of the honest ones; addresses: honest ones above 0.3 %, seen+new\n"
        )
        let isPlanted = !plant.isEmpty
        let header = [
            "DAY", "MESSAGES", "CALLED SPAM", "RETURNING", "BEFORE DATA 0.3 %", "AFTER HEADERS 0.1 %", "0.3 %", "1 %",
            "CLEAN 0.3 %", "SHARE", "ADDRESSES", "CLEAN", "OWN BORDER", "HONEST ABOVE", "ORGANISATIONS",
        ]
        Output.table(
            isPlanted ? header + ["PLANTED"] : header,
            found.map { isPlanted ? Self.cells($0) + [Self.text($0.planted_touched)] : Self.cells($0) })
        for day in found {
            if let problem = day.problem { print("day \(day.day): \(problem)") }
            for one in day.left_out { print("day \(day.day): left out: \(one)") }
        }
    }

    private static func cells(_ day: TeachingSimulation.Day) -> [String] {
        var cells = [String(day.day), String(day.messages), String(day.judged_spam)]
        cells.append(day.returning.map { "\($0) on \(day.return_days ?? 0) days" } ?? "-")
        cells.append(text(day.taught?.before_data.at_0_3))
        cells.append(text(day.taught?.after_headers.at_0_1))
        cells.append(text(day.taught?.after_headers.at_0_3))
        cells.append(text(day.taught?.after_headers.at_1))
        cells.append(text(day.clean?.after_headers.at_0_3))
        cells.append(text(day.share_of_clean))
        cells.append(addresses(day.taught))
        cells.append(addresses(day.clean))
        cells.append(text(day.own_recall))
        cells.append(text(day.own_false))
        cells.append(day.own_organisations_touched.map { "\($0) of \(day.organisations)" } ?? "-")
        return cells
    }

    private static func addresses(_ judged: TeachingSimulation.Judged?) -> String {
        judged.map { "\($0.known_honest_touched)+\($0.new_honest_touched)" } ?? "-"
    }

    private static func text(_ number: Double?) -> String { number.map { FigureText.number($0, digits: 4) } ?? "-" }
}
