import ClientLab
import Foundation

/// The mail servers that Argot filters for: how a laboratory has them, and where their words differ.
public enum MailServerKind: String, CaseIterable, Sendable {
    /// Debian's Postfix.
    case postfix
    /// Debian's Sendmail, unpacked by `Tests/run`.
    case sendmail

    /// Those that can run here. In continuous integration a missing one is a failure.
    public static let usable = allCases.filter(\.isUsable)

    /// Whether a missing program is a failure.
    public static let isInCI = ProcessInfo.processInfo.environment["CI"] != nil

    /// Whether it can run here.
    public var isUsable: Bool {
        guard !Self.isInCI else { return true }
        guard geteuid() == 0 else { return false }
        switch self {
        case .postfix: return Executable.path(of: "master") != nil
        case .sendmail: return SendmailTree.standard.isUsable
        }
    }

    /// One with argotd in front of it.
    ///
    /// - Parameters:
    ///   - settings: what differs from the standard settings of tests.
    ///   - runsDaemon: whether the daemon is started, too.
    ///   - timeout: how long the mail server waits for an answer of the filter.
    ///   - domains: domains elsewhere that it takes mail for.
    ///   - answersVRFY: whether it tells who has a mailbox.
    public func filtered(
        _ settings: [String: String] = [:], runsDaemon: Bool = true, timeout: String = "20s",
        relaying domains: [String] = [], answersVRFY: Bool = false, offersTLS: Bool = false
    ) throws -> any FilteredServer {
        switch self {
        case .postfix:
            var overrides: [String: String] = [:]
            if answersVRFY { overrides["disable_vrfy_command"] = "no" }
            if !domains.isEmpty {
                overrides["relay_domains"] = domains.joined(separator: ", ")
                overrides["relay_recipient_maps"] = ""
            }
            return try FilteredPostfix(
                settings, runsDaemon: runsDaemon, timeout: timeout, overrides: overrides, offersTLS: offersTLS)
        case .sendmail:
            var lines: [String] = []
            if answersVRFY { lines.append("define(`confPRIVACY_FLAGS', `public')dnl") }
            if !domains.isEmpty { lines.append("RELAY_DOMAIN(`\(domains.joined(separator: " "))')dnl") }
            return try FilteredSendmail(
                settings, runsDaemon: runsDaemon, timeout: timeout, lines: lines, offersTLS: offersTLS)
        }
    }

    /// How a recipient is accepted.
    public func accepted(_ recipient: String = "user1@lab.example") -> String {
        switch self {
        case .postfix: "250 2.1.5 Ok"
        case .sendmail: "250 2.1.5 <\(recipient)>... Recipient ok"
        }
    }

    /// How a recipient is refused by Argot, once two detectors agree. Sendmail begins with the recipient as the client has
    /// written it.
    public func refused(_ recipient: String = "user1@lab.example") -> String {
        "550 5.7.1 \(prefix(recipient))Refused by local policy, please contact the postmaster"
    }

    /// How a missing user is refused.
    public func unknownUser(_ recipient: String) -> String {
        switch self {
        case .postfix: "550 5.1.1 <\(recipient)>: Recipient address rejected: User unknown in local recipient table"
        case .sendmail: "550 5.1.1 <\(recipient)>... User unknown"
        }
    }

    /// How the refusal of a recipient elsewhere begins.
    public func relayingDenied(_ recipient: String) -> String {
        switch self {
        case .postfix: "554 5.7.1 <\(recipient)>: Relay access denied"
        case .sendmail: "550 5.7.1 <\(recipient)>... Relaying denied"
        }
    }

    /// The answer to DATA when no recipient was accepted.
    public var noRecipients: String {
        switch self {
        case .postfix: "554 5.5.1 Error: no valid recipients"
        case .sendmail: "503 5.0.0 Need RCPT (recipient)"
        }
    }

    /// What it puts in front of a filter's words at RCPT; not part of what Argot says.
    public func prefix(_ recipient: String) -> String { self == .sendmail ? "<\(recipient)>... " : "" }

    /// What a milter under it sees.
    public var vantage: String { "milter-\(rawValue)" }
}
