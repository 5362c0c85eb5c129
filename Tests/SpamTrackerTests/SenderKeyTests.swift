import SMTP
import Seeded
import SpamTracker
import Testing

@Suite("Sender keys")
struct SenderKeyTests {
    @Test(
        "a key is the address for IPv4, the /64 for IPv6",
        arguments: [
            ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::1", "::/64"),
        ])
    func showsWhatItStandsFor(_ text: String, _ shown: String) throws {
        #expect(SenderKey(try #require(ClientAddress(text))).description == shown)
    }

    @Test("the text of a key gives the key back, whatever the address")
    func roundTrips() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let ipv4 = SenderKey(ClientAddress(ipv4: UInt32.random(in: 0 ... .max, using: &generator)))
            let ipv6 = SenderKey(ClientAddress(ipv6: UInt128.random(in: 0 ... .max, using: &generator)))
            #expect(SenderKey(ipv4.description) == ipv4)
            #expect(SenderKey(ipv6.description) == ipv6)
            #expect(ipv4 != ipv6)
        }
    }

    @Test("prefix lengths are configurable and clamped")
    func respectsPrefixes() throws {
        let prefixes = SenderPrefixes(ipv4: 24, ipv6: 48)
        let first = SenderKey(try #require(ClientAddress("192.0.2.1")), prefixes: prefixes)
        let second = SenderKey(try #require(ClientAddress("192.0.2.200")), prefixes: prefixes)
        let six = SenderKey(try #require(ClientAddress("2001:db8:1:2::1")), prefixes: prefixes)
        #expect(first == second)
        #expect(six == SenderKey(try #require(ClientAddress("2001:db8:1:ff::1")), prefixes: prefixes))
        #expect(SenderPrefixes(ipv4: 99, ipv6: 99) == SenderPrefixes(ipv4: 32, ipv6: 64))
    }

    @Test("networks around a sender are /8, /16 and /24, or /16, /32 and /48")
    func knowsNetworks() throws {
        let ipv4 = SenderKey(try #require(ClientAddress("192.0.2.7"))).networks
        #expect(ipv4.region.description == "192.0.0.0")
        #expect(ipv4.wide.description == "192.0.0.0")
        #expect(ipv4.narrow.description == "192.0.2.0")
        let ipv6 = SenderKey(try #require(ClientAddress("2001:db8:1:2::7"))).networks
        #expect(ipv6.region.description == "2001::/64")
        #expect(ipv6.wide.description == "2001:db8::/64")
        #expect(ipv6.narrow.description == "2001:db8:1::/64")
    }
}
