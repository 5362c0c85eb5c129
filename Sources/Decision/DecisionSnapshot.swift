public import Dialects
public import Envelopes
public import Policy
public import SMTP

/// All that decides, frozen: the compiled model and the policy. A session keeps the snapshot it began with; a reload
/// publishes a new one.
public final class DecisionSnapshot: Sendable {
    /// The policy.
    public let policy: VerdictPolicy

    /// The model that the machines are compiled from.
    public let model: DialectModel

    /// Where the model comes from: a file's path, or `built-in`.
    public let modelSource: String

    /// How dialects are matched.
    public let matching: MatchingMode

    /// What HELO, names and headers of spam are like; `nil` when they are not judged.
    public let envelopes: EnvelopeModel?

    /// Detectors that are not Argot's own: each makes one for a session between peers.
    public let otherDetectors: [@Sendable (SessionPeers) -> any SessionDetector]

    private let postfix: Compiled
    private let sendmail: Compiled

    /// A machine, and what a verdict needs of each of its nodes.
    private struct Compiled: Sendable {
        let machine: DecisionMachine
        /// By node, where hard sets decide.
        let findings: [DialectFinding]
        let probes: DistinguishingTable?

        init(model: DialectModel, vantage: Vantage, matching: MatchingMode, isProbing: Bool) {
            machine = DecisionMachine(model: model, vantage: vantage)
            findings = matching == .paper ? machine.matches.map { DialectFinding($0) } : []
            // Whoever is honest comes back after these.
            probes =
                isProbing
                ? DistinguishingTable(machine: machine) { $0.stage == .rcpt && $0.form == .transientRefusal } : nil
        }
    }

    /// Compiles a model for the milter vantages; where the policy asks live, with the question that tells most for every
    /// node.
    public init(
        model: DialectModel, modelSource: String, policy: PolicyConfiguration, matching: MatchingMode = .likelihood,
        envelopes: EnvelopeModel? = nil,
        otherDetectors: [@Sendable (SessionPeers) -> any SessionDetector] = []
    ) {
        self.otherDetectors = otherDetectors
        self.envelopes = envelopes
        self.model = model
        self.matching = matching
        self.modelSource = modelSource
        self.policy = VerdictPolicy(configuration: policy)
        postfix = Compiled(model: model, vantage: .milterPostfix, matching: matching, isProbing: policy.asksLive)
        sendmail = Compiled(model: model, vantage: .milterSendmail, matching: matching, isProbing: policy.asksLive)
    }

    /// The same machines under another policy, which asks live as the first one does.
    private init(_ other: DecisionSnapshot, policy: PolicyConfiguration) {
        otherDetectors = other.otherDetectors
        envelopes = other.envelopes
        model = other.model
        matching = other.matching
        modelSource = other.modelSource
        self.policy = VerdictPolicy(configuration: policy)
        postfix = other.postfix
        sendmail = other.sendmail
    }

    /// This snapshot with another mode and other lists, without compiling anything.
    public func under(_ policy: PolicyConfiguration) -> DecisionSnapshot {
        guard policy.asksLive == self.policy.configuration.asksLive else {
            return DecisionSnapshot(
                model: model, modelSource: modelSource, policy: policy, matching: matching, envelopes: envelopes,
                otherDetectors: otherDetectors)
        }
        return DecisionSnapshot(self, policy: policy)
    }

    /// The machine for what a vantage shows; a wire transcript is judged by what a milter would have seen of it.
    public func machine(for vantage: Vantage) -> DecisionMachine {
        compiled(for: vantage).machine
    }

    /// What a verdict needs of a session at that vantage. O(1) for hard sets, else O(number of dialects).
    func finding(of matcher: DialectMatcher, for vantage: Vantage) -> DialectFinding {
        switch matching {
        case .paper: compiled(for: vantage).findings[matcher.nodeNumber]
        case .likelihood: DialectFinding(matcher.posterior)
        }
    }

    /// The refusal for now that would tell most about a session's dialect, if it is worth asking. O(1).
    func question(to matcher: DialectMatcher, for vantage: Vantage) -> DistinguishingReply? {
        guard let reply = compiled(for: vantage).probes?.reply(atNode: matcher.nodeNumber) else { return nil }
        return reply.worth >= Self.leastWorth ? reply : nil
    }

    /// What a question must be expected to tell, in bits.
    private static let leastWorth = 0.2

    private func compiled(for vantage: Vantage) -> Compiled { vantage.tellsHELOFromEHLO ? sendmail : postfix }
}
