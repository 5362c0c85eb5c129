import Policy

/// An array in pieces of a thousand elements. It grows by a piece at a time and never moves what it holds, so no addition
/// takes long however much there is; and a copy shares all pieces that are not changed afterwards.
struct PiecedArray<Element: Sendable>: Sendable {
    private static var bits: Int { 10 }
    private static var mask: Int { 1 << bits - 1 }

    private var pieces: [[Element]] = []

    /// The number of elements.
    private(set) var count = 0

    /// The element at a place in `0..<count`. O(1).
    subscript(index: Int) -> Element {
        get { pieces[index >> Self.bits][index & Self.mask] }
        _modify { yield &pieces[index >> Self.bits][index & Self.mask] }
    }

    /// Adds an element at the end. O(1), and at most the room of a piece is taken.
    mutating func append(_ element: Element) {
        if count & Self.mask == 0 {
            pieces.append([])
            // The first one grows as arrays do: most tables are small.
            if count > 0 { pieces[count >> Self.bits].reserveCapacity(1 << Self.bits) }
        }
        pieces[count >> Self.bits].append(element)
        count += 1
    }
}
