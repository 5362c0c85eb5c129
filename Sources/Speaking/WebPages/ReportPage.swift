public import Keeping
import Policy
import SMTP

/// *Report*: what was decided and done, or would have been, and who did not come back.
public struct ReportPage: Sendable {
    private let days: Int
    private let report: VerdictReport
    private let deferrals: DeferralReport
    private let outlook: EnforcingOutlook

    /// The periods that can be chosen, in days.
    public static let periods = [1, 7, 30]

    /// The report of so many days.
    public init(days: Int, _ report: VerdictReport, _ deferrals: DeferralReport, _ outlook: EnforcingOutlook) {
        self.days = days
        self.report = report
        self.deferrals = deferrals
        self.outlook = outlook
    }

    private struct Period {
        let address: String
        let name: String
        let isCurrent: Bool
    }

    private struct Lost {
        let client: String
        let messages: String
        let last: String
        let sender: String
        let domain: String
        let dialect: String
        let because: String
        let clean: String
        let allow: String?
    }

    private struct Model {
        let periods: [Period]
        let summary: String
        let advice: [String]
        let figures: String
        let hasLost: Bool
        let lost: [Lost]
        let canSteer: Bool
        let token: String
    }

    /// The page.
    public func html(in frame: PageFrame) -> String {
        let span =
            if let first = report.first, let last = report.last {
                "Verdicts from \(Shown.time(first)) to \(Shown.time(last))."
            } else {
                "No verdict in this time."
            }
        let model = Model(
            periods: Self.periods.map {
                Period(
                    address: "/report?days=\($0)", name: $0 == 1 ? "1 day" : "\($0) days", isCurrent: $0 == days)
            },
            summary: span, advice: advice, figures: figures.html, hasLost: !deferrals.lost.isEmpty,
            lost: deferrals.lost.map(Self.lost), canSteer: frame.canSteer, token: frame.token)
        return frame.page("Report", at: .report, body: PageTemplates.filled(.report, with: model))
    }

    /// What enforcing would mean, in sentences.
    private var advice: [String] {
        guard outlook.days > 0 else { return [] }
        var advice = [
            "Of \(Shown.number(outlook.cleanLately)) clients with clean mail that were seen lately, enforcing would have "
                + "put off or refused \(Shown.number(outlook.cleanRefused))."
        ]
        if outlook.relays > 0 {
            advice.append(
                "\(Shown.number(outlook.relays)) of those that would have been refused hand on mail of many senders.")
        }
        if outlook.ownName > 0 {
            advice.append("\(Shown.number(outlook.ownName)) would have been refused for this host's own name at HELO.")
        }
        if outlook.neverBack > 0 {
            advice.append(
                "\(Shown.number(outlook.neverBack)) came on several days and never came back after the delay.")
        }
        return advice
    }

    private var figures: FiguresModel {
        var model = FiguresModel()
        let deferred = deferrals.all
        model.figures = [
            .init(
                name: "Recipients asked for", value: Shown.number(report.all.recipients),
                note: "by \(Shown.number(report.all.clients)) clients"),
            .init(
                name: "First attempts", value: Shown.number(report.firstAttempts),
                note: "\(Shown.number(report.cameBack)) came back and passed"),
            .init(
                name: "Clean since", value: Shown.number(report.redeemedClients),
                note: "clients judged, most likely honest",
                tone: report.redeemedClients == 0 ? "good" : "warn"),
            .init(
                name: "Put off", value: Shown.number(deferred.deferred),
                note:
                    "\(Shown.number(deferred.cameBack)) came back, \(Shown.number(deferred.fromElsewhere)) from elsewhere"
            ),
            .init(
                name: "Never came back", value: Shown.number(deferred.neverCameBack),
                note: "of \(Shown.number(deferrals.lostClients)) clients"),
        ]
        model.tables = [
            .init(
                "Verdicts",
                heads: [
                    ("Verdict", false), ("Deserved", true), ("Clients", true), ("Applied", true), ("Clients", true),
                ],
                rows: Verdict.allCases.map { verdict in
                    [verdict.rawValue] + Self.cells(report.deserved[verdict]) + Self.cells(report.applied[verdict])
                }),
            Self.table("By reason", "Reason", report.reasons), Self.table("By dialect", "Dialect", report.dialects),
            Self.table("By recipient domain", "Domain", report.domains),
        ]
        return model
    }

    private static func cells(_ count: VerdictReport.Count?) -> [String] {
        [Shown.number(count?.recipients ?? 0), Shown.number(count?.clients ?? 0)]
    }

    private static func table(_ title: String, _ word: String, _ shares: [VerdictReport.Share]) -> FiguresModel.Table {
        let largest = shares.map(\.count.recipients).max() ?? 0
        return .init(
            title, heads: [(word, false), ("Recipients", true), ("Clients", true)],
            rows: shares.map { [$0.word.isEmpty ? "–" : Shown.text($0.word, most: 80)] + cells($0.count) },
            bars: shares.map { largest == 0 ? 0 : Double($0.count.recipients) / Double(largest) })
    }

    private static func lost(_ client: DeferralReport.Client) -> Lost {
        Lost(
            client: Shown.text(client.address ?? "#" + client.key.description.prefix(8)),
            messages: Shown.number(client.count.neverCameBack), last: Shown.time(client.last),
            sender: Shown.text(client.senderDomain ?? "–", most: 80),
            domain: Shown.text(client.recipientDomain, most: 80),
            dialect: client.dialect.isEmpty ? "–" : Shown.text(client.dialect, most: 60),
            because: client.reasons.map { Shown.text($0, most: 60) }.joined(separator: ", "),
            clean: client.hasSentCleanMail ? "yes" : "no",
            allow: client.address.flatMap { ClientAddress($0)?.description })
    }
}
