import Envelopes

/// Scores every message by a model that has seen nothing of its organisation, for weights that change from round to round.
struct CrossFitting {
    private struct Lot {
        /// The messages that teach, and those that are scored: indices of the set's.
        let taught: [Int]
        let scored: [Int]
        let design: Design
        var start: [Double]?
    }

    private let set: TrainingSet
    private let moment: EnvelopeMoment
    private var lots: [Lot]

    init(_ set: TrainingSet, lots: Int, _ options: TrainingOptions, at moment: EnvelopeMoment = .afterHeaders) {
        self.moment = moment
        self.set = set
        let seen = set.messages.indices.filter { set.row(set.messages[$0], at: moment) != nil }
        self.lots = (0..<lots).map { number in
            let parts = seen.map { ($0, set.senders[set.messages[$0].sender].lot % UInt64(lots) == UInt64(number)) }
            let taught = parts.filter { !$0.1 }.map(\.0)
            return Lot(
                taught: taught, scored: parts.filter(\.1).map(\.0), design: Design(set, taught, at: moment, options))
        }
    }

    /// The scores under the given weights of senders, either side weighing `total`; `nil` for messages for which the moment was not seen.
    mutating func scores(honest: [Double], spam: [Double], total: Double) -> [Double?] {
        var scores: [Double?] = Array(repeating: nil, count: set.messages.count)
        for index in lots.indices {
            let lot = lots[index]
            guard let problem = lot.design.problem(honest: honest, spam: spam, total: total) else {
                continue
            }
            let (coefficients, intercept) = problem.fit(from: lot.start)
            lots[index].start = coefficients + [intercept]
            for message in lot.scored {
                scores[message] = lot.design.score(
                    set.row(set.messages[message], at: moment) ?? [], coefficients, intercept)
            }
        }
        return scores
    }
}
