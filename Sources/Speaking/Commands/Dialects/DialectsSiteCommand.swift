import ArgumentParser

/// `argot dialects site`
struct DialectsSiteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "site", abstract: "Shows what this site has learned of how its clients speak.",
        subcommands: [DialectsSiteSimulateCommand.self])
}
