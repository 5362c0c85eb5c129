import Configuration
import Diagnosis
import FoundationEssentials
import Keeping
import Policy
import SMTP

/// What `argot doctor --before-enforcing` sees of the time of observing.
struct EnforcingSurvey {
    private let configuration: Configuration
    private let control: ControlOptions
    private let file: String
    private let now = Int64(Date().timeIntervalSince1970)

    init(_ configuration: Configuration, control: ControlOptions, file: String) {
        self.configuration = configuration
        self.control = control
        self.file = file
    }

    var findings: [Finding] {
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
            reading.outlook = try control.sources.openStore(configuration).outlook(
                since: since, lately: lately, senders: 20)
        } catch {
            return [Finding("enforcing.observed", .problem, at: configuration.dataDirectory, "\(error)")]
        }
        return reading.findings
    }
}
