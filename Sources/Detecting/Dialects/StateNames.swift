/// What the states of a model's dialects are called in logs, `dialect:state`, in the order of their names.
struct StateNames {
    private let names: [[String]]
    /// By dialect and state: the place in the order of all names.
    private let ranks: [[Int]]

    init(_ model: DialectModel) {
        let names = model.dialects.map { dialect in dialect.states.map { "\(dialect.name):\($0.name)" } }
        var order: [(name: String, dialect: Int, state: Int)] = []
        for (dialect, states) in names.enumerated() {
            for (state, name) in states.enumerated() { order.append((name, dialect, state)) }
        }
        order.sort { ($0.name, $0.dialect, $0.state) < ($1.name, $1.dialect, $1.state) }
        var ranks = names.map { [Int](repeating: 0, count: $0.count) }
        for (rank, place) in order.enumerated() { ranks[place.dialect][place.state] = rank }
        self.names = names
        self.ranks = ranks
    }

    /// The first `most` names of these places, and how many others there are.
    func shown(_ positions: [VisibleMoves.Position], atMost most: Int) -> String {
        var first: [(rank: Int, name: String)] = []
        var count = 0
        var last: VisibleMoves.Position?
        for position in positions {
            // Positions are sorted: the same state with another memory stands next to it.
            if let last, last.dialect == position.dialect, last.state == position.state { continue }
            last = position
            count += 1
            let rank = ranks[Int(position.dialect)][Int(position.state)]
            guard first.count < most || rank < (first.last?.rank ?? .max) else { continue }
            first.insert(
                (rank, names[Int(position.dialect)][Int(position.state)]),
                at: first.firstIndex { $0.rank > rank } ?? first.count)
            if first.count > most { first.removeLast() }
        }
        let others = count > first.count ? ["+\(count - first.count)"] : []
        return (first.map(\.name) + others).joined(separator: " ")
    }
}
