public import Dialects
public import Envelopes
public import Judgements
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

    /// What this site has learned of how its clients speak; `nil` when nothing is known.
    public let siteDialects: SiteDialects?

    /// Whom the site listens to where it learns; `nil` when nothing is kept to learn from.
    public let learning: JudgementRules?

    /// Detectors that are not Argot's own: each makes one for a session between peers.
    public let otherDetectors: [@Sendable (SessionPeers) -> any SessionDetector]

    private let vantages: [Vantage]
    private let machines: DialectMachines
    /// What the model knows of hellos and SYNs.
    let connections: ConnectionTables

    /// Compiles a model for the vantages that sessions are known to have, for any other when a session has it; where the
    /// policy asks live, with the question that tells most for every node.
    public init(
        model: DialectModel, modelSource: String, policy: PolicyConfiguration, matching: MatchingMode = .likelihood,
        envelopes: EnvelopeModel? = nil, siteDialects: SiteDialects? = nil, learning: JudgementRules? = nil,
        vantages: [Vantage] = [],
        otherDetectors: [@Sendable (SessionPeers) -> any SessionDetector] = []
    ) {
        self.otherDetectors = otherDetectors
        self.envelopes = envelopes
        self.siteDialects = siteDialects
        self.learning = learning
        self.model = model
        self.matching = matching
        self.modelSource = modelSource
        self.policy = VerdictPolicy(configuration: policy)
        self.vantages = vantages
        machines = DialectMachines(
            model: model, vantages: vantages, matching: matching, isProbing: policy.asksLive)
        connections = ConnectionTables(model: model, isNeeded: vantages.contains(where: \.seesLineMarks))
    }

    /// The same machines under another policy, which asks live as the first one does.
    private init(_ other: DecisionSnapshot, policy: PolicyConfiguration) {
        otherDetectors = other.otherDetectors
        envelopes = other.envelopes
        siteDialects = other.siteDialects
        learning = other.learning
        model = other.model
        matching = other.matching
        modelSource = other.modelSource
        self.policy = VerdictPolicy(configuration: policy)
        vantages = other.vantages
        machines = other.machines
        connections = other.connections
    }

    /// This snapshot with another mode and other lists, without compiling anything.
    public func under(_ policy: PolicyConfiguration) -> DecisionSnapshot {
        guard policy.asksLive == self.policy.configuration.asksLive else {
            return DecisionSnapshot(
                model: model, modelSource: modelSource, policy: policy, matching: matching, envelopes: envelopes,
                siteDialects: siteDialects, learning: learning, vantages: vantages, otherDetectors: otherDetectors)
        }
        return DecisionSnapshot(self, policy: policy)
    }

    /// The machine for what a vantage shows.
    public func machine(for vantage: Vantage) -> DecisionMachine { compiled(for: vantage).machine }

    /// The same with what a verdict needs of its nodes.
    func compiled(for vantage: Vantage) -> CompiledDialects { machines[vantage] }
}
