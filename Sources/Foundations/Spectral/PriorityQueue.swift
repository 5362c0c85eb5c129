/// A binary heap of numbered things: the heaviest first, of equals the lower number.
struct PriorityQueue: Sendable {
    private var entries: [(weight: Double, number: Int)] = []

    var isEmpty: Bool { entries.isEmpty }

    /// The first, which stays.
    var first: Int? { entries.first?.number }

    mutating func insert(_ number: Int, weight: Double) {
        entries.append((weight, number))
        var child = entries.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes the first out.
    @discardableResult
    mutating func removeFirst() -> Int? {
        guard let first = entries.first else { return nil }
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while true {
            var best = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count && precedes(child, best) {
                best = child
            }
            guard best != parent else { return first.number }
            entries.swapAt(parent, best)
            parent = best
        }
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (entries[right].weight, entries[left].number) < (entries[left].weight, entries[right].number)
    }
}
