/// A dialect's machine as a Markov chain over what a vantage shows: after a message of one kind and a reply, which kinds
/// of messages follow how often.
struct SpeechChain {
    /// How often one kind of message follows in a context: a share.
    struct Share {
        /// The kind of message before and the reply to it, by its number.
        var context: UInt8
        /// The kind that follows.
        var slot: UInt8
        var value: Double
    }

    /// The shares that are not 0, by context.
    private(set) var shares: [Share] = []

    /// The contexts that the dialect is ever in, a bit each.
    private(set) var contexts: UInt64 = 0

    /// The templates of the greetings that it begins with.
    private(set) var firstGreetings: [UInt32] = []

    private static let slots = TemplateIndex.Slot.allCases.count
    private static let replies = ReplyPattern.Class.allCases.count

    /// The number of a context; `before` is the number of kinds for the start.
    static func context(after before: Int, _ reply: ReplyPattern.Class) -> Int {
        before * replies + Int(reply.rawValue)
    }

    /// Walks a kind's machine to every state that shows; `counts` has how often each of its transitions was taken.
    /// O(states x transitions).
    init(ofKind kind: Int, _ graph: SpeechGraph, counts: [Int]) {
        let start = graph.start(ofKind: kind)
        var rows = [Double](repeating: 0, count: (Self.slots + 1) * Self.replies * Self.slots)
        var seen = [Bool](repeating: false, count: graph.states(ofKind: kind).count * SpeechPosition.variants)
        seen[0] = true
        var queue: [(place: UInt32, slot: Int)] = [(start, Self.slots)]
        var ways: [(slot: TemplateIndex.Slot, template: UInt32, count: Int)] = []
        while let (place, slot) = queue.popLast() {
            for reply in ReplyPattern.Class.allCases {
                ways.removeAll(keepingCapacity: true)
                graph.forEachMove(from: place, after: reply) { move in
                    let count = counts[Int(move.transition)]
                    if let way = ways.firstIndex(where: { $0.slot == move.slot && $0.template == move.template }) {
                        ways[way].count += count
                    } else {
                        ways.append((move.slot, move.template, count))
                    }
                    if slot == Self.slots, move.slot == .helo, !firstGreetings.contains(move.template) {
                        firstGreetings.append(move.template)
                    }
                    let place = Int(move.to - start)
                    if !seen[place] {
                        seen[place] = true
                        queue.append((move.to, Int(move.slot.rawValue)))
                    }
                }
                guard !ways.isEmpty else { continue }
                let total = ways.reduce(0) { $0 + Self.weight($1.count) }
                let context = Self.context(after: slot, reply)
                contexts |= 1 << UInt64(context)
                for way in ways {
                    rows[context * Self.slots + Int(way.slot.rawValue)] += Self.weight(way.count) / total
                }
            }
        }
        for context in 0..<(rows.count / Self.slots) where contexts >> UInt64(context) & 1 != 0 {
            let row = rows[(context * Self.slots)..<((context + 1) * Self.slots)]
            let sum = row.reduce(0, +)
            for (slot, value) in row.enumerated() where value != 0 {
                shares.append(Share(context: UInt8(context), slot: UInt8(slot), value: value / sum))
            }
        }
    }

    /// What a count weighs: its root, since how often a way was taken in a laboratory is as much the experiment's choice
    /// (what was offered and refused, how many recipients there were) as the program's.
    private static func weight(_ count: Int) -> Double { Double(count + 1).squareRoot() }

    /// Whether the dialect is ever heard to send a message of kind `before`, or begins there.
    func isEverAt(_ before: Int) -> Bool {
        contexts >> UInt64(before * Self.replies) & (1 << UInt64(Self.replies) - 1) != 0
    }
}
