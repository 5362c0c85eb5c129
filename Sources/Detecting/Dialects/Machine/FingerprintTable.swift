import SMTP

/// Numbers by fingerprint: open addressing, at most half full. A look-up is O(1), and a few instructions.
struct FingerprintTable: Sendable {
    /// In each place a fingerprint and its number; `none` where nothing stands.
    private var places: [(fingerprint: Fingerprint, number: UInt32)] = []
    private var count = 0

    private static let none = UInt32.max

    /// Whether nothing is in it.
    var isEmpty: Bool { count == 0 }

    /// The number of a fingerprint; `nil` for one that is not in the table. A number is below `UInt32.max`, and is not taken
    /// out again.
    subscript(fingerprint: Fingerprint) -> UInt32? {
        get {
            guard count > 0 else { return nil }
            let found = places[place(of: fingerprint)].number
            return found == Self.none ? nil : found
        }
        set {
            guard let newValue else { return }
            if (count + 1) * 2 > places.count { grow() }
            let place = place(of: fingerprint)
            if places[place].number == Self.none { count += 1 }
            places[place] = (fingerprint, newValue)
        }
    }

    /// Where a fingerprint stands, or would.
    private func place(of fingerprint: Fingerprint) -> Int {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: fingerprint.mixed) & mask
        while places[place].number != Self.none, places[place].fingerprint != fingerprint { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        let old = places
        places = Array(repeating: (Fingerprint(), Self.none), count: max(8, old.count * 2))
        for (fingerprint, number) in old where number != Self.none {
            places[place(of: fingerprint)] = (fingerprint, number)
        }
    }
}
