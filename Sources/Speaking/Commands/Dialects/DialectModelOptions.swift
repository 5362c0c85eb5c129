import ArgumentParser

/// A model's file that a command changes.
struct DialectModelOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The model to change.", valueName: "file"), completion: .file())
    var model: String

    @Option(
        name: .long, help: ArgumentHelp("Write the model here instead of over the old one.", valueName: "file"),
        completion: .file())
    var output: String?

    /// Where the model is written.
    var target: String { output ?? model }
}
