import ArgumentParser

/// `argot senders`
struct SendersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "senders", abstract: "Scores senders by whom they write to.",
        discussion: """
            Files of messages are CSV with a first line that names the columns: t (seconds since 1970), ip, recipient, \
            and label (spam, ham or nothing); other columns are ignored. gzip is supported; - is standard input.
            """,
        subcommands: [
            SendersClusterCommand.self, SendersClustersCommand.self, SendersShowCommand.self,
            SendersScoreCommand.self, SendersEvaluateCommand.self, SendersSimulateCommand.self,
            SendersWindowCommand.self, SendersImportCommand.self, SendersLabelCommand.self,
            SendersKeyCommand.self, SendersSubmitCommand.self, SendersServeCommand.self,
            SendersFetchCommand.self, SendersExportCommand.self,
        ])
}
