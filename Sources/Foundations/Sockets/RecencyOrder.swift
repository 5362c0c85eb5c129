/// Elements in the order in which they were used last. Every operation is O(1).
struct RecencyOrder<Element: Hashable> {
    private struct Links {
        var before: Element?
        var after: Element?
    }

    private var links: [Element: Links] = [:]
    /// The one that was not used for longest.
    private(set) var first: Element?
    private var last: Element?

    var count: Int { links.count }

    /// The element is there, and was used last.
    mutating func use(_ element: Element) {
        guard last != element else { return }
        remove(element)
        links[element] = Links(before: last)
        if let last { links[last]?.after = element } else { first = element }
        last = element
    }

    /// The element is not there any more.
    mutating func remove(_ element: Element) {
        guard let own = links.removeValue(forKey: element) else { return }
        if let before = own.before { links[before]?.after = own.after } else { first = own.after }
        if let after = own.after { links[after]?.before = own.before } else { last = own.before }
    }
}
