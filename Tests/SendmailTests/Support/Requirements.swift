import DaemonLab
import Foundation
import Testing

/// What tests with a Sendmail need; missing, they are left out, but never in continuous integration.
enum Requirements {
    /// The condition of such tests.
    static let sendmail = ConditionTrait.enabled(
        if: MailServerKind.sendmail.isUsable, "needs root and Debian's sendmail, unpacked by Tests/run")
}
