import Policy
import SMTP

/// What would have changed a verdict: the policy is asked again without each of the signals, so that no second rule can
/// say otherwise.
///
/// The configuration of the time is not kept in the journal; what is asked is what signals deserve by themselves.
enum VerdictChange {
    /// The sentences, the most telling first.
    static func sentences(for record: VerdictRecord) -> [String] {
        var signals: [Signal] = []
        var sentences: [String] = []
        for reason in record.reasons {
            switch reason {
            case .signal(let signal): signals.append(signal)
            case .exempt(let exemption):
                sentences.append(
                    "without the exemption \(exemption.rawValue) what counts against it would have decided")
            case .limited(let exemption):
                sentences.append("without the exemption \(exemption.rawValue) more would have been done")
            case .standing(.new), .standing(.early):
                if record.verdict == .tempfail {
                    sentences.append("it would have been let in if it had come back after the delay")
                }
            case .suspended(let cause):
                sentences.append("if the breaker had not switched off \(cause), that would have counted")
            case .noLie(let obstacle):
                sentences.append("without \(obstacle.rawValue) a fake rejection would have been given")
            case .standing, .lieUndone, .atEndOfMessage, .asked, .none, .unknown: break
            }
        }
        if record.verdict != .accept { sentences += without(signals) }
        if signals.contains(.denied) {
            sentences.append("argot deny --remove takes the client off the deny list")
        } else if record.verdict != .accept {
            sentences.append("with the client on the allow list it would have been let in")
        }
        if record.verdict != record.applied, record.applied == .accept {
            sentences.append(
                record.mode == .observe
                    ? "in mode enforce the verdict would have been applied, as far as enforce and enforce_domains say"
                    : "it was not applied: enforce or enforce_domains leaves it out")
        }
        return sentences
    }

    /// What each of the signals has brought about.
    private static func without(_ signals: [Signal]) -> [String] {
        let all = desert(signals)
        return signals.compactMap { signal in
            let rest = desert(signals.filter { $0 != signal })
            guard rest != all else { return nil }
            let outcome =
                switch rest {
                case .accept: "it would have been let in"
                case .greylist: "it would have been greylisted only"
                case .denied, .certain: "the verdict would have been another one"
                }
            return "without \(signal.word) \(outcome)"
        }
    }

    /// What signals deserve: of a client from elsewhere without any history or exemption, by the policy itself.
    private static func desert(_ signals: [Signal]) -> Judgement.Desert {
        let attempt = DeliveryAttempt(
            client: ClientAddress("192.0.2.1"), clientPort: 1_025, sender: MailAddress(argument: "<a@a.example>".utf8),
            recipient: MailAddress(argument: "<b@b.example>".utf8))
        return policy.judgement(for: Evidence(attempt, signals: signals)).alone
    }

    private static let policy = VerdictPolicy(configuration: PolicyConfiguration())
}
