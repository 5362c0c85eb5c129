import ArgumentParser

/// `argot judgements`
struct JudgementsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judgements", abstract: "Shows and collects what others than Argot say of messages.",
        subcommands: [JudgementsShowCommand.self, JudgementsFollowCommand.self],
        defaultSubcommand: JudgementsShowCommand.self)
}
