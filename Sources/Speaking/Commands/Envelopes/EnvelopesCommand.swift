import ArgumentParser

/// `argot envelopes`
struct EnvelopesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "envelopes",
        abstract: "Imports, learns, evaluates and shows what HELO, names and headers of spam look like.",
        discussion: """
            "argot envelopes evaluate" shows how good a model is; "envelope_model" in the configuration names the one \
            that argotd uses.
            """,
        subcommands: [
            EnvelopesImportCommand.self, EnvelopesTrainCommand.self, EnvelopesEvaluateCommand.self,
            EnvelopesShowCommand.self,
        ])
}
