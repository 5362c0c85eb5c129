import SMTP

/// A dialect's machine as a Markov chain over what a vantage shows: after a message of one kind and a reply, which kinds
/// of messages follow how often.
struct SpeechChain {
    private var sums: [Int: [Double]] = [:]
    private var first: Set<Int> = []

    private static let slots = TemplateIndex.Slot.allCases.count
    private static let replies = ReplyPattern.Class.allCases.count

    /// Walks the dialect's machine to every state that shows. O(states x transitions).
    init(ofDialectAt number: Int, _ visible: VisibleMoves) {
        let start = visible.start(ofDialectAt: number)
        var seen: Set<VisibleMoves.Position> = [start]
        var queue: [(position: VisibleMoves.Position, slot: Int)] = [(start, Self.slots)]
        while let (position, slot) = queue.popLast() {
            for reply in ReplyPattern.Class.allCases {
                var moves: [VisibleMoves.Move] = []
                visible.collect(from: position, knowing: reply, into: &moves)
                var counts: [Way: Int] = [:]
                for move in moves { counts[Way(slot: move.slot, template: move.template), default: 0] += move.count }
                guard !counts.isEmpty else { continue }
                let total = counts.values.reduce(0) { $0 + Self.weight($1) }
                let context = slot * Self.replies + Int(reply.rawValue)
                var row = sums[context] ?? [Double](repeating: 0, count: Self.slots)
                for (way, count) in counts { row[Int(way.slot.rawValue)] += Self.weight(count) / total }
                sums[context] = row
                for move in moves {
                    if slot == Self.slots, move.slot == .helo { first.insert(move.template.trailingZeroBitCount) }
                    if seen.insert(move.to).inserted { queue.append((move.to, Int(move.slot.rawValue))) }
                }
            }
        }
    }

    /// What a count weighs: its root, since how often a way was taken in a laboratory is as much the experiment's choice
    /// (what was offered and refused, how many recipients there were) as the program's.
    private static func weight(_ count: Int) -> Double { Double(count + 1).squareRoot() }

    private struct Way: Hashable {
        var slot: TemplateIndex.Slot
        var template: TemplateMask
    }

    /// The shares of each kind after a message of kind `before` (the number of kinds for the start) was answered so;
    /// `nil` where the dialect never is. They add up to 1.
    func shares(after before: Int, _ reply: ReplyPattern.Class) -> [Double]? {
        guard let row = sums[before * Self.replies + Int(reply.rawValue)] else { return nil }
        let sum = row.reduce(0, +)
        return row.map { $0 / sum }
    }

    /// Whether the dialect is ever heard to send a message of kind `before`, or begins there.
    func isEverAt(_ before: Int) -> Bool {
        (0..<Self.replies).contains { sums[before * Self.replies + $0] != nil }
    }

    /// The greetings that the dialect begins with.
    func firstGreetings(among numbers: some Sequence<Int>) -> [Int] { numbers.filter { first.contains($0) } }
}
