import Spectral

/// Random numbers by what they are for, not by when they are asked for: games with the same seed differ only where what
/// is played differs. A spammer who ignores what he is told meets the same days at every fraction.
struct Chance: Sendable, Hashable {
    /// What a number is for.
    enum Purpose: UInt64, Sendable {
        case unknownShare = 1
        case kind, mails, bot, server, judged, flapping, lottery, listDay, seeds, phase
    }

    /// The seed of all numbers.
    let seed: UInt64

    /// 64 bits that belong to a purpose and up to three numbers.
    func bits(_ purpose: Purpose, _ first: Int, _ second: Int = 0, _ third: Int = 0) -> UInt64 {
        var bits = SplitMix64.hash(of: seed ^ purpose.rawValue &* 0xd6e8_feb8_6659_fd93)
        for number in [first, second, third] {
            bits = SplitMix64.hash(of: bits ^ UInt64(truncatingIfNeeded: number) &* 0xa076_1d64_78bd_642f)
        }
        return bits
    }

    /// A number in 0..<1.
    func unit(_ purpose: Purpose, _ first: Int, _ second: Int = 0, _ third: Int = 0) -> Double {
        Double(bits(purpose, first, second, third) >> 11) * 0x1p-53
    }

    /// A number in 0..<bound; 0 if `bound` is less than 2.
    func below(_ bound: Int, _ purpose: Purpose, _ first: Int, _ second: Int = 0, _ third: Int = 0) -> Int {
        bound < 2 ? 0 : Int(truncatingIfNeeded: bits(purpose, first, second, third) % UInt64(bound))
    }
}
