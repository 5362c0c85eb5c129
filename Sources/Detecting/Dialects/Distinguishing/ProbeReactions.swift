import SMTP

/// What each dialect of a machine does after each variation of a reply, as far as the machine's vantage shows it.
package struct ProbeReactions {
    private let machine: DecisionMachine
    private var known: [Key: ProbeReaction] = [:]

    private struct Key: Hashable {
        var position: SpeechPosition
        var symbol: ReplySymbol
    }

    /// How closely a dialect must name a reply of odd form for its reaction to be known: itself or its code. That it
    /// does something after any reply tells nothing about odd ones.
    private static let closeEnough = 3.0

    package init(_ machine: DecisionMachine) {
        self.machine = machine
    }

    /// The reply that is due where the dialects are at these positions; `nil` at the end of a session.
    package func stage(at positions: [SpeechPosition]) -> ProbeStage? {
        guard let position = positions.first else { return nil }
        let template = machine.model.dialects[position.dialect].states[position.state].template
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

    /// What each dialect does after a variation, of those at these positions, which are in order; in the model's order.
    package mutating func reactions(at positions: [SpeechPosition], to variation: ReplyVariation) -> [(
        dialect: Int, reaction: ProbeReaction
    )] {
        guard let symbol = variation.symbol else { return [] }
        var result: [(dialect: Int, reaction: ProbeReaction)] = []
        for position in positions {
            let reaction = reaction(at: position, to: symbol)
            if result.last?.dialect == position.dialect {
                // One place of which nothing is known leaves the whole open.
                if reaction.isUnknown || result[result.count - 1].reaction.isUnknown {
                    result[result.count - 1].reaction = ProbeReaction()
                } else {
                    result[result.count - 1].reaction.formUnion(reaction)
                }
            } else {
                result.append((position.dialect, reaction))
            }
        }
        return result
    }

    private mutating func reaction(at position: SpeechPosition, to symbol: ReplySymbol) -> ProbeReaction {
        let key = Key(position: position, symbol: symbol)
        if let reaction = known[key] { return reaction }
        let reaction = find(at: position, to: symbol)
        known[key] = reaction
        return reaction
    }

    private func find(at position: SpeechPosition, to symbol: ReplySymbol) -> ProbeReaction {
        let dialect = machine.model.dialects[position.dialect]
        let ways = dialect.transitions.filter { $0.source == position.state }
        let ends = dialect.finals.filter { $0.state == position.state }
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
        _ dialect: Dialect, _ state: Int, _ position: SpeechPosition, into reaction: inout ProbeReaction
    ) {
        guard let template = dialect.states[state].template else { return }
        var hidden = position
        hidden.state = state
        let place = machine.graph.place(of: hidden)
        let entered = machine.graph.state(of: place, inKind: machine.graph.kind(of: place)).state
        if let slot = entered.slot, template.isVisible(at: machine.vantage, inTransaction: position.inTransaction) {
            reaction.insert(slot)
            return
        }
        var isLast = true
        machine.graph.forEachMove(from: place, after: .unknown) { move in
            reaction.insert(move.slot)
            isLast = false
        }
        if isLast || dialect.goodFinals.union(dialect.badFinals).contains(state) { reaction.insertEnd() }
    }
}
