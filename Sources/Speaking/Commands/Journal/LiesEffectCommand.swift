import ArgumentParser
import Feedback
import Files
import Keeping
import Memory
import Terminal

extension LiesCommand {
    /// `argot lies effect`
    struct Effect: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows whether bots ask less often for recipients they were lied to about.",
            discussion: """
                A campaign is a set of messages that advertise the same thing, or everything sent in one dialect. The rate \
                at which it asked for recipients before it was lied to about them says how often it would have asked \
                since: RATIO is what it did of that, with an interval of 95 %. If it never came back, P_C is the \
                probability that this is not due to chance, as the B@bel paper has it. A campaign that has ended \
                altogether proves nothing, nor does a recipient for which it had never asked before.

                Recipients that deserved a lie and were spared are the control group: chance alone decided, so what \
                differs is due to the lie. It takes a fake_reject_fraction below 1.

                By dialect and against the control group the command looks as far back as the journal reaches, by campaign \
                as far back as the ledger.
                """)

        @OptionGroup var source: SourceOptions

        @Option(
            name: .long,
            help: ArgumentHelp("Write a picture of the days before and after to this file.", valueName: "file"),
            completion: .file())
        var svg: String?

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        func run() throws {
            let store = try source.openStore(try source.load())
            let experiment = try FeedbackExperiment(try store.lies(since: nil, limit: .max), in: store)
            if let svg {
                try OutputFile.write(Self.chart(experiment.course).svg, to: svg)
                if !json { Output.print("picture: \(svg)") }
            }
            if json { return try Output.json(FeedbackDocument(experiment)) }
            guard !experiment.campaigns.isEmpty || !experiment.dialects.isEmpty else {
                return Output.print("no lies have been told")
            }
            if !experiment.campaigns.isEmpty {
                Self.table("CAMPAIGN", experiment.campaigns)
                let stopped = experiment.campaigns.count { $0.hasStopped }
                Output.print(
                    "\n\(stopped) of \(experiment.campaigns.count) campaigns never came back; those with P_C above 0.99 sent "
                        + "\(FigureText.percent(experiment.shareOfStopped(confidence: 0.99))) of the messages.\n")
            }
            if !experiment.dialects.isEmpty { Self.table("DIALECT", experiment.dialects) }
            Output.print("\n" + Self.sentence(on: experiment.control))
            let text = Self.chart(experiment.course).text
            Output.print("\nrequests for each recipient, 30 days before the lie and after it:\n" + text)
        }

        private static func table(_ name: String, _ effects: [CampaignEffect]) {
            Output.table(
                [name, "LIED ABOUT", "SILENT", "FIRST LIE", "LAST SEEN", "N", "EXPECTED", "SINCE", "RATIO", "P_C"],
                effects.map { effect in
                    [
                        effect.campaign.description, String(effect.liedAbout), String(effect.silent),
                        Output.text(effect.firstLie), Output.text(effect.lastSeen), String(effect.beforeFirstLie),
                        FigureText.number(effect.expected, digits: 1), String(effect.askedSince),
                        effect.ratio.map { ratio in
                            FigureText.number(ratio.value, digits: 2) + " ("
                                + FigureText.number(ratio.interval.lowerBound, digits: 2) + " to "
                                + FigureText.number(ratio.interval.upperBound, digits: 2) + ")"
                        } ?? "-",
                        effect.hasStopped
                            ? effect.stableConfidence.map { FigureText.number($0, digits: 4) } ?? "-" : "-",
                    ]
                })
        }

        private static func sentence(on control: ControlComparison) -> String {
            func group(_ group: ControlComparison.Group) -> String {
                "\(FigureText.percent(group.share)) of days (\(group.recipients) recipients, \(group.days) days)"
            }
            guard let difference = control.difference else {
                return "control group: none yet; it takes a fake_reject_fraction below 1, and more than a day"
            }
            var text =
                "asked for again on \(group(control.told)) after a lie, on \(group(control.spared)) without: a difference of "
                + FigureText.percent(difference)
            if let interval = control.interval {
                text +=
                    ", from \(FigureText.percent(interval.lowerBound)) to \(FigureText.percent(interval.upperBound)) "
                    + "with a confidence of 95 %"
                text += interval.contains(0) ? ": it may be chance" : ""
            }
            return text
        }

        private static func chart(_ course: FeedbackCourse) -> DayChart {
            func values(_ days: [Int: FeedbackCourse.Day]) -> [Double?] {
                FeedbackCourse.days.map { day in days[day].flatMap { $0.recipients > 0 ? $0.rate : nil } }
            }
            return DayChart(
                title: "Requests before and after a lie", unit: "requests for each recipient, by day",
                days: FeedbackCourse.days,
                series: [
                    DayChart.Series("lied about", colour: "#b2182b", values: values(course.told)),
                    DayChart.Series("spared", colour: "#2166ac", values: values(course.spared)),
                ])
        }
    }
}
