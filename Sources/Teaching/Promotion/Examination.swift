import EnvelopeTraining
import Envelopes
import Judgements
import SMTP

/// The newest days of a site, by which a model is judged that has not seen them.
///
/// Honest is who comes back, as all days together show; spam is what sources called so, or where they said too little what
/// neither comes back nor looks like those who do.
struct Examination {
    private let set: TrainingSet
    private let isHonest: [Bool]
    private let isSpam: [Bool]
    private let since: UnixTime

    /// What is taken for spam.
    let truth: String

    /// So few judged messages say nothing.
    private static let fewestJudged = 30

    /// The days from `since` on of a set, of which `lesson` was taught whole.
    init(_ set: TrainingSet, _ lesson: ImperfectTrainer.Lesson, since: UnixTime) {
        self.set = set
        self.since = since
        isHonest = lesson.isHonest
        let believed = Set(lesson.sources.filter { $0.astray == nil }.map(\.source))
        let judged = set.messages.map { message in
            message.judgements.contains { $1 == .spam && believed.contains($0) && !message.isOverruled($0) }
        }
        let count = set.messages.indices.count { judged[$0] && set.messages[$0].time >= since }
        truth = count >= Self.fewestJudged ? "judgements" : "history"
        isSpam = count >= Self.fewestJudged ? judged : set.messages.map { lesson.honesty[$0.sender] < 0.1 }
    }

    /// What a model makes of those days.
    func figures(_ model: EnvelopeModel) -> ModelCard.Figures {
        var figures = ModelCard.Figures(spam: 0, found: 0, honest: 0, flagged: 0, organisations: 0, touched: 0)
        var organisations: Set<Int> = []
        var touched: Set<Int> = []
        let after = set.scores(by: model, at: .afterHeaders)
        let before = set.scores(by: model, at: .beforeData)
        for (index, message) in set.messages.enumerated() where message.time >= since {
            let moment: EnvelopeMoment = after[index] == nil ? .beforeData : .afterHeaders
            guard let score = after[index] ?? before[index] else { continue }
            let isAbove = EnvelopeEvidence(
                moment: moment, logLikelihoodRatio: score, border: model.part(at: moment).border
            ).isSpam(threshold: 0.99)
            if isHonest[message.sender] {
                let organisation = set.senders[message.sender].organisation
                organisations.insert(organisation)
                figures.honest += 1
                if isAbove {
                    figures.flagged += 1
                    touched.insert(organisation)
                }
            } else if isSpam[index] {
                figures.spam += 1
                if isAbove { figures.found += 1 }
            }
        }
        figures.organisations = organisations.count
        figures.touched = touched.count
        return figures
    }
}
