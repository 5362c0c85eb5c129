import SMTP

extension SpeechGraph {
    /// One dialect's machine, projected to a vantage: equal for dialects that speak alike there.
    struct Outline: Hashable {
        var states: [State] = []
        /// By state: where its transitions end.
        var ends: [UInt32] = []
        /// By state, each state's in the dialect's order.
        var transitions: [Transition] = []

        init(_ dialect: Dialect, _ texts: ArraySlice<UInt32>, at vantage: Vantage, _ places: TemplatePlaces) {
            states = zip(dialect.states, texts).map { State($0.template, places[$1], at: vantage) }
            var counts = [UInt32](repeating: 0, count: dialect.states.count + 1)
            for transition in dialect.transitions { counts[transition.source + 1] += 1 }
            for state in dialect.states.indices { counts[state + 1] += counts[state] }
            ends = Array(counts.dropFirst())
            transitions = Array(
                repeating: Transition(target: 0, replies: 0), count: dialect.transitions.count)
            for transition in dialect.transitions {
                // Nothing is sent on entering the start, so nothing leads there.
                let isSent = dialect.states[transition.target].template != nil
                transitions[Int(counts[transition.source])] = Transition(
                    target: UInt16(clamping: transition.target),
                    replies: isSent ? transition.replies.classBits : 0)
                counts[transition.source] += 1
            }
        }
    }

    /// The counts of a dialect's transitions, each at least 1, in the order of its outline.
    static func counts(of dialect: Dialect) -> [Int] {
        var places = [Int](repeating: 0, count: dialect.states.count + 1)
        for transition in dialect.transitions { places[transition.source + 1] += 1 }
        for state in dialect.states.indices { places[state + 1] += places[state] }
        var counts = [Int](repeating: 1, count: dialect.transitions.count)
        for transition in dialect.transitions {
            counts[places[transition.source]] = max(1, transition.count)
            places[transition.source] += 1
        }
        return counts
    }
}

extension SpeechGraph.State {
    fileprivate init(_ template: MessageTemplate?, _ place: TemplateIndex.Place?, at vantage: Vantage) {
        self.init(template: place?.number ?? 0, slot: place?.slot, effect: .none, needsTransaction: false)
        switch template?.content {
        case .mail: effect = .opens
        case .message: effect = .ends
        case .reset:
            effect = .ends
            needsTransaction = !vantage.seesCommandLines
        case .helo(_, let isExtended):
            effect = .ends
            if vantage.tellsHELOFromEHLO { self.isExtended = isExtended }
        case .recipient, .data, .startTLS, .hidden, .unknown, nil: break
        }
    }
}
