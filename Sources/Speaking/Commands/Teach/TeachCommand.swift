import ArgumentParser

/// `argot teach`
struct TeachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "teach",
        abstract: "Teaches Argot from what its site has seen, or simulates that on recorded mail.",
        subcommands: [TeachRunCommand.self, TeachSimulateCommand.self], defaultSubcommand: TeachRunCommand.self)
}
