import ArgumentParser
import Configuration
import Keeping
import Promotion
import SMTP
import Terminal

/// `argot models list`
struct ModelsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the models, newest first; * is in force.")

    @OptionGroup var source: SourceOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let configuration = try source.load()
        let shelf = ModelShelf(configuration.files.models)
        let cards = Array(shelf.cards.reversed())
        guard !json else { return try Output.json(cards) }
        if let remark = configuration.envelopeModel?.remark { Output.note(remark) }
        guard !cards.isEmpty else { return print("no models yet: argot teach says what is missing") }
        let current = shelf.inForce
        Output.table(
            ["", "MODEL", "TAUGHT", "MESSAGES", "DAYS", "SPAM FOUND", "ORGANISATIONS TOUCHED", "BECAUSE"],
            cards.map { card in
                [
                    card.number == current ? "*" : "", String(card.number), Output.text(UnixTime(seconds: card.time)),
                    String(card.messages), String(card.days), "\(card.figures.found) of \(card.figures.spam)",
                    "\(card.figures.touched) of \(card.figures.organisations)", card.reason,
                ]
            })
    }
}
