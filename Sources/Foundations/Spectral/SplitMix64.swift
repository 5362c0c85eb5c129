/// A small generator whose numbers follow from its seed alone: what is drawn from it can be repeated (Steele, Lea and
/// Flood 2014).
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins at `seed`.
    package init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= Self.step
        return Self.mixed(state)
    }

    /// A number in 0..<1.
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A hash of a number: neighbouring ones give unrelated bits.
    package static func hash(of number: UInt64) -> UInt64 { mixed(number &+ step) }

    private static let step: UInt64 = 0x9e37_79b9_7f4a_7c15

    private static func mixed(_ bits: UInt64) -> UInt64 {
        let once = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        let twice = (once ^ (once >> 27)) &* 0x94d0_49bb_1331_11eb
        return twice ^ (twice >> 31)
    }
}
