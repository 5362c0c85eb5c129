import Policy
import SMTP

/// What is in force, for those who ask over the control socket.
struct DaemonInfo: Sendable {
    /// When the daemon was started.
    var started: UnixTime

    /// When configuration and model were last read without a fault.
    var loaded: UnixTime

    /// Where the model comes from.
    var modelSource: String

    /// How many dialects it has.
    var dialects: Int

    /// The mode in force.
    var mode: EnforcementMode

    /// What went wrong at the last reload; empty when nothing did.
    var reloadErrors: [String] = []
}
