/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address is the IPv4 address.
public struct ClientAddress: Hashable, Sendable {
    /// The address family.
    public enum Family: UInt8, Sendable {
        /// IPv4, 32 bits.
        case ipv4 = 4

        /// IPv6, 128 bits.
        case ipv6 = 6

        /// The number of bits of an address.
        public var width: Int { self == .ipv4 ? 32 : 128 }
    }

    /// The address family.
    public let family: Family

    /// The address as a number: the low 32 bits for IPv4, all 128 for IPv6.
    public let bits: UInt128

    /// An IPv4 address from its 32 bits in host order.
    public init(ipv4 bits: UInt32) {
        self.init(family: .ipv4, bits: UInt128(bits))
    }

    /// An IPv6 address from its 128 bits in host order; `::ffff:0:0/96` becomes IPv4.
    public init(ipv6 bits: UInt128) {
        if bits >> 32 == 0xffff {
            self.init(ipv4: UInt32(truncatingIfNeeded: bits))
        } else {
            self.init(family: .ipv6, bits: bits)
        }
    }

    private init(family: Family, bits: UInt128) {
        self.family = family
        self.bits = bits
    }

    /// Reads `192.0.2.1`, `2001:db8::1`, `::ffff:192.0.2.1`, or either with the prefix `IPv6:` that MTAs put before
    /// IPv6 addresses in macros and literals. `nil` for anything else.
    @inlinable
    public init?(_ text: some StringProtocol) { self.init(utf8: Array(text.utf8)) }

    /// The same of a text's bytes.
    public init?(utf8 bytes: [UInt8]) {
        var text = bytes[...]
        if bytes.count > 5, bytes[4] == UInt8(ascii: ":"), Self.isPrefix(bytes) { text = text.dropFirst(5) }
        if text.contains(UInt8(ascii: ":")) {
            guard let bits = Self.parseIPv6(text) else { return nil }
            self.init(ipv6: bits)
        } else {
            guard let bits = Self.parseIPv4(text) else { return nil }
            self.init(ipv4: bits)
        }
    }

    private static func isPrefix(_ bytes: [UInt8]) -> Bool {
        bytes[0] | 0x20 == UInt8(ascii: "i") && bytes[1] | 0x20 == UInt8(ascii: "p")
            && bytes[2] | 0x20 == UInt8(ascii: "v") && bytes[3] == UInt8(ascii: "6")
    }

    /// The network that the address belongs to under a prefix of `length` bits (clamped to the family's width).
    public func network(prefixLength length: Int) -> AddressPrefix {
        AddressPrefix(containing: self, length: length)
    }

    static func parseIPv4(_ text: ArraySlice<UInt8>) -> UInt32? {
        guard text.count <= 15 else { return nil }
        var bits: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var dots = 0
        for byte in text {
            switch byte {
            case 0x30...0x39:
                // Leading zeros would be read as octal by others.
                guard digits < 3, digits == 0 || octet > 0 else { return nil }
                octet = octet * 10 + UInt32(byte - 0x30)
                digits += 1
            case UInt8(ascii: "."):
                guard digits > 0, octet <= 255, dots < 3 else { return nil }
                bits = bits << 8 | octet
                (octet, digits, dots) = (0, 0, dots + 1)
            default: return nil
            }
        }
        guard digits > 0, octet <= 255, dots == 3 else { return nil }
        return bits << 8 | octet
    }

    static func parseIPv6(_ text: ArraySlice<UInt8>) -> UInt128? {
        let colon = UInt8(ascii: ":")
        guard text.count >= 2, text.count <= 45 else { return nil }
        var head: [UInt16] = []
        var tail: [UInt16]?
        var rest = text
        if rest.starts(with: [colon, colon]) {
            tail = []
            rest = rest.dropFirst(2)
        } else if rest.first == colon {
            return nil
        }
        while !rest.isEmpty {
            let end = rest.firstIndex(of: colon) ?? rest.endIndex
            let part = rest[rest.startIndex..<end]
            var groups: [UInt16]
            if end == rest.endIndex, part.contains(UInt8(ascii: ".")) {
                guard let bits = parseIPv4(part) else { return nil }
                groups = [UInt16(bits >> 16), UInt16(bits & 0xffff)]
            } else {
                guard 1...4 ~= part.count, part.first != UInt8(ascii: "+"), part.first != UInt8(ascii: "-"),
                    let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
                else { return nil }
                groups = [group]
            }
            if tail == nil { head += groups } else { tail! += groups }
            rest = rest[end...]
            guard rest.first == colon else { continue }
            rest = rest.dropFirst()
            if rest.first == colon {
                guard tail == nil else { return nil }
                tail = []
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        let back = tail ?? []
        guard tail == nil ? head.count == 8 : head.count + back.count < 8 else { return nil }
        let groups = head + Array(repeating: 0, count: 8 - head.count - back.count) + back
        return groups.reduce(UInt128(0)) { $0 << 16 | UInt128($1) }
    }
}

extension ClientAddress: CustomStringConvertible {
    /// The address in the usual text form; IPv6 in the form of RFC 5952.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(39)
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Adds the text form to others.
    func append(to text: inout [UInt8]) {
        guard family == .ipv4 else {
            return appendIPv6(to: &text)
        }
        for shift in 0..<4 {
            let octet = UInt8(truncatingIfNeeded: UInt32(truncatingIfNeeded: bits) >> UInt32(24 - 8 * shift))
            if shift > 0 { text.append(UInt8(ascii: ".")) }
            if octet >= 100 { text.append(0x30 + octet / 100) }
            if octet >= 10 { text.append(0x30 + octet / 10 % 10) }
            text.append(0x30 + octet % 10)
        }
    }

    private func appendIPv6(to text: inout [UInt8]) {
        func group(_ number: Int) -> UInt16 { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * number)) }
        // The longest run of zeros, of two groups at least; of equals the first.
        var longest = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, group(end) == 0 { end += 1 }
            if end - start > max(longest.count, 1) { longest = start..<end }
            start = end + 1
        }
        for number in 0..<8 {
            if longest.contains(number) {
                if number == longest.lowerBound { text += "::".utf8 }
                continue
            }
            if number > 0, number != longest.upperBound || longest.isEmpty { text.append(UInt8(ascii: ":")) }
            let value = group(number)
            var shift: UInt16 = value > 0xfff ? 12 : value > 0xff ? 8 : value > 0xf ? 4 : 0
            while true {
                let digit = UInt8(truncatingIfNeeded: value >> shift & 0xf)
                text.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
                if shift == 0 { break }
                shift -= 4
            }
        }
    }
}
