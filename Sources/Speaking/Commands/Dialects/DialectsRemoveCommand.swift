import ArgumentParser
import Dialects
import DialectLearning

/// `argot dialects remove`
struct DialectsRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Removes dialects from a model.")

    @OptionGroup var options: DialectModelOptions

    @Argument(help: "The dialects.")
    var names: [String]

    func run() throws {
        let model = try DialectModelFile.read(options.model).removing(names)
        try DialectModelFile.write(DialectDocument.text(for: model), to: options.target)
    }
}
