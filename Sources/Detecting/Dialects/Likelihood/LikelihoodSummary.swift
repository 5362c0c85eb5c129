import SMTP

/// What all dialects of a model make of what a session has done, as far as a posterior needs it: words that few dialects own
/// are left out, and so are the signs that it showed beside.
struct LikelihoodSummary: Sendable {
    /// A dialect and its weight: prior times likelihood, signs left out.
    struct Share: Sendable {
        var dialect: UInt32
        var weight: Double
    }

    /// How many of the most likely dialects are kept of each side, as a rule: those that a posterior shows, and as many as
    /// may have said words of their own.
    static let usual = DialectPosterior.shown + 16

    /// By class: the weights of its dialects.
    var sums = [Double](repeating: 0, count: DialectClass.allCases.count)

    /// The weights of those that are hostile and known by their style only.
    var style = 0.0

    /// The most likely hostile dialects and others, most likely first, of equals the first in the model.
    private(set) var hostile: [Share] = []
    private(set) var others: [Share] = []

    /// Adds a dialect if it is among the most likely `shown` of its side; dialects must come in the model's order.
    mutating func consider(_ share: Share, isHostile: Bool, shown: Int) {
        if isHostile { Self.consider(share, in: &hostile, shown) } else { Self.consider(share, in: &others, shown) }
    }

    private static func consider(_ share: Share, in best: inout [Share], _ shown: Int) {
        if best.count == shown, let last = best.last, last.weight >= share.weight { return }
        best.insert(share, at: best.firstIndex { $0.weight < share.weight } ?? best.count)
        if best.count > shown { best.removeLast() }
    }

    /// About how many bytes it takes.
    var weight: Int { 300 + (hostile.count + others.count) * MemoryLayout<Share>.stride }
}

/// What a summary is made of: a trail without the order of its wordings, and without words that few dialects own.
struct TrailKey: SpreadKey {
    /// A wording, and how often it was news.
    struct Entry {
        private var words: (UInt64, UInt64, UInt64)
        var count: Int

        /// `common` is `nil` for words that nobody else says.
        init(_ slot: TemplateIndex.Slot, _ common: Wording?, count: Int) {
            words = common?.words ?? (UInt64(slot.rawValue) << 48, .max, .max)
            self.count = count
        }

        func isSameWording(as other: Entry) -> Bool { words == other.words }

        fileprivate func isBefore(_ other: Entry) -> Bool { words < other.words }

        fileprivate func add(to list: inout [UInt64]) {
            list.append(words.0)
            list.append(words.1)
            list.append(words.2 << 32 ^ UInt64(clamping: count))
        }
    }

    private let words: [UInt64]
    let spread: UInt64

    init(_ trail: LikelihoodTrail, _ wordings: [Entry]) {
        var words: [UInt64] = []
        words.reserveCapacity(trail.steps.count + 1 + wordings.count * 3)
        for place in trail.steps.indices { words.append(trail.steps[place]) }
        words.append(UInt64(trail.heloCount) << 16 | UInt64(trail.ehloCount))
        for entry in wordings.sorted(by: { $0.isBefore($1) }) { entry.add(to: &words) }
        self.words = words
        spread = words.spread
    }

    static func == (a: TrailKey, b: TrailKey) -> Bool { a.spread == b.spread && a.words == b.words }

    func hash(into hasher: inout Hasher) { hasher.combine(spread) }

    /// About how many bytes it takes.
    var weight: Int { 60 + words.count * 8 }
}
