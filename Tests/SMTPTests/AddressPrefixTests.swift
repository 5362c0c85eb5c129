import Seeded
import SMTP
import Testing

/// Blocks of addresses.
struct AddressPrefixTests {
    @Test(arguments: [
        ("192.0.2.0/24", "192.0.2.0/24"), ("0.0.0.0/0", "0.0.0.0/0"), ("192.0.2.1", "192.0.2.1/32"),
        ("192.0.2.1/32", "192.0.2.1/32"), ("2001:db8::/32", "2001:db8::/32"), ("::/0", "::/0"), ("::1", "::1/128"),
        ("fe80::/10", "fe80::/10"), ("[2001:db8::]/32", "2001:db8::/32"), ("[2001:db8::1]", "2001:db8::1/128"),
        ("2001:DB8:0:0::/64", "2001:db8::/64"), ("128.0.0.0/1", "128.0.0.0/1"),
    ])
    func block(text: String, canonical: String) throws {
        let prefix = try #require(AddressPrefix(text))
        #expect(prefix.description == canonical)
        #expect(AddressPrefix(canonical) == prefix)
    }

    @Test(arguments: [
        "", "/", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/x", "192.0.2.0/24/24", "192.0.2.1/24",
        "2001:db8::1/64", "2001:db8::/129", "192.0.2.0/ 24", "192.0.2/24", "[192.0.2.0/24]", "[]", "[", "192.0.2.0/+24",
        "0.0.0.0/-0", "192.0.2.0/024", "example.net", "::ffff:192.0.2.0/120",
    ])
    func whatIsNoBlockIsRefused(text: String) {
        #expect(AddressPrefix(text) == nil)
    }

    @Test(arguments: [
        ("192.0.2.0/24", "192.0.2.0", true), ("192.0.2.0/24", "192.0.2.255", true),
        ("192.0.2.0/24", "192.0.3.0", false), ("192.0.2.0/24", "192.0.1.255", false),
        ("0.0.0.0/0", "255.255.255.255", true), ("0.0.0.0/0", "::1", false), ("::/0", "2001:db8::1", true),
        ("::/0", "192.0.2.1", false), ("::/0", "::ffff:192.0.2.1", false), ("192.0.2.0/24", "::ffff:192.0.2.9", true),
        ("2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff", true), ("2001:db8::/64", "2001:db8:0:1::", false),
        ("172.16.0.0/12", "172.31.255.255", true), ("172.16.0.0/12", "172.32.0.0", false),
        ("192.0.2.1/32", "192.0.2.1", true), ("192.0.2.1/32", "192.0.2.2", false),
    ])
    func membership(block: String, address: String, isInside: Bool) throws {
        #expect(try #require(AddressPrefix(block)).contains(#require(ClientAddress(address))) == isInside)
    }

    @Test(arguments: [
        ("192.0.2.77", 24, "192.0.2.0/24"), ("192.0.2.77", 0, "0.0.0.0/0"), ("192.0.2.77", 32, "192.0.2.77/32"),
        ("192.0.2.77", 99, "192.0.2.77/32"), ("192.0.2.77", -3, "0.0.0.0/0"),
        ("2001:db8:1:2:3::9", 64, "2001:db8:1:2::/64"),
        ("2001:db8::9", 0, "::/0"), ("2001:db8::9", 400, "2001:db8::9/128"),
        ("255.255.255.255", 25, "255.255.255.128/25"),
    ])
    func networkOfAnAddress(address: String, length: Int, block: String) throws {
        let network = try #require(ClientAddress(address)).network(prefixLength: length)
        #expect(network.description == block)
        #expect(network.contains(try #require(ClientAddress(address))))
    }

    @Test func anAddressLiesInItsNetworkOfEveryLength() {
        var generator = SeededGenerator(seed: 3)
        for length in 0...128 {
            let address = ClientAddress(ipv6: UInt128(generator.next()) << 64 | UInt128(generator.next()))
            let network = address.network(prefixLength: length)
            #expect(network.length == length)
            #expect(network.base.family == .ipv6)
            #expect(network.contains(address))
            #expect(AddressPrefix(network.description) == network)
            guard length > 0 else { continue }
            let neighbour = ClientAddress(ipv6: address.bits ^ (1 << UInt128(128 - length)))
            #expect(!network.contains(neighbour))
        }
    }
}
