/// What the states of a model's dialects are called in logs, `dialect:state`, in the order of their names.
struct StateNames: Sendable {
    private let dialects: [Dialect]
    /// By dialect: its place in the order of names.
    private let ranks: [UInt32]

    init(_ model: DialectModel) {
        dialects = model.dialects
        // No name holds a colon, so that the order of `dialect:` and then of the states is that of the whole.
        let names = model.dialects.map { $0.name + ":" }
        var ranks = [UInt32](repeating: 0, count: names.count)
        for (rank, dialect) in names.indices.sorted(by: { (names[$0], $0) < (names[$1], $1) }).enumerated() {
            ranks[dialect] = UInt32(rank)
        }
        self.ranks = ranks
    }

    /// The first `most` names of these positions, which are in order, and how many others there are.
    func shown(_ positions: [SpeechPosition], atMost most: Int) -> String {
        var first: [SpeechPosition] = []
        var count = 0
        var last: SpeechPosition?
        for position in positions {
            // The same state with another memory stands next to it.
            if let last, last.dialect == position.dialect, last.state == position.state { continue }
            last = position
            count += 1
            if first.count == most, let worst = first.last, !isBefore(position, worst) { continue }
            first.insert(position, at: first.firstIndex { isBefore(position, $0) } ?? first.count)
            if first.count > most { first.removeLast() }
        }
        let others = count > first.count ? ["+\(count - first.count)"] : []
        let names = first.map { "\(dialects[$0.dialect].name):\(dialects[$0.dialect].states[$0.state].name)" }
        return (names + others).joined(separator: " ")
    }

    private func isBefore(_ one: SpeechPosition, _ other: SpeechPosition) -> Bool {
        if one.dialect != other.dialect { return ranks[one.dialect] < ranks[other.dialect] }
        let names = (dialects[one.dialect].states[one.state].name, dialects[one.dialect].states[other.state].name)
        return names.0 == names.1 ? one.state < other.state : names.0 < names.1
    }
}
