import Configuration
import Diagnosis
import FoundationEssentials
import Policy
import SMTP
import Storage

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
        var reading = EnforcingReading(now: now, file: file)
        let policy = configuration.policy
        reading.keptDays = configuration.journalDays
        reading.isBreakerArmed = policy.breaker.isEnabled
        reading.breakerBudget = policy.breaker.budget
        reading.breakerMinimum = policy.breaker.minimumCount
        reading.enforced = policy.enforcedVerdicts.map(\.rawValue).sorted()
        let since = UnixTime(seconds: now - Int64(EnforcingReading.days * 2) * 86_400)
        let lately = UnixTime(seconds: now - 3 * 86_400)
        do {
            let outlook = try control.sources.openStore(configuration).outlook(since: since, lately: lately)
            reading.first = outlook.first?.seconds
            reading.last = outlook.last?.seconds
            reading.activeDays = outlook.days
            reading.clean = outlook.clean
            reading.cleanLately = outlook.cleanLately
            reading.cleanRefused = outlook.cleanRefused
            reading.ownName = outlook.ownName
            reading.neverBack = outlook.neverBack
            reading.relays = outlook.relays
        } catch {
            return [Finding("enforcing.observed", .problem, at: configuration.dataDirectory, "\(error)")]
        }
        return reading.findings
    }
}
