import Policy
import SMTP

extension Attack {
    /// Walking in where somebody is left alone.
    static let exemptions: [Attack] = [
        Attack("null-sender", "a bot says MAIL FROM:<>", right: "it is refused, even at a trap") { _ in
            let site = try SimulatedSite(trapping, on: SimulatedSite.small)
            return check(site) { outcome in
                outcome.require(!site.send(.stranger, from: "<>").isTaken, "a bot with the null sender is taken")
                outcome.require(
                    !site.send(.stranger, from: "<>", to: "<trap@example.org>").isTaken,
                    "a bot with the null sender is taken at a trap")
            }
        },
        Attack(
            "postmaster-first", "postmaster is the first recipient, followed by somebody else",
            right: "the others are judged as usual, including by the headers"
        ) { _ in
            let site = try SimulatedSite(trapping, on: SimulatedSite.small)
            return check(site) { outcome in
                outcome.require(
                    !site.send(.stranger, to: "<postmaster@example.org>", "<anna@example.org>").isTaken,
                    "a bot is taken after postmaster")
                var liar = SimulatedClient.honest(1)
                liar.name = (nil, .fail)
                liar.helo = "mail-wr1-f54.google.com"
                outcome.require(!site.send(liar).isTaken, "headers are not judged at all")
                site.now += 10
                liar.sender = "<other@firm1.example>"
                outcome.require(
                    !site.send(liar, to: "<postmaster@example.org>", "<berta@example.org>").isTaken,
                    "headers are not judged after postmaster")
                outcome.require(
                    site.send(SimulatedClient.honest(2).suspicious, to: "<postmaster@example.org>").isTaken,
                    "postmaster alone cannot be reached")
            }
        },
        Attack(
            "good-history-then-bot", "five clean messages over four days, then traps and a bot's dialect",
            right: "both are refused, and the history is lost"
        ) { _ in
            let site = try SimulatedSite(trapping, on: SimulatedSite.small)
            return check(site) { outcome in
                let bought = SimulatedClient.honest(1)
                site.earnHistory(bought)
                outcome.require(site.send(bought.suspicious).isTaken, "a good history does not help at all")
                outcome.require(!site.send(.bot(bought.address)).isTaken, "a bot with a good history is taken")
                let other = SimulatedClient.honest(2)
                site.earnHistory(other)
                outcome.require(
                    !site.send(other.suspicious, to: "<trap@example.org>").isTaken, "a trap is open to a good history")
                site.now += 3_600
                outcome.require(!site.send(other.suspicious).isTaken, "a trap hit leaves the history good")
            }
        },
        Attack(
            "forged-allowed-domain", "a bot uses a sender in a domain on the allow list",
            right: "it is refused, but the domain's own server is not"
        ) { _ in
            var policy = trapping
            policy.allowedDomains = ["partner.example"]
            let site = try SimulatedSite(policy, on: SimulatedSite.small)
            return check(site) { outcome in
                outcome.require(!site.send(.stranger, from: "<ceo@partner.example>").isTaken, "the forger is taken")
                var partner = SimulatedClient.honest(1)
                partner.name = ("partner.example", .ok)
                partner.helo = "server"
                outcome.require(
                    site.send(partner, from: "<ceo@partner.example>").isTaken, "the partner's own server is refused")
            }
        },
        Attack(
            "helo-of-a-large-service", "HELO gives the name of a pool on the list of senders that retry badly",
            right: "a name that is not verified helps nobody"
        ) { _ in
            let site = try SimulatedSite(trapping, on: SimulatedSite.small)
            return check(site) { outcome in
                var liar = SimulatedClient.stranger
                liar.helo = "amazonses"
                liar.name = ("a4-10.smtp-out.amazonses.com", .forged)
                outcome.require(!site.send(liar).isTaken, "a forged name of a pool is taken")
                liar.helo = "192.0.2.77"
                outcome.require(!site.send(liar).isTaken, "a bot with a forged name of a pool is taken")
                liar.name = ("a4-10.smtp-out.amazonses.com", .ok)
                outcome.require(
                    !site.send(liar, to: "<trap@example.org>").isTaken, "a trap is open to hosts of a pool")
            }
        },
    ]

    private static var trapping: PolicyConfiguration {
        var policy = enforcing
        policy.trapAddresses = ["trap@example.org"]
        policy.certainAction = .reject
        policy.enforcedVerdicts = [.tempfail, .reject]
        return policy
    }

    /// What is tried, and whether honest mail still passes afterwards.
    static func check(_ site: SimulatedSite, _ body: (inout Outcome) -> Void) -> Outcome {
        var outcome = Outcome()
        outcome.require(!site.send(.stranger).isTaken, "a bot is taken without any attack")
        body(&outcome)
        for number in 900..<920 {
            outcome.offered += 1
            if site.send(.honest(number)).isTaken { outcome.delivered += 1 }
        }
        outcome.require(outcome.delivered == outcome.offered, "honest mail was refused")
        return outcome
    }
}
