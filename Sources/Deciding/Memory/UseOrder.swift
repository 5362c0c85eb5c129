import Policy

/// Doubly linked lists over numbered things, most recently used first: any number of lists, each thing in at most one.
/// Every operation is O(1).
struct UseOrder: Sendable {
    /// No thing.
    static let none: Int32 = -1

    /// The two ends of one list.
    struct Ends: Sendable {
        var newest = UseOrder.none
        var oldest = UseOrder.none

        var isEmpty: Bool { newest == UseOrder.none }
    }

    private struct Links: Sendable {
        var newer = UseOrder.none
        var older = UseOrder.none
    }

    private var links = PiecedArray<Links>()

    /// The thing of the same list that was used before `thing`, or none.
    func older(than thing: Int32) -> Int32 { links[Int(thing)].older }

    /// Makes room for things of numbers below `count`.
    mutating func reserve(_ count: Int) { while links.count < count { links.append(Links()) } }

    /// Makes a list of things that are in none, for which there is room; the one used longest ago comes first.
    mutating func makeList(_ things: some RandomAccessCollection<Int32>) -> Ends {
        var ends = Ends()
        for thing in things {
            links[Int(thing)] = Links(newer: Self.none, older: ends.newest)
            if ends.newest == Self.none { ends.oldest = thing } else { links[Int(ends.newest)].newer = thing }
            ends.newest = thing
        }
        return ends
    }

    /// Puts `thing` before all others of a list.
    mutating func insert(_ thing: Int32, in ends: inout Ends) {
        let index = Int(thing)
        while links.count <= index { links.append(Links()) }
        links[index] = Links(newer: Self.none, older: ends.newest)
        if ends.newest == Self.none { ends.oldest = thing } else { links[Int(ends.newest)].newer = thing }
        ends.newest = thing
    }

    /// Takes `thing` out of the list that it is in.
    mutating func remove(_ thing: Int32, from ends: inout Ends) {
        let (newer, older) = (links[Int(thing)].newer, links[Int(thing)].older)
        if newer == Self.none { ends.newest = older } else { links[Int(newer)].older = older }
        if older == Self.none { ends.oldest = newer } else { links[Int(older)].newer = newer }
    }

    /// `thing` was used: it is the newest of its list.
    mutating func touch(_ thing: Int32, in ends: inout Ends) {
        guard ends.newest != thing else { return }
        remove(thing, from: &ends)
        insert(thing, in: &ends)
    }
}
