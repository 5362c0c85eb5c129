import Policy
import SMTP
import Testing

/// From evidence to desert, verdict and what is applied, rule by rule.
struct VerdictPolicyTests {
    struct Case: CustomTestStringConvertible {
        var situation: String
        var desert: Judgement.Desert
        var evidence: @Sendable (inout Showing) -> Void
        var testDescription: String { situation }

        init(_ situation: String, _ desert: Judgement.Desert, _ evidence: @escaping @Sendable (inout Showing) -> Void) {
            self.situation = situation
            self.desert = desert
            self.evidence = evidence
        }
    }

    static let bareAddress = HELOShape(form: .bareIPv4)
    static let singleLabel = HELOShape(form: .singleLabel)
    static let ours = HELOShape(form: .fqdn, traits: .equalsServer)

    static let cases: [Case] = [
        Case("nothing speaks against the client", .accept) { _ in },
        Case("an unknown dialect", .accept) { $0.dialect = .noOpinion },
        Case("an MTA's dialect", .accept) { $0.dialect = .mta },
        Case("a library's dialect alone is weak", .accept) { $0.dialect = .library },
        Case("a bot's dialect alone", .greylist) { $0.dialect = .bot },
        Case("an attacker's dialect alone", .greylist) { $0.dialect = .attack },
        Case("our own name in HELO alone", .greylist) { $0.heloShape = ours },
        Case("a bare address in HELO alone is weak", .accept) { $0.heloShape = bareAddress },
        Case("no HELO alone is weak", .accept) { $0.heloShape = nil },
        Case("a missing name alone is weak", .accept) { $0.resolution = .fail },
        Case("unknown recipients alone are weak", .accept) {
            $0.unknownRecipients = 3; $0.recipients = 3
        },
        Case("a trap alone", .greylist) { $0.recipient = address("<trap@example.org>") },
        Case("two signals of HELO are one piece of evidence", .accept) {
            $0.heloShape = HELOShape(form: .bareIPv4, traits: .otherAddress)
        },
        Case("dialect and HELO never confirm each other: a library", .accept) {
            $0.dialect = .library
            $0.heloShape = bareAddress
        },
        Case("dialect and HELO never confirm each other: a bot", .greylist) {
            $0.dialect = .bot
            $0.heloShape = ours
        },
        Case("HELO and name", .greylist) {
            $0.heloShape = bareAddress; $0.resolution = .forged
        },
        Case("a name without a domain in HELO alone is weak", .accept) { $0.heloShape = singleLabel },
        Case("a name that is the address alone is weak", .accept) { $0.clientName = "host-192-0-2-10.example.net" },
        Case("a name without a domain, and a name that is the address", .greylist) {
            $0.heloShape = singleLabel
            $0.clientName = "host-192-0-2-10.example.net"
        },
        Case("what honest hosts cannot help confirms no bot", .greylist) {
            $0.dialect = .bot
            $0.heloShape = singleLabel
            $0.clientName = "host-192-0-2-10.example.net"
        },
        Case("what honest hosts cannot help confirms no trap", .greylist) {
            $0.recipient = address("<trap@example.org>")
            $0.heloShape = singleLabel
            $0.clientName = "host-192-0-2-10.example.net"
        },
        Case("a library's dialect and name: many such never come back", .accept) {
            $0.dialect = .library; $0.resolution = .fail
        },
        Case("nothing but likely a device's dialect, and weak signals", .accept) {
            $0.dialect = .posterior(name: "hp-printer", hostile: 0.01, classes: [], device: 0.6)
            $0.heloShape = singleLabel
            $0.resolution = .fail
        },
        Case("perhaps a device's dialect, and weak signals", .greylist) {
            $0.dialect = .posterior(name: "?hp-printer", hostile: 0.01, classes: [], device: 0.4)
            $0.heloShape = singleLabel
            $0.resolution = .fail
        },
        Case("a device's dialect, and a strong signal", .greylist) {
            $0.dialect = .library; $0.heloShape = ours
        },
        Case("a mail transfer agent's dialect, and weak signals: it comes back", .greylist) {
            $0.dialect = .mta
            $0.heloShape = singleLabel
            $0.resolution = .fail
        },
        Case("weak signals from a network that has delivered", .accept) {
            $0.heloShape = bareAddress
            $0.resolution = .fail
            $0.networkHasDelivered = true
        },
        Case("a strong signal from a network that has delivered", .greylist) {
            $0.heloShape = ours
            $0.networkHasDelivered = true
        },
        Case("a bot from a network that has delivered", .certain) {
            $0.dialect = .bot
            $0.resolution = .fail
            $0.networkHasDelivered = true
        },
        Case("HELO without a name service's word", .accept) { $0.saidHELO = true },
        Case("HELO, and no name", .greylist) {
            $0.saidHELO = true
            $0.resolution = .fail
        },
        Case("our own name, said by a program on this host", .accept) {
            $0.heloShape = ours
            $0.isOwnHost = true
        },
        Case("our own name and no PTR: strong, agreed, but no hostile dialect", .greylist) {
            $0.heloShape = ours
            $0.resolution = .fail
        },
        Case("name and unknown recipients", .greylist) {
            $0.resolution = .fail
            $0.unknownRecipients = 3
            $0.recipients = 3
        },
        Case("a bot's dialect and name", .certain) {
            $0.dialect = .bot; $0.resolution = .fail
        },
        Case("an attacker's dialect and unknown recipients", .certain) {
            $0.dialect = .attack
            $0.unknownRecipients = 3
            $0.recipients = 3
        },
        Case("a bot's dialect, HELO and name", .certain) {
            $0.dialect = .bot
            $0.heloShape = bareAddress
            $0.resolution = .fail
        },
        Case("a trap and a bot's dialect", .certain) {
            $0.dialect = .bot
            $0.recipient = address("<trap@example.org>")
        },
        Case("a trap and HELO", .certain) {
            $0.heloShape = bareAddress
            $0.recipient = address("<trap@example.org>")
        },
        Case("a trap and a library's dialect", .certain) {
            $0.dialect = .library
            $0.recipient = address("<trap@example.org>")
        },
        Case("bots and an MTA are still possible, and no name", .accept) {
            $0.dialect = .candidates([.bot, .mta])
            $0.resolution = .fail
        },
        Case("only bots are possible, and no name", .certain) {
            $0.dialect = .candidates([.bot])
            $0.resolution = .fail
        },
    ]

    @Test(arguments: cases)
    func desert(_ situation: Case) {
        let policy = policy { $0.trapAddresses = ["trap@example.org"] }
        let judgement = policy.judgement(for: .clean.with(situation.evidence))
        #expect(judgement.desert == situation.desert)
        #expect(judgement.exemption == nil)
    }

    private func judgement(_ desert: Judgement.Desert) -> Judgement {
        switch desert {
        case .accept: policy().judgement(for: .clean)
        case .greylist: policy().judgement(for: .clean.with { $0.dialect = .bot })
        case .denied:
            policy { $0.deniedDomains = [Showing.clean.sender.foldedDomain] }.judgement(for: .clean)
        case .certain:
            policy().judgement(
                for: .clean.with {
                    $0.dialect = .bot
                    $0.resolution = .fail
                })
        }
    }

    @Test(
        "The verdict by desert, action, greylist and draw",
        arguments: [
            (.accept, .fakeReject, .new, 0.0, .accept), (.accept, .reject, .new, 0.0, .accept),
            (.denied, .tempfail, .passed, 0.0, .reject), (.denied, .fakeReject, .new, 0.0, .reject),
            (.greylist, .tempfail, .new, 0.0, .tempfail), (.greylist, .reject, .new, 0.0, .tempfail),
            (.greylist, .fakeReject, .new, 0.0, .tempfail),
            (.greylist, .tempfail, .early(secondsLeft: 5), 0.0, .tempfail),
            (.greylist, .tempfail, .passed, 0.0, .accept), (.greylist, .fakeReject, .allowListed, 0.0, .accept),
            (.certain, .tempfail, .new, 0.0, .tempfail), (.certain, .tempfail, .passed, 0.0, .accept),
            (.certain, .reject, .new, 0.0, .reject), (.certain, .reject, .passed, 0.0, .reject),
            (.certain, .fakeReject, .new, 0.0, .fakeReject), (.certain, .fakeReject, .new, 0.49, .fakeReject),
            (.certain, .fakeReject, .new, 0.5, .tempfail), (.certain, .fakeReject, .new, 0.99, .tempfail),
            (.certain, .fakeReject, .passed, 0.49, .fakeReject), (.certain, .fakeReject, .passed, 0.5, .accept),
        ] as [(Judgement.Desert, PolicyConfiguration.CertainAction, GreylistStanding, Double, Verdict)])
    func verdict(
        desert: Judgement.Desert, action: PolicyConfiguration.CertainAction, standing: GreylistStanding, draw: Double,
        verdict: Verdict
    ) {
        let policy = policy {
            $0.certainAction = action
            $0.fakeRejectFraction = 0.5
        }
        #expect(policy.verdict(for: judgement(desert), standing: standing, draw: draw) == verdict)
    }

    @Test func aFractionOfZeroLiesToNobodyAndOfOneToAll() {
        let none = policy { $0.certainAction = .fakeReject }
        let all = policy {
            $0.certainAction = .fakeReject
            $0.fakeRejectFraction = 1
        }
        for draw in [0, 0.3, KeyedHash(bits: .max).unitInterval] {
            #expect(none.verdict(for: judgement(.certain), standing: .new, draw: draw) == .tempfail)
            #expect(all.verdict(for: judgement(.certain), standing: .new, draw: draw) == .fakeReject)
        }
    }

    @Test func observeNeverApplies() {
        let policy = policy { $0.enforcedVerdicts = Set(Verdict.allCases) }
        for verdict in Verdict.allCases { #expect(policy.applied(verdict, domain: "example.org") == .accept) }
    }

    @Test func theDefaultsHarmNobody() {
        #expect(PolicyConfiguration().mode == .observe)
        #expect(PolicyConfiguration().fakeRejectFraction == 0)
        #expect(PolicyConfiguration().certainAction == .tempfail)
    }

    @Test func enforcingIsSwitchedOnPerVerdict() {
        for enforced in Verdict.allCases {
            let policy = policy {
                $0.mode = .enforce
                $0.enforcedVerdicts = [enforced]
            }
            for verdict in Verdict.allCases {
                #expect(policy.applied(verdict, domain: "example.org") == (verdict == enforced ? verdict : .accept))
            }
        }
    }

    @Test(
        "Enforcing is switched on per domain",
        arguments: [
            ("example.org", true), ("sub.example.org", false), ("a.example.net", true), ("example.net", true),
            ("example.com", false), ("", false),
        ])
    func domain(domain: String, isEnforced: Bool) {
        let policy = policy {
            $0.mode = .enforce
            $0.enforcedDomains = ["Example.org", ".example.net"]
        }
        #expect(policy.applied(.tempfail, domain: domain) == (isEnforced ? .tempfail : .accept))
    }
}
