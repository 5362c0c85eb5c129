import ArgumentParser

/// The command line of argot.
struct ArgotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "argot",
        abstract: "Looks into Argot: its verdicts, its dialects, its configuration.",
        discussion: "argotd does the work; argot reads what it keeps and judges recorded sessions again.",
        version: "argot 0.1.0",
        subcommands: [
            StatusCommand.self, TopCommand.self, DoctorCommand.self, ReportCommand.self, ExplainCommand.self,
            JournalCommand.self, LiesCommand.self, ModeCommand.self, AllowCommand.self, DenyCommand.self,
            ReloadCommand.self, PurgeCommand.self, KeyCommand.self, ConfigCommand.self, DialectsCommand.self,
            SendersCommand.self,
            EnvelopesCommand.self, SinkCommand.self, ReplayCommand.self, TranscriptCommand.self, ManualCommand.self,
        ])
}

/// The entry point of the `argot` executable.
public enum Argot {
    /// Parses the command line, runs the command and exits.
    public static func run() -> Never {
        ArgotCommand.main()
        ArgotCommand.exit()
    }
}
