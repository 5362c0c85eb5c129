import Configuration
import FoundationEssentials
import Keeping
import Policy
import SMTP

/// What `argot doctor --before-enforcing` sees of the time of observing.
package struct EnforcingSurvey {
    private let service: SurveyedService
    private let file: String
    private let now = Int64(Date().timeIntervalSince1970)

    /// A survey of a service, whose remedies name the configuration `file`.
    package init(_ service: SurveyedService, file: String) {
        self.service = service
        self.file = file
    }

    /// What it sees.
    package var findings: [Finding] {
        let configuration = service.configuration
        let policy = configuration.policy
        var reading = EnforcingReading(
            now: now, file: file, breakerMinimum: policy.breaker.minimumCount)
        reading.keptDays = configuration.journalDays
        reading.isBreakerArmed = policy.breaker.isEnabled
        reading.breakerBudget = policy.breaker.budget
        reading.enforced = policy.enforcedVerdicts.map(\.rawValue).sorted()
        let since = UnixTime(seconds: now - Int64(EnforcingReading.days * 2) * 86_400)
        let lately = UnixTime(seconds: now - 3 * 86_400)
        do {
            reading.outlook = try service.data.openStore().outlook(
                since: since, lately: lately, senders: 20)
        } catch {
            return [Finding("enforcing.observed", .problem, at: configuration.dataDirectory, "\(error)")]
        }
        return reading.findings
    }
}
