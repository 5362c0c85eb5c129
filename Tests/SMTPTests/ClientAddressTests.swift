import Seeded
import SMTP
import Testing

/// Addresses as text, both ways.
struct ClientAddressTests {
    @Test(
        "RFC 5952, section 4 and others: the one text form of an address",
        arguments: [
            ("192.0.2.1", "192.0.2.1"),
            ("0.0.0.0", "0.0.0.0"),
            ("255.255.255.255", "255.255.255.255"),
            ("2001:0db8::0001", "2001:db8::1"),
            ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("2001:DB8::ABCD", "2001:db8::abcd"),
            ("::", "::"),
            ("::1", "::1"),
            ("1::", "1::"),
            ("0:0:0:0:0:0:0:1", "::1"),
            ("1:0:0:0:0:0:0:0", "1::"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("fe80:0:0:0:1:0:0:0", "fe80::1:0:0:0"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("1:2:3:4:5:6:7.8.9.10", "1:2:3:4:5:6:708:90a"),
        ])
    func canonicalText(text: String, canonical: String) throws {
        let address = try #require(ClientAddress(text))
        #expect(address.description == canonical)
        #expect(ClientAddress(canonical) == address)
    }

    @Test(arguments: [
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:c000:201", "192.0.2.1"),
        ("0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"),
        ("IPv6:::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:0.0.0.0", "0.0.0.0"),
    ])
    func mappedAddressIsTheIPv4Address(text: String, plain: String) throws {
        let address = try #require(ClientAddress(text))
        #expect(address.family == .ipv4)
        #expect(address == ClientAddress(plain))
        #expect(address.description == plain)
    }

    @Test(arguments: [
        ("::192.0.2.1", "::c000:201"), ("::fffe:c000:201", "::fffe:c000:201"),
        ("1::ffff:192.0.2.1", "1::ffff:c000:201"), ("::ffff:0:c000:201", "::ffff:0:c000:201"),
    ])
    func addressThatOnlyLooksMappedStaysIPv6(text: String, canonical: String) throws {
        let address = try #require(ClientAddress(text))
        #expect(address.family == .ipv6)
        #expect(address.description == canonical)
    }

    @Test(arguments: ["IPv6:2001:db8::1", "ipv6:2001:db8::1", "IPV6:2001:DB8:0::1"])
    func prefixThatMTAsPutBeforeIPv6DoesNotCount(text: String) {
        #expect(ClientAddress(text) == ClientAddress("2001:db8::1"))
    }

    @Test(arguments: [
        "", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.4.", ".1.2.3.4", "1..3.4", "256.1.1.1", "1.2.3.999", "01.2.3.4",
        "1.2.3.00", "1.2.3.4 ", " 1.2.3.4", "1.2.3.-4", "+1.2.3.4", "0x1.2.3.4", "1.2.3.4/24", "a.b.c.d", "١.٢.٣.٤",
        "[1.2.3.4]", "1.2.3.1000", ":", ":::", "1:::2", "::1::", "1::2::3", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4::5:6:7:8", "::12345", "::g", "::-1", "::+1", "::-0", "::1.2.3",
        "::1.2.3.4:5", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0", "IPv6:", "IPv6:x", "IPv6: ::1", "unknown",
        "2001:db8::1\0", "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(ClientAddress(text) == nil)
    }

    @Test func everyAddressIsReadBackFromItsText() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            let high = UInt128(generator.next())
            var bits = high << 64 | UInt128(generator.next())
            // Whole groups of zeros, as addresses have them.
            for group in 0..<8 where generator.next() % 2 == 0 { bits &= ~(UInt128(0xffff) << UInt128(16 * group)) }
            let address = ClientAddress(ipv6: bits)
            #expect(ClientAddress(address.description) == address)
            let plain = ClientAddress(ipv4: UInt32(truncatingIfNeeded: generator.next()))
            #expect(ClientAddress(plain.description) == plain)
        }
    }

    @Test func randomBytesNeverTrap() {
        var generator = SeededGenerator(seed: 2)
        let alphabet = Array("0123456789abcdef:::...-+%/[]IPv6 ")
        var read = 0
        for _ in 0..<50_000 {
            let length = Int.random(in: 0...20, using: &generator)
            let text = String((0..<length).map { _ in alphabet.randomElement(using: &generator)! })
            guard let address = ClientAddress(text) else { continue }
            read += 1
            #expect(ClientAddress(address.description) == address, "\(text)")
        }
        #expect(read > 0)
    }

    @Test func familiesHaveTheirWidths() {
        #expect(ClientAddress.Family.ipv4.width == 32)
        #expect(ClientAddress.Family.ipv6.width == 128)
    }

    @Test("an IPv6 address is read back from its text, whatever its zeros")
    func roundTrip() throws {
        for zeros in 0..<256 as Range<UInt16> {
            var bits: UInt128 = 0
            for group in 0..<8 {
                let value = zeros >> UInt16(group) & 1 == 0 ? UInt128(0x0abc >> (group * 2)) + 1 : 0
                bits = bits << 16 | value
            }
            let address = ClientAddress(ipv6: bits)
            let text = address.description
            #expect(ClientAddress(text) == address, "\(text)")
            #expect(!text.contains(":::") && text.contains("::") == Self.hasDoubleZero(bits), "\(text)")
        }
    }

    /// Whether an address of these bits has two groups of zeros in a row.
    private static func hasDoubleZero(_ bits: UInt128) -> Bool {
        (0..<7).contains { bits >> UInt128(16 * $0) & 0xffff_ffff == 0 }
    }
}
