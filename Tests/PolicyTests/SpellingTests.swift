import Policy
import SMTP
import Testing

/// An internationalised domain is what it is to the policy, whichever way the administrator and the client write it.
@Suite("The spelling of a domain")
struct SpellingTests {
    @Test("does not evade a deny, an allow or a trap", arguments: SpellingSamples.spellings)
    func decides(_ written: String) {
        let deny = policy { $0.deniedDomains = [written] }
        let trap = policy {
            $0.trapDomains = [written]
        }
        let helo = policy { $0.allowedHELONames = [written] }
        let named = policy { $0.allowedDomains = [".\(written)"] }
        for spelling in SpellingSamples.spellings {
            #expect(
                deny.signals(in: .clean.with { $0.sender = address("<x@\(spelling)>") }).contains(.denied),
                "\(spelling)")
            #expect(deny.signals(in: .clean.with { $0.clientName = spelling }).contains(.denied), "\(spelling)")
            #expect(trap.isTrap(address("<x@\(spelling)>")), "\(spelling)")
            #expect(helo.exemption(for: .clean.with { $0.helo = spelling }) == .allowedHELO, "\(spelling)")
            #expect(
                named.exemption(for: .clean.with { $0.clientName = "mx.\(spelling)" }) == .allowedDomain, "\(spelling)")
        }
        #expect(!deny.signals(in: .clean.with { $0.sender = address("<x@bucher.example>") }).contains(.denied))
    }

    @Test(
        "does not evade a trap address or the domains in which refusals are applied",
        arguments: SpellingSamples.spellings)
    func traps(_ spelling: String) {
        let policy = policy {
            $0.mode = .enforce
            $0.trapAddresses = ["trap@xn--bcher-kva.example"]
            $0.enforcedDomains = ["xn--bcher-kva.example"]
        }
        #expect(policy.isTrap(address("<Trap@\(spelling)>")))
        #expect(policy.applied(.tempfail, domain: spelling) == .tempfail)
        #expect(policy.applied(.tempfail, domain: "bucher.example") == .accept)
    }
}
