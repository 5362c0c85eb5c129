import ArgumentParser

/// `argot envelopes`
struct EnvelopesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "envelopes", abstract: "Learns, judges and shows what spam's HELO, names and headers are like.",
        discussion: """
            "argot envelopes evaluate" tells how good a model is; "envelope_model" in the configuration names the one \
            that argotd uses.
            """,
        subcommands: [EnvelopesTrainCommand.self, EnvelopesEvaluateCommand.self, EnvelopesShowCommand.self])
}
