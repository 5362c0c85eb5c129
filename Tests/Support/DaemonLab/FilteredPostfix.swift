import ClientLab
import Foundation

/// A Postfix with argotd in front of it.
public final class FilteredPostfix: FilteredServer {
    /// Who connects.
    public typealias Client = MailClient

    /// The daemon.
    public let daemon: ArgotDaemon
    /// The mail server.
    public let postfix: PostfixInstance

    /// The same.
    public var server: any MailboxServer { postfix }

    /// Starts both.
    ///
    /// - Parameters:
    ///   - settings: what differs from the standard settings of tests.
    ///   - runsDaemon: whether the daemon is started, too.
    ///   - timeout: how long Postfix waits for an answer of the filter.
    ///   - overrides: settings of Postfix; `DIRECTORY` stands for the daemon's directory.
    ///   - services: further lines of `master.cf`.
    public init(
        _ settings: [String: String] = [:], runsDaemon: Bool = true, timeout: String = "20s",
        variant: PostfixVariant = .local, overrides: [String: String] = [:], services: [String] = [],
        offersTLS: Bool = false
    ) throws {
        daemon = try ArgotDaemon(settings)
        postfix = try PostfixInstance(
            directory: daemon.path("postfix"), variant: variant,
            milters: """
                { \(daemon.socket), connect_timeout=\(timeout), command_timeout=\(timeout), content_timeout=\(timeout), \
                default_action=accept }
                """,
            overrides: overrides.mapValues { [path = daemon.directory.path] in $0.replacing("DIRECTORY", with: path) },
            services: services, offersTLS: offersTLS)
        if runsDaemon { try daemon.start() }
        try postfix.start()
    }
}
