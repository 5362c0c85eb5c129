import SenderLab
import SpamTracker
import Terminal

/// The tables of `argot senders evaluate`.
enum SendersEvaluationText {
    static func print(_ report: EvaluationReport) {
        let counts = report.counts
        func sizes(_ numbers: [SenderGroup: Int]) -> [String] { SenderGroup.allCases.map { "\(numbers[$0] ?? 0)" } }
        Commands.print(
            "\(counts.windows) windows judged, \(counts.days) days, \(counts.mails) messages, \(counts.unlabelled) "
                + "senders without label left out\n"
        )
        Output.table(
            ["SENDERS", "ALL", "NEVER SEEN", "MULTI"],
            [["spam"] + sizes(counts.spam), ["honest"] + sizes(counts.honest)])
        Commands.print("\nAUC")
        Output.table(
            ["SCORE", "ALL", "", "NEVER SEEN", "", "MULTI", ""],
            report.results.map { result in
                [result.score.isBaseline ? "baseline \(result.score.rawValue)" : result.score.rawValue]
                    + SenderGroup.allCases.flatMap { estimate(result.groups[$0]?.area, { FigureText.number($0) }) }
            })
        Commands.print("\nIncrease of AUC over the previous step")
        Output.table(
            ["STEP", "ALL", "", "NEVER SEEN", "", "MULTI", ""],
            report.results.filter { !$0.increments.isEmpty }.map { result in
                ["\(result.score.predecessor?.rawValue ?? "") → \(result.score.rawValue)"]
                    + SenderGroup.allCases.flatMap { estimate(result.increments[$0], FigureText.signed) }
            })
        for (place, rate) in ["0.1 %", "0.3 %", "1 %"].enumerated() {
            Commands.print("\nShare of spam senders flagged when at most \(rate) of honest ones are, and lift")
            Output.table(
                ["SCORE", "ALL", "LIFT", "NEVER SEEN", "LIFT", "MULTI", "LIFT"],
                report.results.map { result in
                    [result.score.rawValue]
                        + SenderGroup.allCases.flatMap { group -> [String] in
                            guard let point = result.groups[group]?.points[place] else { return ["-", "-"] }
                            return [FigureText.percent(point.recall), FigureText.number(point.lift, digits: 2)]
                        }
                })
        }
        Commands.print("\nLead time over a blocklist, at 1 % of honest senders flagged")
        Output.table(
            ["SCORE", "SENDERS", "AT FIRST MAIL", "BEFORE LISTING", "MEDIAN LEAD", "MAILS COVERED"],
            report.leadTimes.map {
                [
                    $0.score.rawValue, $0.group.rawValue, FigureText.percent($0.flaggedAtFirstMail),
                    FigureText.percent($0.flaggedBeforeListing), FigureText.span($0.medianLead),
                    FigureText.percent($0.mailsCovered),
                ]
            })
    }

    /// The areas by day; a few honest senders a day make them jump.
    static func printDays(_ report: EvaluationReport) {
        let shown = report.results.filter { [.contrastOneWindow, .contrast, .history].contains($0.score) }
        let groups: [SenderGroup] = [.all, .neverSeen]
        Commands.print("\nAUC by day: the honest senders of the day against the spam senders of their window")
        Output.table(
            ["DAY"]
                + groups.flatMap { group in
                    ["HONEST \(group == .all ? "" : "NEVER SEEN")"] + shown.map { $0.score.rawValue.uppercased() }
                },
            Set(report.counts.honestByDay[.all]?.keys.map { $0 } ?? []).sorted().map { day in
                ["\(day)"]
                    + groups.flatMap { group in
                        ["\(report.counts.honestByDay[group]?[day] ?? 0)"]
                            + shown.map { $0.groups[group]?.areaByDay[day].map { FigureText.number($0) } ?? "-" }
                    }
            })
    }

    private static func estimate(
        _ estimate: EvaluationReport.Estimate?, _ text: (Double) -> String
    ) -> [String] {
        guard let estimate else { return ["-", ""] }
        return [
            text(estimate.value),
            estimate.interval.map { "[\(text($0.lowerBound)), \(text($0.upperBound))]" } ?? "",
        ]
    }
}
