import ClientLab
import DaemonLab
import Foundation
import Testing

/// A Sendmail with argotd in front of it.
final class FilteredSendmail: FilteredServer {
    /// The daemon.
    let daemon: ArgotDaemon
    /// The mail server.
    let sendmail: SendmailInstance

    /// The same.
    var server: any MailServer { sendmail }

    /// Starts both.
    ///
    /// - Parameters:
    ///   - settings: what differs from the standard settings of tests.
    ///   - runsDaemon: whether the daemon is started, too.
    ///   - flag: what Sendmail does without its filter: nothing, `R`, `T` or `4`.
    ///   - timeout: how long Sendmail waits for an answer of the filter.
    ///   - lines: further lines for `sendmail.mc`.
    init(
        _ settings: [String: String] = [:], runsDaemon: Bool = true, flag: String = "", timeout: String = "20s",
        variant: SendmailVariant = .local, lines: [String] = [], offersTLS: Bool = false
    ) throws {
        daemon = try ArgotDaemon(settings)
        sendmail = try SendmailInstance(
            directory: daemon.path("sendmail"), variant: variant,
            filter: "S=\(daemon.socket), F=\(flag), T=C:\(timeout);S:\(timeout);R:\(timeout);E:\(timeout)",
            lines: lines, offersTLS: offersTLS)
        if runsDaemon { try daemon.start() }
        try sendmail.start()
    }
}

/// What tests with a Sendmail need; missing, they are left out, but never in continuous integration.
enum Requirements {
    /// The condition of such tests.
    static let sendmail = ConditionTrait.enabled(
        if: isInCI || (geteuid() == 0 && SendmailTree.standard.isUsable),
        "needs root and Debian's sendmail, unpacked by Tests/run")

    /// Whether a missing program is a failure.
    static let isInCI = ProcessInfo.processInfo.environment["CI"] != nil
}
