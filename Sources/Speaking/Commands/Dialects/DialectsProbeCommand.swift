import ArgumentParser
import DialectLearning
import Dialects
import SMTP
import Terminal

/// `argot dialects probe`
struct DialectsProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Shows single replies that tell similar dialects apart.",
        discussion: """
            For each pair of dialects that a complete delivery does not tell apart, prints the least harmful reply of \
            the catalogue after which they behave differently, or that none is known. A milter can vary only refusals \
            and delays; at the wire vantage every variation is possible.

            With --nodes, prints for each place in the decision machine where several dialects are possible the reply \
            with the greatest expected information, less the harm it may do to honest mail.
            """)

    @OptionGroup var options: ModelOptions

    @Option(
        help: ArgumentHelp("The vantage of the observer: \(WordOption.words(Vantage.self)).", valueName: "vantage"),
        completion: WordOption.completion(Vantage.self), transform: WordOption.value)
    var vantage = Vantage.wire

    @Flag(help: "Only pairs of which one dialect is hostile.")
    var hostile = false

    @Flag(help: "Show places in the machine instead of pairs.")
    var nodes = false

    @Flag(help: "Only replies that do no harm to honest mail.")
    var harmless = false

    @Flag(help: "Print JSON.")
    var json = false

    private struct PairRow: Encodable {
        let one: String
        let other: String
        let reply: String?
        let harm: String?
        let reactions: [String]
        let compared: Int?
        let possible: Int?
    }

    private struct PairReport: Encodable {
        let vantage: String
        let pairs: Int
        let ambiguous: Int
        let separated: Int
        let inseparable: Int
        let rows: [PairRow]
    }

    private struct NodeRow: Encodable {
        let states: String
        let reply: String
        let harm: String
        let gain: Double
        let separatesHostile: Bool
        let reactions: [String: String]
    }

    func run() throws {
        let machine = DecisionMachine(model: try options.load().model, vantage: vantage)
        let isFilter = vantage.filteredServer != nil
        let isAllowed: (ReplyVariation) -> Bool = {
            (!isFilter || $0.isPossibleForMilter) && (!harmless || $0.harm == .none)
        }
        if nodes {
            try showNodes(DistinguishingTable(machine: machine, isAllowed: isAllowed), machine)
        } else {
            try showPairs(try DialectPairs(machine: machine, isAllowed: isAllowed))
        }
    }

    private func showPairs(_ pairs: DialectPairs) throws {
        let rows = pairs.ambiguous.filter {
            !hostile || $0.one.dialectClass.isHostile != $0.other.dialectClass.isHostile
        }.map { pair in
            switch pair.distinction {
            case .reply(let variation, let one, let other):
                PairRow(
                    one: pair.one.name, other: pair.other.name, reply: variation.id, harm: variation.harm.rawValue,
                    reactions: [one.words, other.words], compared: nil, possible: nil)
            case .inseparable(let compared, let possible):
                PairRow(
                    one: pair.one.name, other: pair.other.name, reply: nil, harm: nil, reactions: [],
                    compared: compared, possible: possible)
            }
        }
        let separated = rows.count { $0.reply != nil }
        if json {
            try Output.json(
                PairReport(
                    vantage: vantage.rawValue, pairs: pairs.count, ambiguous: rows.count, separated: separated,
                    inseparable: rows.count - separated, rows: rows))
            return
        }
        Output.table(
            ["DIALECT", "DIALECT", "REPLY", "HARM", "REACTIONS"],
            rows.map { row in
                guard let reply = row.reply, let harm = row.harm else {
                    let evidence = "both reactions known for \(row.compared ?? 0) of \(row.possible ?? 0), none differs"
                    return [row.one, row.other, "inseparable", "-", evidence]
                }
                return [row.one, row.other, reply, harm, row.reactions.joined(separator: " | ")]
            })
        print("")
        print(
            "\(pairs.count) pairs, \(rows.count) look alike\(hostile ? " (hostile and not)" : "") at "
                + "\(vantage.rawValue): "
                + "\(separated) told apart by one reply, \(rows.count - separated) by no known reply")
    }

    private func showNodes(_ table: DistinguishingTable, _ machine: DecisionMachine) throws {
        let construction = try FullConstruction(of: machine)
        let rows = table.everywhere(in: construction).filter { _, reply in
            !hostile
                || Set(reply.answers.map(\.dialect.dialectClass.isHostile)).count == 2
        }.map { states, reply in
            NodeRow(
                states: states, reply: reply.variation.id, harm: reply.variation.harm.rawValue,
                gain: (reply.gain * 1_000).rounded() / 1_000, separatesHostile: reply.separatesHostile,
                reactions: Dictionary(
                    reply.answers.map { ($0.dialect.name, $0.reaction.words) }, uniquingKeysWith: { one, _ in one }))
        }
        if json {
            try Output.json(rows)
            return
        }
        Output.table(
            ["REPLY", "BITS", "HARM", "HOSTILE APART", "STATES"],
            rows.map { [$0.reply, String($0.gain), $0.harm, $0.separatesHostile ? "yes" : "no", $0.states] })
        print("")
        print("\(rows.count) of \(construction.placeCount) places where a reply is informative, at \(vantage.rawValue)")
    }
}
