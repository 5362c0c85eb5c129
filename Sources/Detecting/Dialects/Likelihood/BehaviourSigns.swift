/// A set of signs, a bit each.
public struct BehaviourSigns: Sendable, Hashable {
    private(set) var bits: UInt64 = 0

    /// The empty set.
    public init() {}

    /// Adds a sign.
    public mutating func insert(_ sign: BehaviourSign) { bits |= 1 << UInt64(sign.rawValue) }

    /// Takes a sign back.
    public mutating func remove(_ sign: BehaviourSign) { bits &= ~(1 << UInt64(sign.rawValue)) }

    /// Whether the set holds the sign.
    public func contains(_ sign: BehaviourSign) -> Bool { bits & 1 << UInt64(sign.rawValue) != 0 }

    /// Whether there are none.
    public var isEmpty: Bool { bits == 0 }

    /// The signs, in the order of their declaration. O(number of kinds of signs).
    public var all: [BehaviourSign] { BehaviourSign.allCases.filter { contains($0) } }

    /// The sum of the weights of wording.
    var wording: Double { weight(where: \.isWording) }

    /// The sum of the weights of carelessness.
    var carelessness: Double { weight(where: \.isCareless) }

    /// The sum of the weights of everything else.
    var conduct: Double {
        var sum = weight { !$0.isWording && !$0.isCareless }
        // Who does not wait for the greeting does not wait for replies either: one habit, not two.
        if contains(.speaksBeforeGreeting), contains(.pipelinesUnoffered) {
            sum -= BehaviourSign.pipelinesUnoffered.weight - 1
        }
        return sum
    }

    private func weight(where isCounted: (BehaviourSign) -> Bool) -> Double {
        var sum = 0.0
        var rest = bits
        while rest != 0 {
            let sign = BehaviourSign(rawValue: UInt8(rest.trailingZeroBitCount))
            if let sign, isCounted(sign) { sum += sign.weight }
            rest &= rest - 1
        }
        return sum
    }
}
