import DaemonLab
import Foundation
import Testing

/// What tests with a Postfix need; missing, they are left out, but never in continuous integration.
enum Requirements {
    /// The condition of such tests.
    static let postfix = ConditionTrait.enabled(
        if: MailServerKind.postfix.isUsable, "needs root and Debian's postfix")

    /// Whether a missing program is a failure.
    static let isInCI = MailServerKind.isInCI
}
