/// A line of a document that says something: words separated by blanks or tabs.
public struct Statement: Sendable {
    /// The line without its line end.
    public let text: Substring

    /// Its words; never empty.
    public let words: [Substring]

    /// The statement of a line; `nil` for one that is blank, or a comment. O(length).
    init?(_ text: Substring) {
        // By bytes, since characters cost ten times as much, and a daemon reads its models at every start.
        words = text.utf8.split(whereSeparator: Self.isBlank).map { Substring($0) }
        guard let first = words.first, !first.hasPrefix("#") else { return nil }
        self.text = text
    }

    /// The first word, which says what the others mean.
    public var verb: Substring { words[0] }

    /// What stands behind the first `count` words, inner blanks kept. O(length).
    public func rest(after count: Int) -> String {
        var rest = text.utf8.drop(while: Self.isBlank)
        for _ in 0..<count { rest = rest.drop { !Self.isBlank($0) }.drop(while: Self.isBlank) }
        while let last = rest.last, Self.isBlank(last) { rest.removeLast() }
        return String(Substring(rest))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
