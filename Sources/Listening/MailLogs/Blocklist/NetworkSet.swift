public import SMTP

/// Networks of a list without those that it takes out again.
public enum NetworkSet {
    /// The networks without the exceptions: a network that an exception covers is gone, one that holds an exception is
    /// divided into the fewest that do not. In order of family and address. O((n + m) log m), and at most 128 networks more
    /// for each exception.
    public static func subtracting(_ exceptions: Set<AddressPrefix>, from networks: Set<AddressPrefix>)
        -> [AddressPrefix]
    {
        let sorted = exceptions.sorted(by: isBefore)
        let lengths = Set(exceptions.map(\.length)).sorted()
        var kept: [AddressPrefix] = []
        for network in networks {
            let isCovered = lengths.contains {
                $0 <= network.length && exceptions.contains(AddressPrefix(containing: network.base, length: $0))
            }
            if isCovered { continue }
            divide(network, sorted[...], &kept)
        }
        return kept.sorted(by: isBefore)
    }

    private static func divide(
        _ network: AddressPrefix, _ exceptions: ArraySlice<AddressPrefix>, _ kept: inout [AddressPrefix]
    ) {
        // The exceptions within lie side by side in the order of their addresses.
        let start = firstIndex(in: exceptions) { !isBefore($0, network) }
        let end = firstIndex(in: exceptions[start...]) { !network.contains($0.base) }
        let inside = exceptions[start..<end]
        guard let first = inside.first else {
            kept.append(network)
            return
        }
        if first == network || network.length >= network.base.family.width { return }
        let length = network.length + 1
        let bit = UInt128(1) << UInt128(network.base.family.width - length)
        let base = network.base
        let upper =
            base.family == .ipv4
            ? ClientAddress(ipv4: UInt32(truncatingIfNeeded: base.bits | bit)) : ClientAddress(ipv6: base.bits | bit)
        divide(AddressPrefix(containing: base, length: length), inside, &kept)
        divide(AddressPrefix(containing: upper, length: length), inside, &kept)
    }

    private static func firstIndex(
        in slice: ArraySlice<AddressPrefix>, where holds: (AddressPrefix) -> Bool
    ) -> Int {
        var (low, high) = (slice.startIndex, slice.endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if holds(slice[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// By family and address; of networks that begin alike the wider comes first.
    private static func isBefore(_ one: AddressPrefix, _ other: AddressPrefix) -> Bool {
        (one.base.family.rawValue, one.base.bits, one.length)
            < (other.base.family.rawValue, other.base.bits, other.length)
    }
}
