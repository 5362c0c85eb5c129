import ArgumentParser
import Files
import FoundationEssentials

/// `argot manual`, for those who build packages.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Writes the manual pages.",
        discussion: "The daemon's page needs what \"argotd --experimental-dump-help\" prints.", shouldDisplay: false)

    @Argument(help: ArgumentHelp("Where the pages go.", valueName: "directory"), completion: .directory)
    var directory: String

    @Option(
        name: .long, help: ArgumentHelp("What \"argotd --experimental-dump-help\" has printed.", valueName: "file"),
        completion: .file())
    var daemon: String?

    func run() throws {
        var argotd: CommandHelp?
        if let daemon {
            guard let data = FileManager.default.contents(atPath: daemon) else {
                throw CommandError("\(daemon) cannot be read: write it with argotd --experimental-dump-help")
            }
            do {
                argotd = try CommandHelp(dump: String(decoding: data, as: UTF8.self))
            } catch {
                throw CommandError("\(daemon) is not the help of argotd: write it with argotd --experimental-dump-help")
            }
        }
        let argot = try CommandHelp(dump: ArgotCommand._dumpHelp())
        let manual = Manual(version: ArgotCommand.configuration.version, argot: argot, argotd: argotd)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for page in manual.pages {
            try OutputFile.write(page.text, to: "\(directory)/\(page.fileName)")
            print("\(directory)/\(page.fileName)")
        }
    }
}
