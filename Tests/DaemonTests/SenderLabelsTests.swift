import Decision
import Keeping
import KeyedHashing
import SMTP
import Seeded
import SpamTracker
import Testing

@testable import Daemon

@Suite("Labels of senders")
struct SenderLabelsTests {
    private let pseudonyms = SenderPseudonyms(key: .random())
    private static let start = UnixTime(seconds: 1_000_000)
    private static let day: Int64 = 86_400

    private func label(
        _ network: String, spam: Bool = true, by origin: SenderNetworkLabel.Origin = .administrator
    ) throws -> SenderNetworkLabel {
        SenderNetworkLabel(
            network: try #require(AddressPrefix(network)), isSpam: spam, origin: origin, source: "list",
            time: Self.start)
    }

    private func outcome(
        _ labels: SenderLabels, _ address: String, voted: SenderLabel? = nil
    ) throws -> SenderLabel? {
        labels.label(
            of: pseudonyms.sender(try #require(ClientAddress(address))), voted: voted, from: Self.start,
            until: Self.start + Self.day)
    }

    @Test(
        "a label of any length holds for exactly the senders within, by their pseudonyms",
        arguments: [
            "198.51.100.7/32", "198.51.100.0/24", "198.51.96.0/20", "198.51.0.0/16", "198.48.0.0/12", "198.0.0.0/8",
            "2001:db8:1:2::/64", "2001:db8:1:2::7/128", "2001:db8:1::/56", "2001:db8:1::/48", "2001:db8::/40",
            "2001:db8::/32", "2001:d00::/24",
        ])
    func coversNetworks(_ text: String) throws {
        let network = try #require(AddressPrefix(text))
        let labels = SenderLabels([try label(text)], pseudonyms: pseudonyms)
        var generator = SeededGenerator(seed: UInt64(network.length))
        let width = network.base.family == .ipv4 ? 32 : 128
        // A sender is a /64 of IPv6: whoever shares it with a labelled address is labelled.
        let reach = AddressPrefix(containing: network.base, length: min(network.length, width == 32 ? 32 : 64))
        for _ in 0..<300 {
            // A bit turned over at a random place, and noise below it: inside about as often as outside.
            let place = Int.random(in: 0..<width, using: &generator)
            let noise = UInt128.random(in: 0 ... .max, using: &generator) & ((1 << UInt128(place)) - 1)
            let bits = (network.base.bits ^ (1 << UInt128(place))) ^ noise
            let address =
                width == 32 ? ClientAddress(ipv4: UInt32(truncatingIfNeeded: bits)) : ClientAddress(ipv6: bits)
            let found = labels.label(
                of: pseudonyms.sender(address), voted: nil, from: Self.start, until: Self.start + 1)
            #expect((found == .spam) == reach.contains(address), "\(address)")
        }
        #expect(try outcome(labels, "\(network.base)") == .spam)
    }

    @Test("the administrator stands above traps, traps above imported judgements, these above blocklists")
    func ranks() throws {
        let listed = try label("192.0.2.0/24", by: .blocklist)
        let cleared = try label("192.0.2.7/32", spam: false)
        let accused = try label("192.0.2.8/32")
        var labels = SenderLabels([listed, cleared, accused], pseudonyms: pseudonyms)
        #expect(try outcome(labels, "192.0.2.1") == .spam)
        #expect(try outcome(labels, "192.0.2.1", voted: .honest) == .honest)
        #expect(try outcome(labels, "192.0.2.7", voted: .spam) == .honest)
        #expect(try outcome(labels, "192.0.2.8", voted: .honest) == .spam)
        #expect(try outcome(labels, "203.0.113.1") == nil)
        #expect(try outcome(labels, "203.0.113.1", voted: .honest) == .honest)
        for address in ["192.0.2.1", "192.0.2.7"] {
            labels.noteTrap(pseudonyms.sender(try #require(ClientAddress(address))), at: Self.start + 60)
        }
        #expect(try outcome(labels, "192.0.2.1", voted: .honest) == .spam)
        #expect(try outcome(labels, "192.0.2.7") == .honest)
        #expect(SenderLabels([], pseudonyms: nil).hasSpam == false)
        #expect(labels.count == 3)
    }

    @Test("a trap speaks of its own time and of the week before, not of what comes after")
    func reachesBack() throws {
        var labels = SenderLabels([], pseudonyms: pseudonyms)
        let sender = pseudonyms.sender(try #require(ClientAddress("192.0.2.1")))
        let trap = Self.start + 30 * Self.day
        for time in [trap, trap, trap + -2 * Self.day] { labels.noteTrap(sender, at: time) }
        func isSpam(_ days: Int64) -> Bool {
            let from = trap + days * Self.day
            return labels.label(of: sender, voted: nil, from: from, until: from + Self.day) == .spam
        }
        #expect(isSpam(0) && isSpam(-1) && isSpam(-7) && isSpam(-9))
        #expect(!isSpam(1) && !isSpam(-11) && !isSpam(-20))
        labels.forgetTraps(before: trap)
        #expect(isSpam(-7) && !isSpam(-9))
        labels.forgetTraps(before: trap + 1)
        #expect(!isSpam(0) && !labels.hasSpam)
    }

    @Test("where a wider network makes a sender, the label of an address is the sender's")
    func followsPrefixes() throws {
        let wide = SenderPseudonyms(key: .random(), prefixes: SenderPrefixes(ipv4: 24, ipv6: 48))
        let labels = SenderLabels([try label("192.0.2.7/32")], pseudonyms: wide)
        let sender = wide.sender(try #require(ClientAddress("192.0.2.200")))
        #expect(labels.label(of: sender, voted: nil, from: Self.start, until: Self.start + 1) == .spam)
    }
}
