/// How many letters one has to insert, delete, replace or swap with their neighbours to turn one name into another.
enum EditDistance {
    /// The distance between two names. O(product of the lengths).
    static func between(_ first: some Collection<UInt8>, _ second: some Collection<UInt8>) -> Int {
        let first = Array(first)
        let second = Array(second)
        var beforePrevious: [Int] = []
        var previous = Array(0...second.count)
        for row in first.indices {
            var current = [row + 1]
            for column in second.indices {
                let replaced = previous[column] + (first[row] == second[column] ? 0 : 1)
                var least = min(replaced, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
                    least = min(least, beforePrevious[column - 1] + 1)
                }
                current.append(least)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[second.count]
    }

    /// The candidate that `name` is most probably a misspelling of; `nil` when none is near. Letter case and the
    /// choice between `-` and `_` do not count.
    static func nearest(to name: String, in candidates: [String]) -> String? {
        guard 1...40 ~= name.utf8.count else { return nil }
        let folded = Self.folded(name)
        let limit = max(1, folded.count / 3)
        let ranked = candidates.map { (name: $0, distance: between(folded, Self.folded($0))) }
        return ranked.filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.name
    }

    private static func folded(_ name: String) -> [UInt8] {
        name.lowercased().utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
    }
}
