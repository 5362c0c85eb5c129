private import Glibc
import Judgements

/// How likely each sender is honest, learned without anybody having said so: from who comes back, from what judgements
/// there are, and from what the envelopes look like.
///
/// Two views of a sender that know nothing of each other, how often it comes and what it looks like, teach each other
/// (co-training, Blum & Mitchell 1998; learning from positive and unlabelled examples, Elkan & Noto 2008): who comes back
/// is honest to begin with and everybody else is not; a model of that, asked about organisations it has not seen, finds bots
/// among those who came back and servers among those who did not; and so again. What a source says moves a sender by how
/// much the source is worth.
struct HonestyEstimate {
    /// For each sender the probability that it is honest.
    private(set) var honesty: [Double]

    /// Which senders come back.
    let returns: [Bool]

    /// Which senders have a history: they come back themselves, or are among an organisation's of whom many do.
    private let hasHistory: [Bool]

    /// When a sender is taken to come back.
    let rule: ReturnRule

    /// What the honesty of each sender weighs: 1 with a history, less on the way there.
    private let weights: [Double]

    /// What each source has said.
    private(set) var sources: [SourceReading]

    /// The scores of messages whose headers were seen, by models that saw nothing of their organisations.
    private(set) var crossFitted: [Double?]

    /// The probability that a sender who has not come back is honest, before anything else is known of it. With little spam
    /// every fifth newcomer may be honest; with much the envelopes correct it soon.
    private static let newcomer = 0.2

    /// The probability that one who has come back is honest grows from the first to the second with the share of days on
    /// which it was there.
    private static let comesBack = (rarely: 0.1, daily: 0.95)

    /// The probability that another sender of an organisation is honest of whose senders at least this share comes back: the
    /// outgoing servers of one that has many. Providers' lines are no such organisations.
    private static let organisation = (honest: 0.5, returning: 0.25)

    /// How far envelopes may move a sender, in natural logarithms of odds.
    private static let mostEvidence = 4.0

    /// The weight of an honest newcomer beside that of one who comes back: its honesty is an opinion of the model's.
    private static let newcomerWeight = 0.1

    /// What an honest word of a person, or an account's correspondence, adds.
    private static let honestWord = 4.0

    private static let rounds = 4
    private static let lots = 3

    /// Learns from a set. O(rounds * lots) trainings.
    init(_ set: TrainingSet, _ options: TrainingOptions) {
        var sources = Set(set.messages.flatMap(\.judgements.keys)).sorted { $0.rawValue < $1.rawValue }
            .map { SourceReading($0, set) }
        for index in sources.indices { sources[index].examine(set) }
        let span = set.span
        let condemned = set.senders.indices.map { sender in
            sources.contains { $0.astray == nil && $0.shares[sender] == .much }
        }
        rule = ReturnRule(
            days: set.senders.indices.lazy.filter { !condemned[$0] }.map { set.senders[$0].days }, span: span)
        let rule = rule
        returns = set.senders.map { rule.holds(messages: $0.messages, days: $0.days) }
        hasHistory = Self.histories(set, returns)
        weights = zip(set.senders, hasHistory).map { sender, hasHistory in
            hasHistory ? 1 : max(Self.newcomerWeight, rule.progress(days: sender.days))
        }
        self.sources = sources
        honesty = []
        crossFitted = []
        let words = Self.honestWords(set)
        let prior = set.senders.indices.map { index in
            let sender = set.senders[index]
            guard returns[index] || sender.days > 1 && !hasHistory[index] else {
                return Self.logit(hasHistory[index] ? Self.organisation.honest : Self.newcomer)
            }
            let share = min(1, Double(sender.days - 1) / Double(max(1, span - 1)))
            return Self.logit(
                Self.comesBack.rarely + (Self.comesBack.daily - Self.comesBack.rarely) * share)
        }
        estimate(zip(prior, words).map(+), envelopes: nil)
        var machine = CrossFitting(set, lots: Self.lots, options)
        for _ in 0..<Self.rounds {
            crossFitted = machine.scores(honest: honestWeights, spam: spamWeights, total: sideWeight)
            let envelopes = Self.means(crossFitted, set)
            for _ in 0..<5 {
                estimate(zip(prior, words).map(+), envelopes: envelopes)
                for index in self.sources.indices { self.sources[index].learn(honesty: honesty) }
            }
        }
    }

    /// What each sender weighs as an example of honest mail.
    var honestWeights: [Double] { zip(honesty, weights).map { $0 * $1 } }

    /// 1 for the senders that a border must spare, 0 for all others: those with a history that are more likely honest than not.
    /// Newcomers do not count: there are so many that are spam that even small doubts about them outweigh all others.
    var sparedWeights: [Double] { zip(honesty, hasHistory).map { $1 && $0 > 0.5 ? 1 : 0 } }

    /// What each sender weighs as an example of spam.
    var spamWeights: [Double] { honesty.map { 1 - $0 } }

    /// The weight of either side: as much as there are honest senders, so that few of them are not learned by heart.
    var sideWeight: Double { min(Self.mostSideWeight, 2 * honestWeights.reduce(0, +)) }

    private static let mostSideWeight = 1000.0

    private mutating func estimate(_ prior: [Double], envelopes: [Double]?) {
        honesty = prior.indices.map { sender in
            var odds = prior[sender]
            for source in sources { odds += source.evidence(ofSender: sender) }
            if let envelopes {
                odds -= min(max(envelopes[sender], -Self.mostEvidence), Self.mostEvidence)
            }
            return 1 / (1 + exp(-odds))
        }
    }

    /// The senders of whom somebody who should know has said that they are honest, and nobody as good that they are not.
    private static func honestWords(_ set: TrainingSet) -> [Double] {
        var best: [Int: (rank: Int, kind: JudgementKind)] = [:]
        for message in set.messages {
            for (source, kind) in message.judgements where kind == .spam || source.rank <= 2 {
                let known = best[message.sender]
                if known == nil || source.rank < known!.rank || source.rank == known!.rank && kind == .spam {
                    best[message.sender] = (source.rank, kind)
                }
            }
        }
        return set.senders.indices.map { best[$0]?.kind == .honest ? honestWord : 0 }
    }

    private static func histories(_ set: TrainingSet, _ returns: [Bool]) -> [Bool] {
        var organisations: [Int: (senders: Int, returning: Int)] = [:]
        for (index, sender) in set.senders.enumerated() where sender.messages > 0 {
            organisations[sender.organisation, default: (0, 0)].senders += 1
            if returns[index] { organisations[sender.organisation, default: (0, 0)].returning += 1 }
        }
        return set.senders.indices.map { index in
            guard !returns[index], let own = organisations[set.senders[index].organisation] else {
                return returns[index]
            }
            return own.returning > 0 && Double(own.returning) >= organisation.returning * Double(own.senders)
        }
    }

    /// The mean score of each sender's messages; 0 where there is none.
    private static func means(_ scores: [Double?], _ set: TrainingSet) -> [Double] {
        var sums = Array(repeating: (sum: 0.0, count: 0.0), count: set.senders.count)
        for (message, score) in zip(set.messages, scores) {
            guard let score else { continue }
            sums[message.sender].sum += score
            sums[message.sender].count += 1
        }
        return sums.map { $0.count > 0 ? $0.sum / $0.count : 0 }
    }

    private static func logit(_ probability: Double) -> Double { log(probability / (1 - probability)) }
}
