import ArgumentParser
import Decision
import Dialects

/// Which model a command is about.
struct ModelOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("A model document; by default the built-in model.", valueName: "file"),
        completion: .file())
    var model: String?

    func load() throws -> (model: DialectModel, source: String) { try ModelFile.read(model ?? "").get() }
}
