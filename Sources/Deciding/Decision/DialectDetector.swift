import Dialects
import Policy
import SMTP

/// How the client speaks: walks the decision machine, and says what its node or its posterior amounts to.
struct DialectDetector: SessionDetector {
    static var detector: Detector { .dialect }
    static var readsHeaders: Bool { true }

    private let dialects: CompiledDialects
    /// Whether the greeting is only told with the first recipient.
    private let waitsForGreeting: Bool
    private(set) var matcher: DialectMatcher
    /// MAIL that waits for its greeting.
    private var heldMail: (event: ObservedEvent, bytes: [UInt8])?
    private var knowsGreeting = false
    private var isInTransaction = false
    private var hasTLS = false
    private var settled: DialectReading?

    init(snapshot: DecisionSnapshot, peers: SessionPeers, vantage: Vantage) {
        dialects = snapshot.compiled(for: vantage)
        waitsForGreeting = vantage.greeting == .withRecipient
        matcher = DialectMatcher(machine: dialects.machine, peers: peers)
    }

    mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        switch event {
        case .tls: hasTLS = true
        case .proto: knowsGreeting = true
        case .mail:
            isInTransaction = true
            if waitsForGreeting, !knowsGreeting {
                heldMail = (event, (0..<min(bytes.count, EventReader.longestArgument)).map { bytes[$0] })
                return
            }
        case .rcpt, .data, .unknown: releaseMail()
        case .abort:
            releaseMail()
            // May come without a transaction, and twice, when it means nothing.
            guard isInTransaction else { return }
            isInTransaction = false
        case .eom: isInTransaction = false
        case .syn, .hello, .line, .linesLost: return
        case .helo, .auth, .refused, .answered, .header, .eoh, .body, .replied, .command: break
        }
        settled = nil
        matcher.take(event, bytes)
    }

    /// Follows the MAIL that was held back, now that all is known that will be.
    private mutating func releaseMail() {
        guard let (event, bytes) = heldMail else { return }
        heldMail = nil
        settled = nil
        matcher.take(event, bytes.span)
    }

    func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under policy: VerdictPolicy) {
        if let signal = attempt.dialect.signal { found.append(signal) }
    }

    /// What the machine says by now; worked out once until the next event. O(1) for what sessions do as a rule, else
    /// O(number of dialects).
    mutating func settle() { settled = settled ?? reading }

    /// The same, worked out again where nobody has settled it.
    var reading: DialectReading {
        settled ?? dialects.reading(of: matcher)
    }

    /// What a verdict needs of the session.
    var finding: DialectFinding { reading.finding }

    /// The dialects that the client can speak, as long as it can only speak known ones; else none.
    var speakers: [DialectMatch.DialectName] {
        reading.posterior?.speakers ?? (matcher.decided.map { [$0] } ?? [])
    }

    /// What the decision machine says, in a word for logs.
    var label: String { reading.label }

    /// The temporary refusal that would tell most about a client that may be hostile and may not, where its reaction can
    /// change the verdict.
    var question: DistinguishingReply? {
        switch dialects.matching {
        case .paper:
            guard Set(matcher.classes.map(\.isHostile)).count == 2 else { return nil }
            return dialects.question(to: matcher)
        case .likelihood:
            let posterior = reading.posterior ?? matcher.posterior
            guard posterior.verdict == .ambiguous else { return nil }
            // No bot is known that both takes the trouble of TLS and speaks like known software.
            if hasTLS, posterior.knownSoftware > posterior.hostile { return nil }
            guard let question = dialects.question(to: matcher),
                question.chanceOfConviction(under: posterior) >= Self.leastChance
            else { return nil }
            return question
        }
    }

    /// How likely the reaction to a question must convict the client for it to be asked: every question delays a message.
    private static let leastChance = 0.25
}
