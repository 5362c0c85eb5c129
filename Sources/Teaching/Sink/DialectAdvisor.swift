import DialectLearning
package import Dialects
import SMTP
import Sessions

/// Asks what tells most about a client's dialect, among those that the model still holds possible; where nothing does, or
/// it was asked of this client before, covers the catalogue.
package struct DialectAdvisor: VariationAdvisor {
    /// Beyond so many events a conversation is no delivery, and reading it again at each reply would cost too much.
    private static let maximumEvents = 200

    private let machine: DecisionMachine
    private let anything: DistinguishingTable
    private let harmless: DistinguishingTable
    private let coverage = CoverageAdvisor()

    /// An advisor by a model.
    package init(model: DialectModel) {
        machine = DecisionMachine(model: model, vantage: .wire)
        anything = DistinguishingTable(machine: machine)
        harmless = DistinguishingTable(machine: machine) { $0.harm == .none }
    }

    /// What to ask at this moment.
    package func variation(for moment: ProbeMoment) -> ReplyVariation? {
        let telling = moment.played.isEmpty ? tellingVariation(for: moment) : nil
        return telling ?? coverage.variation(for: moment)
    }

    private func tellingVariation(for moment: ProbeMoment) -> ReplyVariation? {
        guard moment.conversation.count <= Self.maximumEvents else { return nil }
        let transcript = SessionTranscript(
            id: "", source: "", began: nil, vantage: .wire, peers: SessionPeers(client: moment.client.address),
            events: moment.conversation, ending: .unknown)
        guard let dialogue = DialogueReader.dialogue(from: transcript) else { return nil }
        var walk = DialogueMatcher(machine: machine, dialogue: dialogue)
        while walk.step() {}
        let table = moment.mode == .learn ? anything : harmless
        guard let reply = table.reply(to: walk.matcher), moment.candidates.contains(reply.variation),
            moment.record.plays[reply.variation, default: 0] == 0
        else { return nil }
        return reply.variation
    }
}
