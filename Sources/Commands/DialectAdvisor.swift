import Dialects
import ProbeSink
import SMTP
import Sessions

/// Asks what tells most about a client's dialect, among those that the model still holds possible; where nothing does,
/// covers the catalogue.
struct DialectAdvisor: VariationAdvisor {
    private let machine: DecisionMachine
    private let anything: DistinguishingTable
    private let harmless: DistinguishingTable
    private let coverage = CoverageAdvisor()

    /// An advisor by a model.
    init(model: DialectModel) {
        machine = DecisionMachine(model: model, vantage: .wire)
        anything = DistinguishingTable(machine: machine)
        harmless = DistinguishingTable(machine: machine) { $0.harm == .none }
    }

    func variation(for moment: ProbeMoment) -> ReplyVariation? {
        let transcript = SessionTranscript(
            id: "", source: "", began: nil, vantage: .wire, peers: SessionPeers(client: moment.client.address),
            events: moment.conversation, ending: .unknown)
        guard moment.played.isEmpty, let dialogue = DialogueReader.dialogue(from: transcript) else {
            return coverage.variation(for: moment)
        }
        var walk = DialogueMatcher(machine: machine, dialogue: dialogue)
        walk.finish()
        let table = moment.mode == .learn ? anything : harmless
        guard let reply = table.reply(atNode: walk.matcher.nodeNumber), moment.candidates.contains(reply.variation) else {
            return coverage.variation(for: moment)
        }
        return reply.variation
    }
}
