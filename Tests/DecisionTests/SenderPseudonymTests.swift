import Decision
import KeyedHashing
import Policy
import SMTP
import SpamTracker
import Testing

@Suite("Senders' pseudonyms")
struct SenderPseudonymTests {
    private let key = HashingKey.random()

    private func address(_ text: String) throws -> ClientAddress { try #require(ClientAddress(text)) }

    /// How many of the networks around two senders, widest first, are the same.
    private func common(_ one: SenderKey, _ other: SenderKey) -> Int {
        let (a, b) = (one.networks, other.networks)
        let pairs = [(a.region, b.region), (a.wide, b.wide), (a.narrow, b.narrow), (one, other)]
        return pairs.prefix { $0.0 == $0.1 }.count
    }

    @Test("two pseudonyms share exactly the networks that their addresses share")
    func keepsNetworks() throws {
        let pseudonyms = SenderPseudonyms(key: key)
        let texts = [
            "192.0.2.1", "192.0.2.2", "192.0.3.1", "192.1.2.1", "193.0.2.1", "198.51.100.7", "2001:db8:1:2::1",
            "2001:db8:1:3::1", "2001:db8:2:2::1", "2001:db9:1:2::1", "2a01:db8:1:2::1", "::1",
        ]
        let senders = try texts.map { SenderKey(try address($0)) }
        let others = senders.map(pseudonyms.pseudonym)
        for one in senders.indices {
            for other in senders.indices where senders[one].isIPv4 == senders[other].isIPv4 {
                #expect(common(senders[one], senders[other]) == common(others[one], others[other]))
            }
            #expect(senders[one].isIPv4 == others[one].isIPv4)
        }
    }

    /// What is stored is found again only as long as this holds.
    @Test("a pseudonym is made of digests of level, round, the bits above and a half")
    func construction() throws {
        func image(_ value: UInt64, _ width: UInt64, _ parent: UInt64, _ level: UInt8) -> UInt64 {
            let mask: UInt64 = (1 << (width / 2)) - 1
            var (left, right) = (value >> (width / 2) & mask, value & mask)
            for round: UInt8 in 0..<4 {
                let part =
                    [level, round] + (0..<8).map { UInt8(truncatingIfNeeded: parent >> UInt64(8 * $0)) }
                    + (0..<2).map { UInt8(truncatingIfNeeded: right >> UInt64(8 * $0)) }
                let digest = UInt64(truncatingIfNeeded: key.digest(domain: "sender", parts: [part]))
                (left, right) = (right, (left ^ digest) & mask)
            }
            return left << (width / 2) | right
        }
        for (text, width, levels) in [("192.0.2.77", 8, 0), ("2001:db8:7:9::1", 16, 4)] as [(String, UInt64, UInt8)] {
            let sender = SenderKey(try address(text))
            var expected: UInt64 = sender.isIPv4 ? 1 : 0
            var parent: UInt64 = 0
            for step in UInt64(0)..<4 {
                let part = sender.bits >> (width * (3 - step)) & (1 << width - 1)
                expected = expected << width | image(part, width, parent, levels + UInt8(step))
                parent = parent << width | part
            }
            let pseudonyms = SenderPseudonyms(key: key)
            for _ in 0..<2 { #expect(pseudonyms.sender(try address(text)).bits == expected) }
        }
    }

    @Test("a domain has one pseudonym, however it is written")
    func spellings() {
        let pseudonyms = SenderPseudonyms(key: key)
        let domain = pseudonyms.domain("xn--bcher-kva.example")
        for spelling in ["b\u{fc}cher.example", "B\u{dc}CHER.Example.", "XN--BCHER-KVA.example"] {
            #expect(pseudonyms.domain(spelling) == domain, "\(spelling)")
        }
        #expect(pseudonyms.domain("bucher.example") != domain)
    }

    @Test("all 256 addresses of a network get different pseudonyms, in one network")
    func permutes() throws {
        let pseudonyms = SenderPseudonyms(key: key)
        let all = (0..<256).map { pseudonyms.sender(ClientAddress(ipv4: 0xC000_0200 + UInt32($0))) }
        #expect(Set(all).count == 256)
        #expect(Set(all.map(\.networks.narrow)).count == 1)
    }

    @Test("addresses of one sender have one pseudonym; another key gives others")
    func dependsOnKeyAndPrefix() throws {
        let pseudonyms = SenderPseudonyms(key: key, prefixes: SenderPrefixes(ipv4: 24, ipv6: 48))
        #expect(pseudonyms.sender(try address("192.0.2.1")) == pseudonyms.sender(try address("192.0.2.200")))
        #expect(pseudonyms.sender(try address("2001:db8:1:1::1")) == pseudonyms.sender(try address("2001:db8:1:2::1")))
        let other = SenderPseudonyms(key: .random())
        let texts = ["192.0.2.1", "198.51.100.7", "2001:db8:1:2::1"]
        let same = SenderPseudonyms(key: key)
        #expect(try texts.contains { same.sender(try address($0)) != other.sender(try address($0)) })
        #expect(same.domain("a.example") != other.domain("a.example"))
        #expect(same.domain("a.example") != same.domain("b.example"))
    }

    @Test("scores by keyed hashes are the scores by names")
    func scoresByHash() throws {
        let pseudonyms = SenderPseudonyms(key: key)
        let names = (0..<40).map { "d\($0).example" }
        let hashes = names.map(pseudonyms.domain)
        var tracker = SenderTracker()
        for number in 0..<200 {
            let client = ClientAddress(ipv4: 0x0A00_0000 + UInt32(number) * 300)
            for step in 0..<3 {
                let isSpam = number % 4 != 0
                let domain = isSpam ? (number + step * 7) % 30 : 30 + number % 10
                tracker.record(
                    SenderEvent(
                        sender: pseudonyms.sender(client), domain: SenderPseudonyms.tableName(hashes[domain]),
                        time: UnixTime(seconds: 1_000), label: isSpam ? .spam : .honest))
            }
        }
        let result = try tracker.workload(at: UnixTime(seconds: 90_000), window: 90_000).run()
        let scores = SenderScores(result.snapshot, pseudonyms: pseudonyms)
        let stranger = pseudonyms.sender(try address("203.0.113.9"))
        for recipients in [[0], [0, 7, 14], [31], [5, 36], []] {
            let finding = scores.finding(
                on: stranger, domains: recipients.map { hashes[$0] }, at: UnixTime(seconds: 90_100))
            let expected = result.snapshot.score(
                of: stranger, recipients: recipients.map { SenderPseudonyms.tableName(hashes[$0]) })
            #expect(finding.probability == expected.probability)
            #expect(finding.domains == recipients.count)
            #expect(finding.age == 100)
        }
        let unknown = scores.finding(
            on: stranger, domains: [pseudonyms.domain("never.example"), pseudonyms.domain("seen.example")],
            at: UnixTime(seconds: 90_100))
        #expect(unknown.domains == 2)
        #expect(unknown.confidence == 0)
    }

    @Test("whoever has the key can turn a pseudonym back, and nobody else")
    func turnsBack() throws {
        let pseudonyms = SenderPseudonyms(key: key)
        var senders = try ["192.0.2.1", "0.0.0.0", "255.255.255.255", "2001:db8:1:2::1", "2a01::", "fe80::1"].map {
            SenderKey(try address($0))
        }
        for number: UInt64 in 1..<2_000 {
            senders.append(SenderKey(bits: 1 << 32 | (number &* 0x9e37_79b9 & 0xffff_ffff)))
            senders.append(SenderKey(bits: number << 48 | number &* 0x9e37_79b9))
        }
        for sender in senders { #expect(pseudonyms.sender(named: pseudonyms.pseudonym(of: sender)) == sender) }
        let others = SenderPseudonyms(key: .random())
        #expect(others.sender(named: pseudonyms.pseudonym(of: senders[0])) != senders[0])
        #expect(others.groupID != pseudonyms.groupID)
    }

    /// The network whose image would have been 0 has another's, so it is the one that matters.
    @Test("every IPv6 /16 but ::/16 is turned back", arguments: 0..<4)
    func turnsBackAllOfIPv6(_ round: Int) {
        let pseudonyms = SenderPseudonyms(key: .random())
        for part: UInt64 in 1...0xffff where part % 4 == UInt64(round) {
            let sender = SenderKey(bits: part << 48)
            #expect(pseudonyms.sender(named: pseudonyms.pseudonym(of: sender)) == sender)
        }
    }
}
