import ArgumentParser
import Configuration
import FoundationEssentials
import Keeping
import Policy
import Promotion
import SMTP
import Terminal

/// `argot report`
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Summarises what Argot has decided and done, or would have done.",
        discussion: """
            Reads the journal. In mode observe, DESERVED is what enforcing would have applied. Two lines show how often \
            that would have been wrong, as far as anybody can know: attempts that came back after the delay, as mail \
            software does, and clients that have sent clean mail since.
            While greylisting is applied, the report lists clients that were deferred and never came back, most likely \
            honest clients first, and how long others took to come back: by address with journal_addresses = clear, \
            otherwise by the beginning of the hash that argot journal shows. Wanted clients that never come back belong \
            in allow_addresses or retry_exemptions.
            """)

    @OptionGroup var source: SourceOptions

    @Option(name: .long, help: ArgumentHelp("Look back this far: 90s, 15m, 36h, 7d.", valueName: "time"))
    var since = TimeSpan(seconds: 7 * 86_400)

    @Option(name: .long, help: ArgumentHelp("Show this many reasons, dialects and domains.", valueName: "number"))
    var top = 10

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        guard 1...1_000 ~= top else { throw ValidationError("--top must be from 1 to 1000") }
    }

    func run() throws {
        let configuration = try source.load()
        let store = try source.openStore(configuration)
        let begin = UnixTime(seconds: Int64(Date().timeIntervalSince1970) - since.seconds)
        let report = try store.report(since: begin, words: top)
        let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970))
        let deferrals = DeferralText(try store.deferrals(since: begin, now: now, limit: top))
        let models = ModelShelf(configuration.files.models)
        let judgements = JudgementText(try store.judgementReport(since: begin), lastCard: models.cards.last)
        if json { return try Output.json(Document(report, deferrals, judgements, models.cards.last)) }
        guard let first = report.first, let last = report.last else {
            print("no verdicts in this period")
            for line in Self.words(models) { print(line) }
            return
        }
        print("\(Output.text(first)) to \(Output.text(last))\n")
        Output.table(
            ["", "DESERVED", "CLIENTS", "APPLIED", "CLIENTS"],
            Verdict.allCases.map { verdict in
                let (deserved, applied) = (report.deserved[verdict], report.applied[verdict])
                return [verdict.rawValue] + Self.cells(deserved) + Self.cells(applied)
            } + [["all"] + Self.cells(report.all) + Self.cells(report.all)])
        print(
            """

            first attempts to be deferred: \(report.firstAttempts); attempts that came back and passed: \
            \(report.cameBack)
            clients to be deferred or rejected that have sent clean mail since: \(report.redeemedClients)
            """)
        for line in Self.words(models) { print(line) }
        if let summary = judgements.summary { print("what others said of the messages: \(summary)") }
        for line in judgements.warnings { print(line) }
        deferrals.show()
        for (title, shares) in [
            ("REASON", report.reasons), ("DIALECT", report.dialects), ("RECIPIENT DOMAIN", report.domains),
        ] where !shares.isEmpty {
            print("")
            Output.table(
                ["RECIPIENTS", "CLIENTS", title],
                shares.map { Self.cells($0.count) + [$0.word.isEmpty ? "-" : $0.word] })
        }
    }

    /// The model in force, and what the last candidate would have changed.
    private static func words(_ models: ModelShelf) -> [String] {
        var lines: [String] = []
        if let number = models.inForce, let card = try? models.card(number) {
            lines.append("envelope model in force: \(number), taught \(Output.text(UnixTime(seconds: card.time)))")
        }
        guard let last = models.cards.last, last.number != models.inForce else { return lines }
        let before = last.in_force.map { " (in force: \($0.found))" } ?? ""
        lines.append(
            "last candidate: \(last.number), would have found \(last.figures.found) of \(last.figures.spam) messages of "
                + "spam\(before) and touched \(last.figures.touched) of \(last.figures.organisations) honest organisations; "
                + last.reason)
        return lines
    }

    private static func cells(_ count: VerdictReport.Count?) -> [String] {
        [String(count?.recipients ?? 0), String(count?.clients ?? 0)]
    }

    /// The report as JSON.
    private struct Document: Encodable {
        struct Count: Encodable {
            let recipients: Int
            let clients: Int

            init(_ count: VerdictReport.Count) {
                recipients = count.recipients
                clients = count.clients
            }
        }

        struct Share: Encodable {
            let word: String
            let recipients: Int
            let clients: Int

            init(_ share: VerdictReport.Share) {
                word = share.word
                recipients = share.count.recipients
                clients = share.count.clients
            }
        }

        let first: String?
        let last: String?
        let all: Count
        let deserved: [String: Count]
        let applied: [String: Count]
        let firstAttempts: Int
        let cameBack: Int
        let redeemedClients: Int
        let reasons: [Share]
        let dialects: [Share]
        let domains: [Share]
        let deferrals: DeferralText
        let judgements: JudgementText
        let lastCandidate: ModelCard?

        init(
            _ report: VerdictReport, _ deferrals: DeferralText, _ judgements: JudgementText, _ lastCandidate: ModelCard?
        ) {
            self.lastCandidate = lastCandidate
            self.judgements = judgements
            self.deferrals = deferrals
            first = report.first.map(Output.text)
            last = report.last.map(Output.text)
            all = Count(report.all)
            deserved = Self.words(report.deserved)
            applied = Self.words(report.applied)
            firstAttempts = report.firstAttempts
            cameBack = report.cameBack
            redeemedClients = report.redeemedClients
            reasons = report.reasons.map(Share.init)
            dialects = report.dialects.map(Share.init)
            domains = report.domains.map(Share.init)
        }

        private static func words(_ counts: [Verdict: VerdictReport.Count]) -> [String: Count] {
            Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, Count($0.value)) })
        }
    }
}
