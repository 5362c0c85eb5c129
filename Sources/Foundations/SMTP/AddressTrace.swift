/// Looks for an address in a name, in the ways in which providers write it there.
public struct AddressTrace: Sendable {
    private let address: ClientAddress

    /// Looks for that address.
    public init(of address: ClientAddress) { self.address = address }

    /// Whether all of the address stands in the name, as in the names that providers give to lines which have none of
    /// their own. O(length of the name).
    public func isWhole(in name: [UInt8]) -> Bool { parts(in: name) == 4 }

    /// How much of the address stands in the name, which is in lower case. For IPv4 the number of octets, in decimal; 4
    /// also when it is there in hexadecimal or as twelve digits, forwards or backwards. For IPv6 4 when its first or last
    /// 64 bits are there as sixteen hexadecimal digits, else 0. O(length of the name).
    public func parts(in name: [UInt8]) -> Int { address.family == .ipv4 ? ipv4Parts(in: name) : ipv6Parts(in: name) }

    private func ipv4Parts(in name: [UInt8]) -> Int {
        let bits = UInt32(truncatingIfNeeded: address.bits)
        let octets = (bits >> 24, bits >> 16 & 0xff, bits >> 8 & 0xff, bits & 0xff)
        let forwards = Self.twelveDigits(octets.0, octets.1, octets.2, octets.3)
        let backwards = Self.twelveDigits(octets.3, octets.2, octets.1, octets.0)
        var seen: UInt8 = 0
        var number: UInt32 = 0
        var length = 0
        var digits: UInt64 = 0
        var digitCount = 0
        var hex: UInt32 = 0
        var hexCount = 0
        for index in 0...name.count {
            let byte = index < name.count ? name[index] : 0
            if 0x30...0x39 ~= byte {
                number = length < 4 ? number * 10 + UInt32(byte - 0x30) : 1000
                length += 1
                digits = (digits * 10 + UInt64(byte - 0x30)) % 1_000_000_000_000
                digitCount += 1
                if digitCount >= 12, digits == forwards || digits == backwards { return 4 }
            } else if length > 0 {
                if number == octets.0 { seen |= 1 }
                if number == octets.1 { seen |= 2 }
                if number == octets.2 { seen |= 4 }
                if number == octets.3 { seen |= 8 }
                (number, length) = (0, 0)
            }
            if let nibble = Self.nibble(byte) {
                hex = hex << 4 | UInt32(nibble)
                hexCount += 1
                if hexCount >= 8, hex == bits || hex == bits.byteSwapped { return 4 }
            } else {
                (hex, hexCount) = (0, 0)
            }
        }
        return seen.nonzeroBitCount
    }

    private func ipv6Parts(in name: [UInt8]) -> Int {
        let network = UInt64(truncatingIfNeeded: address.bits >> 64)
        let host = UInt64(truncatingIfNeeded: address.bits)
        var hex: UInt64 = 0
        var count = 0
        for byte in name {
            guard let nibble = Self.nibble(byte) else {
                // Groups are separated by hyphens or dots, or by nothing.
                if byte != UInt8(ascii: "-"), byte != UInt8(ascii: ".") { (hex, count) = (0, 0) }
                continue
            }
            hex = hex << 4 | UInt64(nibble)
            count += 1
            if count >= 16, hex == network || hex == host { return 4 }
        }
        return 0
    }

    private static func twelveDigits(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> UInt64 {
        ((UInt64(a) * 1000 + UInt64(b)) * 1000 + UInt64(c)) * 1000 + UInt64(d)
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
