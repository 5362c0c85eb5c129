public import Dialects
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

    private let postfixMachine: DecisionMachine
    private let sendmailMachine: DecisionMachine

    /// Compiles a model for the milter vantages.
    public init(model: DialectModel, modelSource: String, policy: PolicyConfiguration) {
        self.model = model
        self.modelSource = modelSource
        self.policy = VerdictPolicy(configuration: policy)
        postfixMachine = DecisionMachine(model: model, vantage: .milterPostfix)
        sendmailMachine = DecisionMachine(model: model, vantage: .milterSendmail)
    }

    /// The machine for what a vantage shows; a wire transcript is judged by what a milter would have seen of it.
    public func machine(for vantage: Vantage) -> DecisionMachine {
        vantage.tellsHELOFromEHLO ? sendmailMachine : postfixMachine
    }
}
