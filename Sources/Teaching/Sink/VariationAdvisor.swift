public import Dialects
public import SMTP

/// Who chooses the next question to a client.
///
/// Asked before each reply that could be varied; answers at once, from what it knows.
public protocol VariationAdvisor: Sendable {
    /// The variation to play now, one of the moment's candidates, or `nil` to answer as usual.
    func variation(for moment: ProbeMoment) -> ReplyVariation?
}

/// What is known when a reply is due that could be varied.
public struct ProbeMoment: Sendable {
    /// Who asks.
    public let client: ProbedClient

    /// Which reply is due.
    public let stage: ProbeStage

    /// What may be played: the stage's variations that the sink's mode allows. Never empty.
    public let candidates: [ReplyVariation]

    /// The conversation so far, as a transcript of the wire.
    public let conversation: EventLog

    /// What was played in this session already.
    public let played: [ReplyVariation]

    /// What was played to this client before this session.
    public let record: ProbeRecord

    /// Whether every variation may be played (in the laboratory), or the harmless ones only.
    public let mode: SinkMode

    /// A moment from its parts.
    public init(
        client: ProbedClient, stage: ProbeStage, candidates: [ReplyVariation], conversation: EventLog = EventLog(),
        played: [ReplyVariation] = [], record: ProbeRecord = ProbeRecord(), mode: SinkMode
    ) {
        self.client = client
        self.stage = stage
        self.candidates = candidates
        self.conversation = conversation
        self.played = played
        self.record = record
        self.mode = mode
    }
}
