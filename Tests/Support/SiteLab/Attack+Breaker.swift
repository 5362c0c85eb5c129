import Policy
import SMTP
import Seeded

extension Attack {
    /// Switching Argot off for everybody by having "known" clients refused.
    static let breaker: [Attack] =
        [
            Attack(
                "trip-breaker-once", "one clean message, then three greylisted sessions of the same address",
                right: "refusals go on"
            ) { _ in try trip(networks: 1, refusals: 3, rate: 250, honest: 50) }
        ]
        + [1, 3, 50].flatMap { networks in
            [250, 100_000].map { rate in
                Attack(
                    "trip-breaker-\(networks == 1 ? "1-network" : "\(networks)-networks")-\(rate == 250 ? "250" : "100k")",
                    "\(networks == 1 ? "one network" : "\(networks) networks") with one clean message or a good history, "
                        + "thirty sessions each, refused for every possible reason, beside \(rate) an hour",
                    right: "a bot elsewhere and a denied client are refused throughout"
                ) { try trip(networks: networks, refusals: 30, rate: rate, honest: 200, seed: $0) }
            }
        }

    private static func trip(
        networks: Int, refusals: Int, rate: Int, honest: Int, seed: UInt64 = 1
    ) throws -> Outcome {
        var policy = PolicyConfiguration()
        policy.mode = .enforce
        policy.certainAction = .reject
        policy.enforcedVerdicts = [.tempfail, .reject]
        policy.deniedDomains = ["denied.example"]
        policy.trapAddresses = ["trap@example.org"]
        let site = try SimulatedSite(policy, on: SimulatedSite.small)
        var outcome = Outcome()
        var random = SeededGenerator(seed: seed)
        for number in 0..<honest { site.earnHistory(.honest(number)) }
        let attackers = (0..<networks).map { SimulatedClient.honest(10_000 + $0) }
        for (number, attacker) in attackers.enumerated() {
            // Every other one only gets so far as to be known.
            let messages = number.isMultiple(of: 2) ? 1 : 5
            for message in 0..<messages {
                site.now -= Int64(messages - message) * 86_400
                _ = site.send(attacker)
                site.now += Int64(messages - message) * 86_400
                outcome.sessions += 1
            }
        }
        outcome.require(!site.send(.stranger).isTaken, "a bot is taken before anything happened")
        // An hour of mail; the attack is spread over it.
        var attempts = (0..<networks * refusals).map { (Int.random(in: 0..<rate, using: &random), $0 % networks) }
        attempts.sort { $0.0 > $1.0 }
        let begin = site.now
        var missed = 0
        for number in 0..<rate {
            site.now = begin + Int64(number) * 3_600 / Int64(rate)
            outcome.offered += 1
            if site.send(.honest(Int.random(in: 0..<honest, using: &random))).isTaken { outcome.delivered += 1 }
            while let (place, network) = attempts.last, place <= number {
                attempts.removeLast()
                outcome.sessions += 1
                var attacker = attackers[network].suspicious
                attacker.sender = "<spam\(outcome.sessions)@firm.example>"
                switch refusals > 3 ? outcome.sessions % 4 : 0 {
                case 1: attacker.helo = "mx.example.org"
                case 2: attacker.helo = "192.0.2.77"
                default: break
                }
                let isTrap = refusals > 3 && outcome.sessions % 4 == 3
                _ = site.send(attacker, to: isTrap ? "<trap@example.org>" : "<anna@example.org>")
            }
            if number % max(1, rate / 50) == 0, site.send(.stranger).isTaken { missed += 1 }
        }
        outcome.require(missed == 0, "a bot elsewhere was taken \(missed) times of 50")
        var denied = SimulatedClient.honest(20_000)
        denied.sender = "<a@denied.example>"
        outcome.require(!site.send(denied).isTaken, "a denied sender is taken")
        outcome.require(outcome.delivered == outcome.offered, "honest mail was refused")
        return outcome
    }
}
