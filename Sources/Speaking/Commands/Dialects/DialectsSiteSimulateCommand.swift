import ArgumentParser
import DialectLearning
import DialectReputation
import Dialects
import Evaluation
import SMTP
import Sessions
import Terminal

/// `argot dialects site simulate`
struct DialectsSiteSimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Plays how soon a site recognises a bot that nobody has written down.",
        discussion: """
            Each hostile dialect of the model in turn is unknown to the site, and met for four days, after a week without \
            it, among the traffic of all honest dialects of the model; one in twenty of its sessions is judged spam by a blocklist, a trap or a \
            filter. Honest programs are spoken by clients that come back, by clients that write once, and by stolen \
            accounts; two in a thousand of their messages are judged spam by mistake.

            Names, addresses, sizes, recipients, refusals, optional parameters, the ways that a machine can take, and \
            lost connections vary from session to session. "After" is the number of sessions from which on at least half \
            of the dialect's further sessions are called.

            With --poison, shows instead what strangers reach who want an honest program to be greylisted.
            """)

    @OptionGroup var options: ModelOptions

    @Option(
        help: ArgumentHelp("The vantage of the site: \(WordOption.words(Vantage.self)).", valueName: "vantage"),
        completion: WordOption.completion(Vantage.self), transform: WordOption.value)
    var vantage = Vantage.wire

    @Option(help: ArgumentHelp("Where chance begins; the same number gives the same result.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("How often it is played, with this and the following seeds.", valueName: "count"))
    var seeds = 1

    @Option(help: ArgumentHelp("How many sessions of the hostile dialect there are.", valueName: "count"))
    var sessions = 200

    @Option(help: ArgumentHelp("The share of them that is judged spam.", valueName: "share"))
    var judged = 0.05

    @Option(
        help: ArgumentHelp("Show what strangers can do against this program of the model.", valueName: "dialect"))
    var poison: String?

    @Option(
        help: ArgumentHelp(
            "Also ask about the conversations of this file: transcripts from the wire with \"kind\" and \"label_guess\"; may "
                + "be repeated.", valueName: "file"), completion: .file())
    var recorded: [String] = []

    @Flag(
        help: ArgumentHelp(
            "Let the honest traffic be the conversations of these files, of every program the same number of hosts, and not "
                + "what the machines of the model make up. Every second one is kept for clients that come afresh."))
    var recordedTraffic = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard !recordedTraffic || !recorded.isEmpty else {
            throw ValidationError("--recorded-traffic: name the files with --recorded")
        }
        guard 1...100 ~= seeds else { throw ValidationError("--seeds: use 1 to 100") }
        guard 20...5_000 ~= sessions else { throw ValidationError("--sessions: use 20 to 5000") }
        guard 0...1 ~= judged else { throw ValidationError("--judged: use 0 to 1") }
    }

    func run() throws {
        let model = try options.load().model
        if let poison {
            _ = try model.dialect(poison)
            let rows = PoisoningExperiment.run(model: model, program: poison, vantage: vantage, seed: seed)
            if json { try Output.json(rows.map(AttackRow.init)) } else { show(rows) }
            return
        }
        let recordings = try self.recordings()
        for seed in seed..<(seed &+ UInt64(seeds)) {
            var options = SiteExperiment.Options()
            options.vantage = vantage
            options.seed = seed
            options.sessions = sessions
            options.judgedShare = judged
            options.isHonestRecorded = recordedTraffic
            let report = try SiteExperiment(model: model, options: options, recordings: recordings).run()
            if json {
                try Output.json(ReportRow(report, seed: seed, vantage: vantage))
            } else {
                show(report, seed: seed)
            }
        }
    }

    /// The conversations of the files that are labelled.
    private func recordings() throws -> [SiteExperiment.Recording] {
        var found: [SiteExperiment.Recording] = []
        for file in recorded {
            try TranscriptDocument.read(file: file) { transcript in
                let label = transcript.labelGuess ?? ""
                let isHostile = DialectEvaluation.isHostile(label)
                guard isHostile || DialectEvaluation.isHonest(label), let kind = transcript.kind,
                    let dialogue = DialogueReader.dialogue(from: transcript)
                else { return }
                found.append(
                    SiteExperiment.Recording(
                        program: kind, isHonest: !isHostile, dialogue: dialogue,
                        isUsual: !transcript.id.contains("/probe.")))
            }
        }
        guard recorded.isEmpty || !found.isEmpty else {
            throw CommandError(
                "\(recorded.joined(separator: ", ")): no labelled conversations: name transcripts from the wire, as argot "
                    + "dialects import --label makes them")
        }
        return found
    }

    // MARK: Tables

    private func show(_ report: SiteExperiment.Report, seed: UInt64) {
        Output.table(
            [
                "DIALECT", "HONEST ALIKE", "JUDGED", "AFTER", "AT RCPT", "IN THE END", "BY NAME", "STATE",
                "TOLD APART BY",
            ],
            report.outcomes.map { outcome in
                let apart = outcome.state == .mixed ? Self.apart(outcome) : ""
                return [
                    outcome.name, String(outcome.lookAlikes), String(outcome.judged),
                    outcome.recognisedAfter.map(String.init) ?? "-",
                    Self.text(outcome.calledAtRecipient), Self.text(outcome.called), Self.text(outcome.calledByName),
                    outcome.state.rawValue, apart,
                ]
            })
        let own = report.outcomes.filter { $0.lookAlikes == 0 }
        let shared = report.outcomes.filter { $0.lookAlikes > 0 }
        Output.print("")
        Output.print(
            "vantage \(vantage.rawValue), seed \(seed), \(sessions) sessions, \(Self.text(judged)) of them judged")
        Output.print(
            "no honest dialect looks alike: \(own.count { $0.recognisedAfter != nil }) of \(own.count) recognised; "
                + "some do: \(shared.count { $0.called > $0.calledByName }) of \(shared.count) called by how they speak, "
                + "\(shared.count { $0.calledByName > 0 }) by the name that they greet with")
        let called = report.honestCalled.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
        Output.print(
            "honest programs called: \(called.count) of \(report.honestPrograms)"
                + (called.isEmpty ? "" : ": " + called.joined(separator: ", "))
                + "; \(report.honestSessions) further sessions asked about at each of \(10 * report.outcomes.count) times, "
                + "\(report.honestSightings) sightings")
        guard !recorded.isEmpty else { return }
        let bots = report.outcomes.filter { $0.recorded > 0 }
        Output.print(
            "recorded conversations: \(report.honestRecordedCalled.values.reduce(0, +)) of \(report.honestRecorded) honest "
                + "ones called at any of \(report.outcomes.count) times"
                + (report.honestRecordedCalled.isEmpty
                    ? ""
                    : ": "
                        + report.honestRecordedCalled.map { "\($0.key) (\($0.value))" }.sorted().joined(separator: ", "))
        )
        if report.honestRecordedBeforeRecipient > 0 {
            Output.print(
                "  before any recipient, where nobody is deferred: \(report.honestRecordedBeforeRecipient) that speak like what "
                    + "is hostile")
        }
        for (program, causes) in report.honestRecordedCauses.sorted(by: { $0.key < $1.key }) {
            for cause in causes.sorted() { Output.print("  \(program) is taken for \(cause)") }
        }
        for outcome in bots {
            Output.print("  \(outcome.name): \(outcome.recordedCalled) of \(outcome.recorded) called")
        }
    }

    private static func apart(_ outcome: SiteExperiment.Outcome) -> String {
        let words = outcome.distinctions.map { "\($0.aspect) \(text($0.difference))" }
        let all = words + (outcome.question.map { ["question \($0)"] } ?? [])
        return all.isEmpty ? "nothing known: nobody honest met, no reply" : all.joined(separator: ", ")
    }

    private func show(_ rows: [PoisoningExperiment.Row]) {
        Output.table(
            ["ATTACK", "MESSAGES", "NETWORKS", "ORGANISATIONS", "HONEST USE", "STATE", "HONEST CALLED"],
            rows.map {
                [
                    $0.attack, String($0.messages), String($0.networks), String($0.organisations),
                    $0.isInUse ? "yes" : "no", $0.state.rawValue, Self.text($0.honestCalled),
                ]
            })
    }

    private static func text(_ value: Double) -> String { String((value * 1_000).rounded() / 1_000) }

    // MARK: JSON

    private struct AttackRow: Encodable {
        let attack: String
        let messages: Int
        let networks: Int
        let organisations: Int
        let honestUse: Bool
        let state: String
        let honestCalled: Double

        init(_ row: PoisoningExperiment.Row) {
            attack = row.attack
            messages = row.messages
            networks = row.networks
            organisations = row.organisations
            honestUse = row.isInUse
            state = row.state.rawValue
            honestCalled = row.honestCalled
        }
    }

    private struct ReportRow: Encodable {
        struct Row: Encodable {
            let dialect: String
            let lookAlikes: Int
            let judged: Int
            let recognisedAfter: Int?
            let calledAtRecipient: Double
            let called: Double
            let calledByName: Double
            let state: String
            let shape: String
            let recorded: Int
            let recordedCalled: Int
            let apart: [SiteDialectRow.Distinction]
            let question: String?
        }

        struct Called: Encodable {
            let dialect: String
            let sessions: Int
        }

        let vantage: String
        let seed: UInt64
        let rows: [Row]
        let honestCalled: [Called]
        let honestPrograms: Int
        let honestRecorded: Int
        let honestRecordedCalled: [Called]
        let honestRecordedBeforeRecipient: Int

        init(_ report: SiteExperiment.Report, seed: UInt64, vantage: Vantage) {
            self.vantage = vantage.rawValue
            self.seed = seed
            rows = report.outcomes.map { outcome in
                Row(
                    dialect: outcome.name, lookAlikes: outcome.lookAlikes, judged: outcome.judged,
                    recognisedAfter: outcome.recognisedAfter,
                    calledAtRecipient: outcome.calledAtRecipient, called: outcome.called,
                    calledByName: outcome.calledByName,
                    state: outcome.state.rawValue, shape: outcome.shape,
                    recorded: outcome.recorded, recordedCalled: outcome.recordedCalled,
                    apart: outcome.distinctions.map(SiteDialectRow.Distinction.init),
                    question: outcome.question)
            }
            honestCalled = report.honestCalled.sorted { $0.key < $1.key }
                .map { Called(dialect: $0.key, sessions: $0.value) }
            honestPrograms = report.honestPrograms
            honestRecorded = report.honestRecorded
            honestRecordedBeforeRecipient = report.honestRecordedBeforeRecipient
            honestRecordedCalled = report.honestRecordedCalled.sorted { $0.key < $1.key }
                .map { Called(dialect: $0.key, sessions: $0.value) }
        }
    }
}
