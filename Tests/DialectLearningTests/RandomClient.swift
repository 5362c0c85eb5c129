import Dialects
import DialectLearning
import SMTP
import Seeded

/// A client made at random: a machine over a few replies and messages, some of which it sends in several states.
struct RandomClient {
    /// What it does next; `nil` for closing the connection.
    typealias Reaction = Int?

    static let replies = [ReplySymbol(codes: [250]), ReplySymbol(codes: [550]), ReplySymbol(codes: [250, 550])]
    private static let texts = ["EHLO {fqdn}", "MAIL FROM:<{addr}>", "RCPT TO:<{addr}>", "DATA", "RSET", "QUIT"]

    let texts: [String]
    /// By state and reply: what may follow.
    let reactions: [[[Reaction]]]

    /// - Parameters:
    ///   - states: how many states it has, the start not counted.
    ///   - choices: the most reactions to one reply.
    init(states: Int, choices: Int, replies: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let texts = (0..<states).map { _ in Self.texts.prefix(max(2, states - 1)).randomElement(using: &generator)! }
        var reactions: [[[Reaction]]] = []
        for state in 0...states {
            var row: [[Reaction]] = []
            for _ in 0..<replies {
                let count = Int.random(in: 1...choices, using: &generator)
                var some: [Reaction] = []
                for _ in 0..<count {
                    let closes = state > 0 && Int.random(in: 0..<5, using: &generator) == 0
                    let reaction = closes ? nil : Int.random(in: 1...states, using: &generator)
                    // One message leads to one state: what a client says is all that is known of it.
                    let isNew = !some.contains { other in
                        switch (other, reaction) {
                        case (nil, nil): true
                        case (let a?, let b?): texts[a - 1] == texts[b - 1]
                        default: false
                        }
                    }
                    if isNew { some.append(reaction) }
                }
                row.append(some)
            }
            reactions.append(row)
        }
        self.texts = texts
        self.reactions = reactions
    }

    /// All conversations of at most `length` messages, whatever the replies. Those that are not over are cut off.
    func traces(length: Int) -> [Trace] {
        var traces: [Trace] = []
        var stack: [(state: Int, steps: [Trace.Step])] = [(0, [])]
        while let (state, steps) = stack.popLast() {
            for (index, some) in reactions[state].enumerated() {
                let reply = Self.replies[index]
                for reaction in some {
                    guard let next = reaction else {
                        traces.append(Trace(steps: steps, last: reply, manner: .fin))
                        continue
                    }
                    let longer = steps + [Trace.Step(reply: reply, text: texts[next - 1])]
                    if longer.count < length {
                        stack.append((next, longer))
                    } else {
                        traces.append(Trace(steps: longer, last: .none, manner: nil))
                    }
                }
            }
        }
        return traces
    }
}

/// A walk in a learned machine.
struct LearnedWalk {
    let dialect: Dialect

    /// The state that a history leads to; `nil` when the machine does not know it.
    func state(after steps: some Sequence<Trace.Step>) -> Int? {
        var state = 0
        for step in steps {
            let next = dialect.reactions(of: state, to: step.reply).transitions.filter {
                dialect.states[$0.target].template?.text == step.text
            }
            guard next.count == 1 else { return nil }
            state = next[0].target
        }
        return state
    }

    /// What the machine may do next: texts of messages, or `end`.
    func reactions(of state: Int, to reply: ReplySymbol) -> Set<String> {
        let reactions = dialect.reactions(of: state, to: reply)
        let texts = reactions.transitions.map { dialect.states[$0.target].template?.text ?? "" }
        return Set(texts).union(reactions.finals.isEmpty ? [] : ["end"])
    }

    func accepts(_ trace: Trace) -> Bool {
        guard let state = state(after: trace.steps) else { return false }
        guard let manner = trace.manner else { return true }
        return dialect.reactions(of: state, to: trace.last).finals.contains {
            $0.isGood == trace.isDelivered && $0.manners[manner, default: 0] > 0
        }
    }
}
