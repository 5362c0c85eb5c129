import Dialects
import SMTP

/// Traces as a tree of histories: a node for every sequence of replies and messages that was seen, with how often it was,
/// and how conversations ended there (prefix tree acceptor).
///
/// The tree is canonical: it depends on the traces and their counts, not on the order in which they were learned.
struct PrefixTree {
    /// What a client can do on being told a reply, as far as merging cares.
    struct Label: Hashable, Comparable {
        /// The template's text.
        var text: String
        /// How the line ends: a bare LF is another message than CR LF.
        var lineEnd: LineEnd
        /// Whether the message does not wait for the reply.
        var isEarly: Bool

        static func < (a: Label, b: Label) -> Bool {
            (a.text, a.lineEnd.rawValue, a.isEarly ? 1 : 0) < (b.text, b.lineEnd.rawValue, b.isEarly ? 1 : 0)
        }
    }

    /// A reply and what followed it.
    struct Edge: Hashable, Comparable {
        var reply: ReplySymbol
        var label: Label

        static func < (a: Edge, b: Edge) -> Bool { a.reply != b.reply ? a.reply < b.reply : a.label < b.label }
    }

    /// A reply after which conversations ended, and how.
    struct End: Hashable, Comparable {
        var reply: ReplySymbol
        var isGood: Bool
        var manner: Dialect.Final.Manner

        static func < (a: End, b: End) -> Bool {
            a.reply != b.reply
                ? a.reply < b.reply : (a.isGood ? 0 : 1, a.manner.rawValue) < (b.isGood ? 0 : 1, b.manner.rawValue)
        }
    }

    /// A history.
    struct Node {
        /// The last message; `nil` for the root.
        var label: Label?
        /// How often the history was seen.
        var count = 0
        /// How its last message was sent.
        var marks = WireMarks()
        /// The histories that are one message longer.
        var children: [Edge: Int] = [:]
        /// How often it was a whole conversation.
        var ends: [End: Int] = [:]
    }

    /// The nodes, breadth first, edges in order; the first one is the root.
    private(set) var nodes: [Node] = [Node()]

    /// The tree of traces with their counts, worded in an alphabet.
    init(_ traces: [Trace: Int], alphabet: TemplateAlphabet) {
        var drafts: [Node] = [Node()]
        for (trace, count) in traces {
            var current = 0
            var hasGreeted = false
            drafts[0].count += count
            for step in trace.steps {
                let text = alphabet.templates[step.text]?.text ?? step.text
                let edge = Edge(
                    reply: step.reply, label: Label(text: text, lineEnd: step.lineEnd, isEarly: step.isEarly))
                if let next = drafts[current].children[edge] {
                    current = next
                } else {
                    drafts.append(Node(label: edge.label))
                    drafts[current].children[edge] = drafts.count - 1
                    current = drafts.count - 1
                }
                drafts[current].count += count
                drafts[current].marks.add(step, isOffered: hasGreeted && trace.offersPipelining, count: count)
                // What is offered is known from the answer to EHLO on.
                if step.text.prefix(4).uppercased() == "EHLO" { hasGreeted = true }
            }
            if let manner = trace.manner {
                drafts[current].ends[End(reply: trace.last, isGood: trace.isDelivered, manner: manner), default: 0] +=
                    count
            }
        }
        nodes = Self.canonical(drafts)
    }

    private static func canonical(_ drafts: [Node]) -> [Node] {
        var order = [0]
        var numbers = [Int](repeating: 0, count: drafts.count)
        var next = 0
        while next < order.count {
            for (_, child) in drafts[order[next]].children.sorted(by: { $0.key < $1.key }) {
                numbers[child] = order.count
                order.append(child)
            }
            next += 1
        }
        return order.map { old in
            var node = drafts[old]
            node.children = node.children.mapValues { numbers[$0] }
            return node
        }
    }
}

extension PrefixTree.Node {
    /// What was seen to follow each reply: messages, or the end of the conversation.
    var reactions: [ReplySymbol: Set<PrefixTree.Reaction>] {
        var reactions: [ReplySymbol: Set<PrefixTree.Reaction>] = [:]
        for edge in children.keys { reactions[edge.reply, default: []].insert(.message(edge.label)) }
        for end in ends.keys { reactions[end.reply, default: []].insert(end.manner == .hang ? .silence : .end) }
        return reactions
    }
}

extension PrefixTree {
    /// What a client does on being told a reply.
    enum Reaction: Hashable {
        /// It sends this.
        case message(Label)
        /// It closes the connection.
        case end
        /// It waits for more.
        case silence
    }
}

extension WireMarks {
    /// Counts how a message was sent.
    mutating func add(_ step: Trace.Step, isOffered: Bool, count: Int) {
        lineEnds[step.lineEnd, default: 0] += count
        let timing: Timing =
            step.isEarly ? (isOffered ? .earlyOffered : .early) : isOffered ? .afterOffered : .after
        timings[timing, default: 0] += count
        segments[step.isJoined ? .joined : .own, default: 0] += count
        if step.isContent { dots[step.hasLoneDot ? .own : .joined, default: 0] += count }
    }
}
