import ArgumentParser
import EnvelopeTraining
import Envelopes
import Terminal

/// `argot envelopes show`
struct EnvelopesShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Checks a model and shows its heaviest weights; exits with 0 or 1.")

    @Argument(help: "The model file.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("Show this many weights for each moment and sign.", valueName: "count"))
    var top = 10

    func run() throws {
        let model = try EnvelopeModelFile.read(file)
        let origin = model.origin
        print(
            "\(file): \(model.weightCount) weights from \(origin.spamMails) spam messages from "
                + "\(origin.spamSenders) addresses and \(origin.honestMails) honest ones from \(origin.honestSenders)\n"
        )
        Output.table(
            ["MOMENT", "WEIGHT", "QUESTION", "ANSWER"],
            EnvelopeMoment.allCases.flatMap { moment in
                let weights = model.weights(at: moment)
                let shown = weights.count > 2 * top ? weights.prefix(top) + weights.suffix(top) : weights[...]
                return shown.map {
                    [moment.rawValue, String(($0.weight * 100).rounded() / 100), $0.group.word, $0.answer]
                }
            })
    }
}
