import ArgumentParser

/// `argot judgements`
struct JudgementsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judgements", abstract: "Collects what others than Argot say of messages.",
        subcommands: [JudgementsFollowCommand.self])
}
