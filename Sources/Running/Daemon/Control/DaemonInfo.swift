import Policy
import SMTP

/// What is in force, for those who ask over the control socket.
struct DaemonInfo: Sendable {
    /// When the daemon was started.
    var started: UnixTime

    /// When the last reading of configuration and model without a fault began.
    var loaded: UnixTime

    /// Where the model comes from.
    var modelSource: String

    /// How many dialects it has.
    var dialects: Int

    /// The mode in force.
    var mode: EnforcementMode

    /// When the model's file was written; `nil` for the one that Argot ships.
    var modelWritten: UnixTime?

    /// What else was learned and decides.
    var taught: [TaughtFile] = []

    /// Where mail servers reach the filter.
    var filterSocket: String

    /// What serves them there.
    var engine: String

    /// Where Postfix asks the policy service; `nil` when it may not.
    var policySocket: String?

    /// What went wrong at the last reload; empty when nothing did.
    var reloadErrors: [String] = []
}
