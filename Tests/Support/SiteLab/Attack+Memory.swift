import Policy
import SMTP
import Seeded

extension Attack {
    /// Having Argot forget whom it knows.
    static let memory: [Attack] = [
        Attack(
            "evict-history-64", "101,200 clean messages from addresses of one IPv6 /64",
            right: "every client with a good history keeps it"
        ) { seed in
            try evictHistory(seed) { random in
                ClientAddress(ipv6: UInt128(0x2001_0db8_0bad_0000) << 64 | UInt128(random.next()))
            }
        },
        Attack(
            "evict-history-44",
            "25,000 clean messages from as many networks (/64) of one IPv6 /44, where 10,000 clients are remembered",
            right: "every client with a good history keeps it"
        ) { seed in
            try evictHistory(seed, messages: 25_000, capacity: 10_000) { random in
                let network = UInt128(0x2001_0db8_0ba0_0000 | random.next() & 0xf_ffff)
                return ClientAddress(ipv6: network << 64 | UInt128(random.next()))
            }
        },
        Attack(
            "evict-history-14",
            "25,000 clean messages from addresses of one IPv4 /14, where 10,000 clients are remembered",
            right: "every client with a good history keeps it"
        ) { seed in
            try evictHistory(seed, messages: 25_000, capacity: 10_000) {
                ClientAddress(ipv4: 0x6440_0000 | UInt32(truncatingIfNeeded: $0.next() & 0x3_ffff))
            }
        },
        Attack(
            "evict-greylist",
            "102,000 attempts for other recipients from one IPv6 /64, between an honest attempt and its retry",
            right: "a client that comes back in time is let in"
        ) { seed in
            let site = try SimulatedSite(enforcing, on: SimulatedSite.small)
            var random = SeededGenerator(seed: seed)
            var outcome = Outcome()
            let honest = (0..<50).map { SimulatedClient.honest($0).suspicious }
            for client in honest { outcome.require(!site.send(client).isTaken, "\(client.address) is not greylisted") }
            for number in 0..<102_000 {
                if number.isMultiple(of: 400) { site.now += 1 }
                let address = ClientAddress(ipv6: UInt128(0x2001_0db8_0bad_0000) << 64 | UInt128(random.next()))
                var attacker = SimulatedClient.honest(0).suspicious
                attacker.address = address
                attacker.sender = "<x\(number)@bot.example>"
                _ = site.send(attacker, to: "<user\(number)@example.org>", headers: nil)
            }
            outcome.sessions = 102_000
            site.now += 60
            for client in honest {
                outcome.offered += 1
                if site.send(client).isTaken { outcome.delivered += 1 }
            }
            outcome.require(
                outcome.delivered == outcome.offered,
                "\(outcome.offered - outcome.delivered) of \(outcome.offered) that came back are put off again")
            return outcome
        },
    ]

    static var enforcing: PolicyConfiguration {
        var policy = PolicyConfiguration()
        policy.mode = .enforce
        return policy
    }

    private static func evictHistory(
        _ seed: UInt64, messages: Int = 101_200, capacity: Int? = nil,
        _ address: (inout SeededGenerator) -> ClientAddress
    ) throws -> Outcome {
        var policy = enforcing
        if let capacity { policy.history.capacity = capacity }
        let site = try SimulatedSite(policy, on: SimulatedSite.small)
        var random = SeededGenerator(seed: seed)
        var outcome = Outcome()
        for number in 0..<200 { site.earnHistory(.honest(number)) }
        outcome.require(!site.send(SimulatedClient.honest(300).suspicious).isTaken, "a stranger is not greylisted")
        for number in 0..<messages {
            if number.isMultiple(of: 400) { site.now += 1 }
            var attacker = SimulatedClient.honest(0)
            attacker.address = address(&random)
            attacker.name = ("out.bulk.example", .ok)
            attacker.helo = "out.bulk.example"
            attacker.sender = "<x@bulk.example>"
            _ = site.send(attacker)
        }
        outcome.sessions = messages
        for number in 0..<200 {
            outcome.offered += 1
            if site.send(SimulatedClient.honest(number).suspicious).isTaken { outcome.delivered += 1 }
        }
        outcome.require(
            outcome.delivered == outcome.offered,
            "\(outcome.offered - outcome.delivered) of \(outcome.offered) clients with a good history are forgotten")
        return outcome
    }
}
