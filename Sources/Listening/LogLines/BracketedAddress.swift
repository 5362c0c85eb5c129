public import SMTP

extension ClientAddress {
    /// The first address in brackets, as mail servers log it: `NAME[ADDRESS]`, `[ADDRESS]:PORT`, `NAME [ADDRESS] (may be
    /// forged)`; `IPv6:` may stand before it. `nil` without one, or if it is none. O(length).
    public init?(bracketedIn text: ArraySlice<UInt8>) {
        guard let open = text.firstIndex(of: UInt8(ascii: "[")),
            let close = text[open...].firstIndex(of: UInt8(ascii: "]"))
        else { return nil }
        let inside = text[(open + 1)..<close]
        // Nearly all are plain IPv4, and relays are called by names.
        if let plain = ClientAddress(plainIPv4: inside.span) {
            self = plain
            return
        }
        guard let first = inside.first, Self.mayBegin(first) else { return nil }
        self.init(String(decoding: inside.after("IPv6:") ?? inside, as: UTF8.self))
    }

    /// The address `192.0.2.1`: four numbers of 0 to 255 without zeros before them; `nil` for anything else, whatever it is.
    /// O(length), and nothing is copied.
    public init?(plainIPv4 text: borrowing Span<UInt8>) {
        guard 7...15 ~= text.count else { return nil }
        var bits: UInt32 = 0
        var number: UInt32 = 0
        var (digits, dots) = (0, 0)
        for place in text.indices {
            let byte = text[place]
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                bits = bits << 8 | number
                (number, digits, dots) = (0, 0, dots + 1)
            } else {
                guard 0x30...0x39 ~= byte, digits == 0 || number > 0 else { return nil }
                number = number * 10 + UInt32(byte - 0x30)
                digits += 1
                guard number <= 255 else { return nil }
            }
        }
        guard digits > 0, dots == 3 else { return nil }
        self.init(ipv4: bits << 8 | number)
    }

    /// Whether an address in any form may begin so: hexadecimal digits, a colon, `IPv6:`.
    private static func mayBegin(_ byte: UInt8) -> Bool {
        0x30...0x3a ~= byte || 0x41...0x46 ~= byte & 0xdf || byte & 0xdf == UInt8(ascii: "I")
    }
}
