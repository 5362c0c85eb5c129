import ArgumentParser
import SMTP
import Terminal

/// The command line of argot.
struct ArgotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "argot",
        abstract: "Inspects and controls the Argot mail filter.",
        discussion:
            "argotd does the work; argot controls it, reads what it stores, learns dialects and judges recorded "
            + "sessions again.",
        version: "argot 0.1.0",
        subcommands: [
            StatusCommand.self, TopCommand.self, DoctorCommand.self, ReportCommand.self, ExplainCommand.self,
            JournalCommand.self, LiesCommand.self, ModeCommand.self, AllowCommand.self, DenyCommand.self,
            ReloadCommand.self, PurgeCommand.self, KeyCommand.self, ConfigCommand.self, DialectsCommand.self,
            SendersCommand.self,
            EnvelopesCommand.self, TeachCommand.self, ModelsCommand.self, JudgeCommand.self, JudgementsCommand.self,
            SinkCommand.self, WebCommand.self,
            ReplayCommand.self, TranscriptCommand.self, ManualCommand.self,
        ])
}

/// The entry point of the `argot` executable.
public enum Argot {
    /// Parses the command line, runs the command and exits.
    public static func run() -> Never {
        do {
            var command = try ArgotCommand.parseAsRoot()
            try command.run()
            ArgotCommand.exit()
        } catch {
            // Messages quote what was typed, what files hold and what a daemon answers.
            let code = ArgotCommand.exitCode(for: error)
            var message = ArgotCommand.fullMessage(for: error)
            guard !code.isSuccess, !message.isEmpty else { ArgotCommand.exit(withError: error) }
            // The parser quotes arguments as they are: their line ends are not the message's.
            for argument in CommandLine.arguments.dropFirst() where !argument.isEmpty {
                message = message.replacing(argument, with: PrintableText(argument).description)
            }
            for line in message.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
                Output.note(String(line))
            }
            ArgotCommand.exit(withError: code)
        }
    }
}
