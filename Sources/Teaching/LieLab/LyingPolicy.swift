import Policy
import SMTP

/// What the daemon's policy says of a client that two independent detectors agree on.
struct LyingPolicy: Sendable {
    private let policy: VerdictPolicy
    private let judgement: Judgement

    /// A policy that lies about a fraction of the recipients.
    init(fraction: Double) {
        var configuration = PolicyConfiguration()
        configuration.certainAction = .fakeReject
        configuration.fakeRejectFraction = fraction
        policy = VerdictPolicy(configuration: configuration)
        let attempt = DeliveryAttempt(
            client: ClientAddress(ipv4: 0xcb00_7109), sender: MailAddress(argument: "<bot@sender.example>".utf8),
            recipient: MailAddress(argument: "<user@site.example>".utf8))
        judgement = policy.judgement(for: Evidence(attempt, signals: [.dialectBot, .recipientsUnknown]))
    }

    /// Whether a recipient for whom `draw` was drawn is lied about.
    func lies(_ draw: Double) -> Bool { policy.verdict(for: judgement, standing: .new, draw: draw) == .fakeReject }
}
