import ArgumentParser

/// `argot models`
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Shows the envelope models that Argot taught itself, and puts one in force.",
        subcommands: [
            ModelsListCommand.self, ModelsShowCommand.self, ModelsPromoteCommand.self, ModelsRollbackCommand.self,
        ], defaultSubcommand: ModelsListCommand.self)
}
