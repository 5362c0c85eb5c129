import ArgumentParser
import Decision
import FoundationEssentials
import SMTP
import SpamTracker
import Terminal

/// `argot senders score`
struct SendersScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score", abstract: "Scores a sender that writes to the given recipient domains.",
        discussion: """
            Without recipients only the history of the address and its networks counts. The daemon's own model, \
            senders.model in its data directory, is queried with the key that lies beside it.
            """)

    @Argument(help: "The sender's address.")
    var address: String

    @Argument(help: "Recipient domains, one for each message.")
    var recipients: [String] = []

    @OptionGroup var model: SendersModelOptions
    @OptionGroup var trace: SendersTraceOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Row: Encodable {
        let sender: String
        let probability: Double
        let logOdds: Double
        let contrast: Double
        let paper: Double
        let evidence: String
        let confidence: Double
        let domains: Int
        let cluster: Int?
        let reasons: [String: Double]
    }

    func validate() throws {
        guard ClientAddress(address) != nil else { throw ValidationError("\"\(address)\" is not an address") }
    }

    func run() throws {
        guard let address = ClientAddress(address) else { return }
        let prefixes = SenderPrefixes(ipv4: trace.ipv4Prefix, ipv6: trace.ipv6Prefix)
        let sender = SenderKey(address, prefixes: prefixes)
        let pseudonyms = try SendersModelOptions.pseudonyms(besides: model.model, prefixes: prefixes)
        let model = try model.load()
        let snapshot = ScoreSnapshot(model, created: model.learnedUntil ?? UnixTime(seconds: 0))
        let domains = recipients.map { recipient in
            recipient.lastIndex(of: "@").map { String(recipient[recipient.index(after: $0)...]) } ?? recipient
        }.map { MailDomain.folded($0) }
            .map { name in pseudonyms.map { SenderPseudonyms.tableName($0.domain(name)) } ?? name }
        let score = snapshot.score(of: pseudonyms?.pseudonym(of: sender) ?? sender, recipients: domains)
        let known = domains.compactMap { model.table.number(of: $0) }.map { (domain: $0, count: UInt32(1)) }
        let paper = PaperScore(model.clusters).score(SenderRow(known))
        if json {
            try Output.json(
                Row(
                    sender: sender.description, probability: score.probability, logOdds: score.logOdds,
                    contrast: score.contrast, paper: paper, evidence: score.evidence.rawValue,
                    confidence: score.confidence, domains: score.domainCount, cluster: score.cluster,
                    reasons: Dictionary(
                        score.reasons.map { ($0.feature, $0.contribution) }, uniquingKeysWith: +)))
            return
        }
        let isUnknown = score.evidence == .none && !score.hasHistory
        let share = isUnknown ? ": the share of spam senders here, as nothing is known about this one" : ""
        let others = score.logOdds - score.reasons.reduce(0) { $0 + $1.contribution }
        Output.table(
            ["WHAT", "VALUE"],
            [
                ["sender", sender.description],
                ["probability of spam", FigureText.percent(score.probability) + share],
                ["contrast (log odds by targets alone)", FigureText.signed(score.contrast)],
                ["S(r) of the paper", FigureText.number(paper)],
                ["evidence from the targets", "\(score.evidence.rawValue), \(score.domainCount) domains"],
                ["confidence", FigureText.number(score.confidence, digits: 2)],
                ["nearest cluster", score.cluster.map(String.init) ?? "-"],
                ["history", score.hasHistory ? "yes" : "none"],
                ["log odds of any sender", FigureText.signed(others)],
            ]
                + score.reasons.map { ["log odds from \($0.feature)", FigureText.signed($0.contribution)] })
    }
}
