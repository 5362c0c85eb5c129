import ClientLab

/// A Sendmail with argotd in front of it.
public final class FilteredSendmail: FilteredServer {
    /// The daemon.
    public let daemon: ArgotDaemon
    /// The mail server.
    public let sendmail: SendmailInstance

    /// The same.
    public var server: any MailboxServer { sendmail }

    /// Starts both.
    ///
    /// - Parameters:
    ///   - settings: what differs from the standard settings of tests.
    ///   - runsDaemon: whether the daemon is started, too.
    ///   - flag: what Sendmail does without its filter: nothing, `R`, `T` or `4`.
    ///   - timeout: how long Sendmail waits for an answer of the filter.
    ///   - lines: further lines for `sendmail.mc`.
    ///   - keepsLog: whether Sendmail has a syslog.
    public init(
        _ settings: [String: String] = [:], runsDaemon: Bool = true, flag: String = "", timeout: String = "20s",
        variant: SendmailVariant = .local, lines: [String] = [], offersTLS: Bool = false,
        keepsLog: Bool = false
    ) throws {
        daemon = try ArgotDaemon(settings)
        sendmail = try SendmailInstance(
            directory: daemon.path("sendmail"), variant: variant,
            filter: "S=\(daemon.socket), F=\(flag), T=C:\(timeout);S:\(timeout);R:\(timeout);E:\(timeout)",
            lines: lines, offersTLS: offersTLS, keepsLog: keepsLog)
        if runsDaemon { try daemon.start() }
        try sendmail.start()
    }
}
