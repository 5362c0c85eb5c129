import DialectReputation
public import Dialects
import EnvelopeTraining
import Envelopes
import Judgements
public import Keeping
public import SMTP

/// Teaches a site's models from what it has kept: sightings in, a candidate with its card on the shelf out.
public struct Teacher {
    /// What became of a lesson.
    public enum Outcome: Sendable {
        /// Nothing was taught yet: what is missing.
        case tooEarly(String)

        /// A candidate was taught, and promoted or not.
        case taught(ModelCard)
    }

    /// The days that a site watches before it teaches itself.
    public static let fewestDays = 4

    /// A site without a message for so many seconds has stopped, and what it knew before says nothing of now.
    private static let silence: Int64 = 2 * 86_400

    private let store: any Sightings
    private let shelf: ModelShelf
    private let model: DialectModel
    private let since: UnixTime
    private let now: UnixTime

    /// A teacher of what a store has kept since a time.
    ///
    /// - Parameter model: the dialects in force, whose honest ones nobody is called for.
    public init(store: any Sightings, shelf: ModelShelf, knowing model: DialectModel, since: UnixTime, now: UnixTime) {
        self.store = store
        self.shelf = shelf
        self.model = model
        self.since = since
        self.now = now
    }

    /// The sightings as a set to learn from.
    private func material() throws(StoreError) -> TrainingSet {
        var set = TrainingSet()
        try store.sightings(since: since) { sighting in
            guard sighting.hasRecipient else { return }
            set.add(
                sighting.envelope, sender: "\(sighting.client)",
                organisation: "\(sighting.organisation ?? sighting.network)", at: sighting.time,
                judgements: Dictionary(
                    sighting.judgements.map { ($0.source, $0.kind) }, uniquingKeysWith: { _, last in last }))
        }
        return set
    }

    /// Teaches both: the envelope model, judged on the newest days and promoted if it earned that, and the dialects of the
    /// site. The caller holds the shelf alone.
    ///
    /// - Parameter earlier: the site's dialects so far, for the names that the administrator gave.
    /// - Returns: what became of the candidate, and the dialects.
    public func teach(named earlier: SiteDialects) throws -> (outcome: Outcome, dialects: SiteDialects) {
        let set = try material()
        let lesson: ImperfectTrainer.Lesson
        do throws(DocumentFault) {
            try checkTime(set)
            lesson = try ImperfectTrainer().lesson(of: set, source: "what was kept")
        } catch {
            return (.tooEarly(error.problem), try dialects(named: earlier, honest: []))
        }
        let outcome = try examined(lesson, set)
        return (outcome, try dialects(named: earlier, honest: lesson.honestSenders(of: set)))
    }

    /// How long the site must have watched, and that it still does.
    private func checkTime(_ set: TrainingSet) throws(DocumentFault) {
        func missing(_ problem: String) -> DocumentFault { DocumentFault(file: shelf.path, line: 0, problem: problem) }
        guard let last = set.messages.lazy.map(\.time).max() else {
            throw missing("no message was kept yet: is learning = yes, and does mail reach argotd?")
        }
        guard now.seconds - last.seconds <= Self.silence else {
            throw missing("no message has come for \((now.seconds - last.seconds) / 86_400) days: nothing is taught")
        }
        guard set.span > Self.fewestDays else {
            throw missing("\(max(0, set.span - 1)) whole days were watched: \(Self.fewestDays) are needed")
        }
    }

    private func dialects(named earlier: SiteDialects, honest: Set<String>) throws -> SiteDialects {
        try DialectReputation.dialects(of: store, since: since, at: now, named: earlier, knowing: model) {
            honest.contains("\($0.client)")
        }
    }

    /// Judges a twin of the candidate that was taught without the newest days, and writes the candidate with its card.
    private func examined(_ lesson: ImperfectTrainer.Lesson, _ set: TrainingSet) throws -> Outcome {
        let held = max(1, set.span / 4)
        let last = set.messages.lazy.map(\.time.seconds).max() ?? 0
        let border = UnixTime(seconds: (last / 86_400 - Int64(held) + 1) * 86_400)
        let twin: ImperfectTrainer.Lesson
        do throws(DocumentFault) {
            twin = try ImperfectTrainer().lesson(of: set.before(border), source: "the days before the newest")
        } catch {
            return .tooEarly("without the \(held) newest days, by which it is judged: \(error.problem)")
        }
        let examination = Examination(set, lesson, since: border)
        // What cannot be read is no rival.
        let inForce = shelf.inForce.flatMap { number in
            (try? EnvelopeModelFile.read(shelf.model(number))).map { (number, examination.figures($0)) }
        }
        let figures = examination.figures(twin.model)
        let verdict = PromotionRule.verdict(on: figures, inForce: inForce?.1)
        var card = ModelCard(
            number: shelf.next, time: now.seconds, days: set.span, messages: set.messages.count,
            senders: set.senders.count, returning: lesson.returning, return_days: lesson.rule.days,
            sources: lesson.sources.map {
                ModelCard.Source(
                    source: $0.source.rawValue, spam: $0.spamMessages, honest: $0.honestMessages,
                    recall: $0.astray == nil ? ($0.recall * 1_000).rounded() / 1_000 : nil, left_out: $0.astray)
            }, judged_days: held, truth: examination.truth, figures: figures, in_force: inForce?.1,
            in_force_number: inForce?.0, promoted: false, reason: verdict.reason)
        try shelf.add(EnvelopeModelDocument.text(for: lesson.model), card)
        if verdict.isPromoted {
            try shelf.promote(card.number, because: verdict.reason)
            card.promoted = true
        }
        return .taught(card)
    }
}
