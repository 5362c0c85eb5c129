public import Dialects
import SMTP

/// Where two dialects differ: a shortest conversation after which one does what the other does not, and the messages that
/// only one of them has.
public struct DialectDifference: Sendable, Hashable {
    /// A reply and the message that followed it.
    public struct Step: Sendable, Hashable {
        /// What the server says.
        public let reply: ReplySymbol

        /// What both clients say then.
        public let message: String
    }

    /// The conversation that both hold alike.
    public let conversation: [Step]

    /// The reply that tells them apart; `nil` if none does.
    public let reply: ReplySymbol?

    /// What each of the two does then: messages, or `closes` or `waits`.
    public let reactions: ([String], [String])

    /// The messages that only the first has, and those that only the second has; sorted.
    public let messages: ([String], [String])

    /// Whether there is nothing that tells them apart.
    public var isNone: Bool { reply == nil && messages.0.isEmpty && messages.1.isEmpty }

    /// Compares two dialects. Replies that only one of them was ever told say nothing of a difference; neither do those
    /// after which the two have a reaction in common, since a client may choose.
    ///
    /// Complexity: O(pairs of states x replies).
    public init(between first: Dialect, and second: Dialect) {
        var found: (steps: [Step], reply: ReplySymbol, reactions: ([String], [String]))?
        var queue: [(a: Int, b: Int, steps: [Step])] = [(0, 0, [])]
        var seen: Set<[Int]> = [[0, 0]]
        var next = 0
        search: while next < queue.count {
            let (a, b, steps) = queue[next]
            next += 1
            for reply in Self.replies(first, a).union(Self.replies(second, b)).sorted() {
                let one = Self.reactions(first, a, reply)
                let two = Self.reactions(second, b, reply)
                guard !one.isEmpty, !two.isEmpty else { continue }
                let common = Set(one.keys).intersection(two.keys)
                guard !common.isEmpty else {
                    found = (steps, reply, (one.keys.sorted(), two.keys.sorted()))
                    break search
                }
                for text in common.sorted() {
                    guard case .some(.some(let left)) = one[text], case .some(.some(let right)) = two[text] else {
                        continue
                    }
                    if seen.insert([left, right]).inserted {
                        queue.append((left, right, steps + [Step(reply: reply, message: text)]))
                    }
                }
            }
        }
        conversation = found?.steps ?? []
        reply = found?.reply
        reactions = found?.reactions ?? ([], [])
        let texts = [first, second].map { Set($0.states.compactMap(\.template?.text)) }
        messages = (texts[0].subtracting(texts[1]).sorted(), texts[1].subtracting(texts[0]).sorted())
    }

    /// Equal if all they say is.
    public static func == (a: DialectDifference, b: DialectDifference) -> Bool {
        a.conversation == b.conversation && a.reply == b.reply && a.reactions == b.reactions && a.messages == b.messages
    }

    /// By what tells apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(conversation)
        hasher.combine(reply)
    }

    /// What a client does: the text of a message and the state behind it, or an ending.
    private static func reactions(_ dialect: Dialect, _ state: Int, _ reply: ReplySymbol) -> [String: Int?] {
        let reactions = dialect.reactions(of: state, to: reply)
        var found: [String: Int?] = [:]
        for transition in reactions.transitions {
            if let text = dialect.states[transition.target].template?.text, found[text] == nil {
                found[text] = .some(transition.target)
            }
        }
        // Where something can follow, an ending without replies is no answer to this one.
        let isLast = !dialect.transitions.contains { $0.source == state }
        for final in reactions.finals where final.replies != nil || isLast {
            found[final.manners.keys.contains(.hang) ? "waits" : "closes"] = .some(nil)
        }
        return found
    }

    /// The replies that a state was told, wildcards as the code that stands for them.
    private static func replies(_ dialect: Dialect, _ state: Int) -> Set<ReplySymbol> {
        let patterns =
            dialect.transitions.filter { $0.source == state }.map(\.replies)
            + dialect.finals.filter { $0.state == state }.compactMap(\.replies)
        return Set(patterns.flatMap(Trace.symbols))
    }
}
