import ArgumentParser
import Configuration
import Keeping
import Promotion
import Terminal

/// `argot models show`
struct ModelsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows the card of a model: what it learned from, and how it did.",
        discussion: "\"argot envelopes show FILE\" shows the weights of the model's file, which is named at the end.")

    @Argument(help: ArgumentHelp("The model; the one in force if none is given.", valueName: "number"))
    var number: Int?

    @OptionGroup var source: SourceOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let shelf = ModelShelf(try source.load().files.models)
        guard let number = number ?? shelf.inForce else {
            throw CommandError("no model of Argot's own is in force: name one, argot models lists them")
        }
        let card = try shelf.card(number)
        guard !json else { return try Output.json(card) }
        ModelCardText.show(card)
        print(shelf.model(number))
    }
}
