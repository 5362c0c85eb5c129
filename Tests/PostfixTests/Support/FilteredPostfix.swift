import ClientLab
import DaemonLab
import Foundation
import Testing

/// A Postfix with argotd in front of it.
final class FilteredPostfix: FilteredServer {
    typealias Client = MailClient

    /// The daemon.
    let daemon: ArgotDaemon
    /// The mail server.
    let postfix: PostfixInstance

    /// The same.
    var server: any MailServer { postfix }

    /// Starts both.
    ///
    /// - Parameters:
    ///   - settings: what differs from the standard settings of tests.
    ///   - runsDaemon: whether the daemon is started, too.
    ///   - timeout: how long Postfix waits for an answer of the filter.
    ///   - overrides: settings of Postfix; `DIRECTORY` stands for the daemon's directory.
    init(
        _ settings: [String: String] = [:], runsDaemon: Bool = true, timeout: String = "20s",
        variant: PostfixVariant = .local, overrides: [String: String] = [:], offersTLS: Bool = false
    ) throws {
        daemon = try ArgotDaemon(settings)
        postfix = try PostfixInstance(
            directory: daemon.path("postfix"), variant: variant,
            milters: """
                { \(daemon.socket), connect_timeout=\(timeout), command_timeout=\(timeout), content_timeout=\(timeout), \
                default_action=accept }
                """,
            overrides: overrides.mapValues { [path = daemon.directory.path] in $0.replacing("DIRECTORY", with: path) },
            offersTLS: offersTLS)
        if runsDaemon { try daemon.start() }
        try postfix.start()
    }
}

/// What tests with a Postfix need; missing, they are left out, but never in continuous integration.
enum Requirements {
    /// The condition of such tests.
    static let postfix = ConditionTrait.enabled(
        if: isInCI || (geteuid() == 0 && Executable.path(of: "master") != nil),
        "needs root and Debian's postfix")

    /// Whether a missing program is a failure.
    static let isInCI = ProcessInfo.processInfo.environment["CI"] != nil
}
