import ArgumentParser
import Configuration
import Keeping
import Promotion
import Terminal

/// `argot models promote`
struct ModelsPromoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote", abstract: "Puts a model in force, whatever its figures are.")

    @Argument(help: ArgumentHelp("The model.", valueName: "number"))
    var number: Int

    @OptionGroup var control: ControlOptions

    func run() throws {
        let shelf = ModelShelf(try control.sources.load().files.models)
        try shelf.alone { try shelf.promote(number, because: "the administrator put it in force") }
        print("model \(number) is in force")
        try Reload(control).await("POST", "/reload")
    }
}
