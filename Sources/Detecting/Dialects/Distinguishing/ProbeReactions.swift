import SMTP

/// What each dialect of a machine does after each variation of a reply, as far as the machine's vantage shows it.
package struct ProbeReactions {
    private let machine: DecisionMachine
    private let visible: VisibleMoves
    private let outgoing: [[[Dialect.Transition]]]
    private var known: [Key: ProbeReaction] = [:]

    private struct Key: Hashable {
        var position: VisibleMoves.Position
        var symbol: ReplySymbol
    }

    /// How closely a dialect must name a reply of odd form for its reaction to be known: itself or its code. That it
    /// does something after any reply tells nothing about odd ones.
    private static let closeEnough = 3.0

    package init(_ machine: DecisionMachine) {
        self.machine = machine
        visible = VisibleMoves(model: machine.model, vantage: machine.vantage, index: machine.index)
        outgoing = machine.model.dialects.map { dialect in
            var byState = [[Dialect.Transition]](repeating: [], count: dialect.states.count)
            for transition in dialect.transitions { byState[transition.source].append(transition) }
            return byState
        }
    }

    /// The reply that is due where the dialects are at a node; `nil` at the end of a session.
    package func stage(atNode node: Int) -> ProbeStage? {
        guard let position = machine.positions[node].first else { return nil }
        let template = machine.model.dialects[Int(position.dialect)].states[Int(position.state)].template
        switch template?.content {
        case nil: return .greeting
        case .helo(_, let isExtended): return isExtended ? .ehlo : .helo
        case .mail: return .mail
        case .recipient: return .rcpt
        case .data: return .data
        case .message: return .endOfData
        case .reset: return .rset
        case .startTLS: return .starttls
        case .hidden: return template?.text.uppercased() == "QUIT" ? .quit : .noop
        case .unknown: return .other
        }
    }

    /// What each dialect at a node does after a variation, in the model's order.
    package mutating func reactions(atNode node: Int, to variation: ReplyVariation) -> [(
        dialect: Int, reaction: ProbeReaction
    )] {
        guard let symbol = variation.symbol else { return [] }
        var result: [(dialect: Int, reaction: ProbeReaction)] = []
        for position in machine.positions[node] {
            let reaction = reaction(at: position, to: symbol)
            if result.last?.dialect == Int(position.dialect) {
                // One place of which nothing is known leaves the whole open.
                if reaction.isUnknown || result[result.count - 1].reaction.isUnknown {
                    result[result.count - 1].reaction = ProbeReaction()
                } else {
                    result[result.count - 1].reaction.formUnion(reaction)
                }
            } else {
                result.append((Int(position.dialect), reaction))
            }
        }
        return result
    }

    private mutating func reaction(at position: VisibleMoves.Position, to symbol: ReplySymbol) -> ProbeReaction {
        let key = Key(position: position, symbol: symbol)
        if let reaction = known[key] { return reaction }
        let reaction = find(at: position, to: symbol)
        known[key] = reaction
        return reaction
    }

    private func find(at position: VisibleMoves.Position, to symbol: ReplySymbol) -> ProbeReaction {
        let dialect = machine.model.dialects[Int(position.dialect)]
        let ways = outgoing[Int(position.dialect)][Int(position.state)]
        let ends = dialect.finals.filter { $0.state == Int(position.state) }
        let least = symbol.isOrdinary && (2...5).contains(symbol.code / 100) ? 1 : Self.closeEnough
        let closest =
            (ways.compactMap { $0.replies.closeness(to: symbol) }
            + ends.compactMap { $0.replies?.closeness(to: symbol) }).max()
        var reaction = ProbeReaction()
        guard let closest, closest >= least else {
            // A refusal that leads nowhere ends the session; of anything else nobody knows what it leads to.
            if symbol.isOrdinary, symbol.code >= 400, !ways.isEmpty { reaction.insertEnd() }
            return reaction
        }
        for way in ways where way.replies.closeness(to: symbol) == closest {
            insert(dialect, way.target, position, into: &reaction)
        }
        if ends.contains(where: { $0.replies?.closeness(to: symbol) == closest }) { reaction.insertEnd() }
        return reaction
    }

    /// Adds what shows when the dialect enters a state, or what shows next if that does not show.
    private func insert(
        _ dialect: Dialect, _ state: Int, _ position: VisibleMoves.Position, into reaction: inout ProbeReaction
    ) {
        guard let template = dialect.states[state].template else { return }
        if template.isVisible(at: machine.vantage, inTransaction: position.inTransaction),
            let place = machine.index.place(of: template)
        {
            reaction.insert(place.slot)
            return
        }
        var hidden = position
        hidden.state = UInt16(state)
        var moves: [VisibleMoves.Move] = []
        visible.collect(from: hidden, knowing: .unknown, into: &moves)
        for move in moves { reaction.insert(move.slot) }
        if moves.isEmpty || dialect.goodFinals.union(dialect.badFinals).contains(state) { reaction.insertEnd() }
    }
}
