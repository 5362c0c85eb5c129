import Policy
import SMTP

extension Attack {
    /// Getting past `argot deny`.
    static let lists: [Attack] = [
        Attack(
            "deny-holds", "a denied client has a history, writes to postmaster, or says MAIL FROM:<>",
            right: "a deny holds whatever else is known"
        ) { _ in
            var policy = denying
            policy.deniedAddresses = [SimulatedClient.honest(1).address.network(prefixLength: 24)]
            policy.allowedHELONames = ["mail.firm1.example"]
            let site = try SimulatedSite(policy, on: SimulatedSite.small)
            return check(site) { outcome in
                let denied = SimulatedClient.honest(1)
                site.reconfigure(Attack.enforcing)
                site.earnHistory(denied)
                site.reconfigure(policy)
                for (what, sender, recipient) in [
                    ("with a good history", "<joe@firm1.example>", "<anna@example.org>"),
                    ("with the null sender", "<>", "<anna@example.org>"),
                    ("at postmaster", "<joe@firm1.example>", "<postmaster@example.org>"),
                ] {
                    outcome.require(!site.send(denied, from: sender, to: recipient).isTaken, "taken \(what)")
                }
            }
        },
        Attack(
            "deny-by-other-spelling", "a denied domain is written as a U-label, in capitals, with a trailing dot",
            right: "one domain is one domain, however it is written"
        ) { _ in
            let site = try SimulatedSite(denying, on: SimulatedSite.small)
            return check(site) { outcome in
                for sender in [
                    "<x@xn--bcher-kva.example>", "<x@bücher.example>", "<x@BÜCHER.example>",
                    "<x@XN--BCHER-KVA.Example>",
                    "<x@bu\u{308}cher.example>", "<x@bücher.example.>", "<x@xn--bcher-kva.example.>",
                ] {
                    outcome.require(!site.send(.honest(1), from: sender).isTaken, "\(sender) is taken")
                }
                var named = SimulatedClient.honest(2)
                named.name = ("mail.xn--bcher-kva.example.", .ok)
                outcome.require(!site.send(named).isTaken, "a verified name with a dot at the end is taken")
            }
        },
    ]

    private static var denying: PolicyConfiguration {
        var policy = enforcing
        policy.certainAction = .reject
        policy.enforcedVerdicts = [.tempfail, .reject]
        policy.deniedDomains = [".xn--bcher-kva.example"]
        return policy
    }

    /// Putting words into Argot's mouth.
    static let words: [Attack] = [
        Attack(
            "lie-quotes-somebody", "the mail server's words for an unknown user contain another address",
            right: "no lie contains any address but the recipient's own"
        ) { _ in
            var policy = enforcing
            policy.certainAction = .fakeReject
            policy.fakeRejectFraction = 1
            policy.lieLimits.share = 1
            policy.enforcedVerdicts = [.tempfail, .fakeReject]
            let site = try SimulatedSite(policy, on: SimulatedSite.small)
            return check(site) { outcome in
                for text in [
                    "<gone@example.org>: Recipient address rejected: ask boss@secret.example instead",
                    "<gone@example.org>: Recipient address rejected: <owner@secret.example> has left",
                    "Recipient address rejected: User unknown; forwarded to owner@secret.example (gone@example.org)",
                ] {
                    let reply = site.reply(
                        to: .stranger, asking: "<gone@example.org>", refusedWith: text, then: "<anna@example.org>")
                    outcome.require(reply != nil, "no lie is told")
                    outcome.require(!(reply ?? "").contains("secret.example"), "the lie is: \(reply ?? "")")
                }
            }
        }
    ]
}
