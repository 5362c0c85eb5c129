import Envelopes

/// The rows and columns of a regression over messages of a training set.
struct Design {
    private let senders: [Int]
    private let rows: [[Int32]]
    /// How many of the messages each sender has.
    private let counts: [Int]
    /// The column of each answer; -1 for those that too few organisations gave.
    private let columns: [Int32]
    private let columnCount: Int

    private let strength: Double

    /// The answers at a moment of the given messages, which were all seen then.
    init(_ set: TrainingSet, _ messages: [Int], at moment: EnvelopeMoment, _ options: TrainingOptions) {
        strength = options.strength
        let fewest = options.fewestOrganisations
        var givers: [Set<Int>] = Array(repeating: [], count: set.answers.count)
        var counts = Array(repeating: 0, count: set.senders.count)
        for index in messages {
            let message = set.messages[index]
            counts[message.sender] += 1
            let organisation = set.senders[message.sender].organisation
            for answer in set.row(message, at: moment) ?? [] where givers[Int(answer)].count < fewest {
                givers[Int(answer)].insert(organisation)
            }
        }
        var columns = Array(repeating: Int32(-1), count: set.answers.count)
        var count: Int32 = 0
        // In the order of the answers, so that the same messages give the same problem in whatever order they came.
        for answer in set.answers.indices.sorted(by: { set.answers[$0] < set.answers[$1] })
        where givers[answer].count >= fewest && !options.excluded.contains(set.answers[answer].group.family) {
            columns[answer] = count
            count += 1
        }
        self.columns = columns
        columnCount = Int(count)
        self.counts = counts
        senders = messages.map { set.messages[$0].sender }
        rows = messages.map { index in
            (set.row(set.messages[index], at: moment) ?? []).compactMap { answer in
                columns[Int(answer)] >= 0 ? columns[Int(answer)] : nil
            }
        }
    }

    /// The regression where each sender counts on either side with its weights, and either side with `total`; `nil` when
    /// one side is empty.
    func problem(honest: [Double], spam: [Double], total: Double) -> LogisticRegression? {
        var sums = (honest: 0.0, spam: 0.0)
        for sender in senders {
            sums.honest += honest[sender] / Double(counts[sender])
            sums.spam += spam[sender] / Double(counts[sender])
        }
        guard sums.honest > 0, sums.spam > 0, total > 0 else { return nil }
        var targets: [Double] = []
        var weights: [Double] = []
        targets.reserveCapacity(senders.count)
        weights.reserveCapacity(senders.count)
        for sender in senders {
            let good = honest[sender] / Double(counts[sender]) * total / sums.honest
            let bad = spam[sender] / Double(counts[sender]) * total / sums.spam
            weights.append(good + bad)
            targets.append(good + bad > 0 ? bad / (good + bad) : 0)
        }
        return LogisticRegression(
            rows: rows, targets: targets, rowWeights: weights, columns: columnCount, strength: strength)
    }

    /// The score of a message by coefficients of this design.
    func score(_ answers: [Int32], _ coefficients: [Double], _ intercept: Double) -> Double {
        var score = intercept
        for answer in answers where columns[Int(answer)] >= 0 { score += coefficients[Int(columns[Int(answer)])] }
        return score
    }

    /// The answers of the columns with their coefficients.
    func weights(_ coefficients: [Double], of set: TrainingSet) -> [(token: TextToken, weight: Double)] {
        set.answers.indices.compactMap { answer in
            let column = columns[answer]
            return column >= 0 ? (set.answers[answer], coefficients[Int(column)]) : nil
        }
    }
}
