import ArgumentParser

/// `argot teach`
struct TeachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "teach",
        abstract: "Teaches Argot from the judgements that its site has, or simulates that on recorded mail.",
        subcommands: [TeachSimulateCommand.self])
}
