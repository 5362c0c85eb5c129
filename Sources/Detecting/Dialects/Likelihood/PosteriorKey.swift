/// All that a posterior is made of: what a session has done, in the order in which it did it, and the signs that it showed
/// beside. Sessions with equal keys have equal posteriors, whatever else they said.
struct PosteriorKey: SpreadKey {
    private let words: [UInt64]
    let spread: UInt64

    init(_ trail: LikelihoodTrail, signs: BehaviourSigns, isAuthenticated: Bool) {
        var words: [UInt64] = []
        words.reserveCapacity(trail.steps.count + 2 + trail.wordingCount * 3)
        for place in trail.steps.indices { words.append(trail.steps[place]) }
        words.append(UInt64(trail.heloCount) << 32 | UInt64(trail.ehloCount) << 16 | (isAuthenticated ? 1 : 0))
        words.append(signs.bits)
        for number in 0..<trail.wordingCount {
            let entry = trail.entry(number)
            let wording = entry.wording.words
            words.append(wording.0)
            words.append(wording.1)
            words.append(wording.2 << 32 | UInt64(entry.count))
        }
        self.words = words
        spread = words.spread
    }

    static func == (a: PosteriorKey, b: PosteriorKey) -> Bool { a.spread == b.spread && a.words == b.words }

    func hash(into hasher: inout Hasher) { hasher.combine(spread) }

    /// About how many bytes it takes.
    var weight: Int { 60 + words.count * 8 }
}

extension [UInt64] {
    /// A hash of numbers: who chooses them can make two lists of one hash, so nothing trusts it alone.
    var spread: UInt64 {
        var spread: UInt64 = 0x9ae1_6a3b_2f90_404f
        for word in self {
            spread = (spread ^ word) &* 0xff51_afd7_ed55_8ccd
            spread ^= spread >> 32
        }
        return spread
    }
}
