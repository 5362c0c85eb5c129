/// A set of templates of one kind, a bit each; as wide as the kind has templates.
struct TemplateSet: Sendable, Hashable {
    private var words: [UInt64]

    /// The empty set of a kind with `count` templates.
    init(count: Int) {
        words = [UInt64](repeating: 0, count: (count + 63) / 64)
    }

    /// The set of these templates of a kind with `count`.
    init(count: Int, _ numbers: some Sequence<UInt32>) {
        self.init(count: count)
        insert(numbers)
    }

    /// Whether no template is in it.
    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    /// How many templates are in it. O(width).
    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Whether a template is in it; `false` for a number beyond its width.
    func contains(_ number: UInt32) -> Bool {
        let place = Int(number) / 64
        return place < words.count && words[place] & 1 << UInt64(number % 64) != 0
    }

    /// Adds a template; one beyond the width is passed over.
    mutating func insert(_ number: UInt32) {
        let place = Int(number) / 64
        if place < words.count { words[place] |= 1 << UInt64(number % 64) }
    }

    /// Adds templates.
    mutating func insert(_ numbers: some Sequence<UInt32>) {
        for number in numbers { insert(number) }
    }

    /// Adds all of another set of the same width.
    mutating func formUnion(_ other: TemplateSet) {
        for place in 0..<min(words.count, other.words.count) { words[place] |= other.words[place] }
    }

    /// Keeps what is in another set of the same width too.
    mutating func formIntersection(_ other: TemplateSet) {
        for place in words.indices { words[place] &= place < other.words.count ? other.words[place] : 0 }
    }

    /// What is in both.
    func intersection(_ other: TemplateSet) -> TemplateSet {
        var both = self
        both.formIntersection(other)
        return both
    }

    /// Hands over each template, lowest number first. O(width + templates).
    func forEach(_ body: (UInt32) -> Void) {
        for (place, word) in words.enumerated() where word != 0 {
            var rest = word
            while rest != 0 {
                body(UInt32(place * 64 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
    }

    /// All conjunctions of one set from each list.
    static func conjunctions(_ lists: [Set<TemplateSet>]) -> Set<TemplateSet> {
        guard let first = lists.first else { return [] }
        return lists.dropFirst().reduce(first) { partial, list in
            var found: Set<TemplateSet> = []
            for one in partial {
                for other in list { found.insert(one.intersection(other)) }
            }
            return found
        }
    }
}

extension TemplateSet: Comparable {
    /// By the highest template that only one of them holds.
    static func < (a: TemplateSet, b: TemplateSet) -> Bool {
        for place in (0..<max(a.words.count, b.words.count)).reversed() {
            let one = place < a.words.count ? a.words[place] : 0
            let other = place < b.words.count ? b.words[place] : 0
            if one != other { return one < other }
        }
        return false
    }
}
