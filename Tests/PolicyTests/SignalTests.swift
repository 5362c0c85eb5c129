import Policy
import SMTP
import Seeded
import Testing

/// What speaks against a client, and which observations confirm each other.
struct SignalTests {
    @Test func aCleanClientHasNoSignals() {
        #expect(policy().signals(in: .clean) == [])
    }

    @Test(
        "Findings of the dialect machine",
        arguments: [
            (.noOpinion, nil), (.mta, nil), (.bot, .dialectBot), (.attack, .dialectAttack), (.library, .dialectNotMTA),
            (.decided(name: "x", class: .mua), .dialectNotMTA), (.decided(name: "x", class: .tool), .dialectNotMTA),
            (.candidates([]), nil), (.candidates([.bot]), .dialectBot), (.candidates([.attack]), .dialectAttack),
            (.candidates([.bot, .attack]), .dialectBot), (.candidates([.bot, .mta]), nil),
            (.candidates([.mta, .attack]), nil),
            (.candidates([.bot, .library]), .dialectNotMTA), (.candidates([.mua, .tool]), .dialectNotMTA),
            (.candidates(Set(DialectClass.allCases)), nil),
        ] as [(DialectFinding, Signal?)])
    func dialect(finding: DialectFinding, signal: Signal?) {
        #expect(finding.signal == signal)
        #expect(policy().signals(in: .clean.with { $0.dialect = finding }) == [signal].compactMap(\.self))
    }

    @Test(
        "What HELO says",
        arguments: [
            (HELOShape(form: .fqdn), []), (HELOShape(form: .singleLabel), [.heloNotFQDN]),
            (HELOShape(form: .localhost), [.heloNotFQDN]), (HELOShape(form: .localhostLocaldomain), [.heloNotFQDN]),
            (HELOShape(form: .literalIPv4), []), (HELOShape(form: .empty), []),
            (HELOShape(form: .bareIPv4), [.heloBareAddress]), (HELOShape(form: .malformed), [.heloMalformed]),
            (HELOShape(form: .fqdn, traits: .equalsServer), [.heloIsOurs]),
            (HELOShape(form: .fqdn, traits: .equalsPTR), []),
            (HELOShape(form: .literalIPv4, traits: .otherAddress), [.heloOtherAddress]),
            (HELOShape(form: .literalIPv4, traits: [.otherAddress, .equalsServer]), [.heloIsOurs]),
            (HELOShape(form: .bareIPv4, traits: .otherAddress), [.heloBareAddress, .heloOtherAddress]),
            (HELOShape(form: .fqdn, traits: [.underscore, .uppercase]), []), (nil, [.heloMissing]),
        ] as [(HELOShape?, [Signal])])
    func helo(shape: HELOShape?, signals: [Signal]) {
        #expect(policy().signals(in: .clean.with { $0.heloShape = shape }) == signals)
    }

    @Test(
        "What the name service says",
        arguments: [
            (.ok, []), (.unknown, []), (.temporary, []), (.fail, [.nameMissing]), (.forged, [.nameForged]),
        ] as [(HostResolution, [Signal])])
    func name(resolution: HostResolution, signals: [Signal]) {
        #expect(policy().signals(in: .clean.with { $0.resolution = resolution }) == signals)
    }

    @Test("A name that is the address", arguments: HostResolution.allCases)
    func genericName(resolution: HostResolution) {
        let evidence = Showing.clean.with {
            $0.resolution = resolution
            $0.clientName = "host-192-0-2-10.example.net"
        }
        let signals: [Signal] =
            switch resolution {
            case .ok, .unknown, .temporary: [.nameGeneric]
            case .fail: [.nameMissing]
            case .forged: [.nameForged]
            }
        #expect(policy().signals(in: evidence) == signals)
    }

    @Test(
        "Unknown recipients: at least the threshold, and at least half",
        arguments: [
            (0, 1, false), (2, 2, false), (3, 3, true), (3, 6, true), (3, 7, false), (4, 7, true), (50, 99, true),
            (50, 101, false),
        ])
    func unknownRecipients(unknown: Int, all: Int, isSignal: Bool) {
        let evidence = Showing.clean.with {
            $0.unknownRecipients = unknown
            $0.recipients = all
        }
        #expect(policy().signals(in: evidence) == (isSignal ? [.recipientsUnknown] : []))
    }

    @Test func thresholdIsTheAdministrators() {
        let evidence = Showing.clean.with { $0.unknownRecipients = 1 }
        #expect(policy().signals(in: evidence) == [])
        #expect(policy { $0.unknownRecipientThreshold = 1 }.signals(in: evidence) == [.recipientsUnknown])
    }

    @Test(
        "Traps",
        arguments: [
            ("<trap@example.org>", true), ("<Trap@Example.ORG>", true), ("trap@example.org", true),
            ("<@x:trap@example.org>", true), ("<\"trap\"@example.org>", true), ("<trap2@example.org>", false),
            ("<x@old.example>", true), ("<x@sub.old.example>", false), ("<x@a.dead.example>", true),
            ("<x@dead.example>", true),
            ("<x@undead.example>", false), ("<trap>", false),
        ])
    func traps(recipient: String, isTrap: Bool) {
        let policy = policy {
            $0.trapAddresses = ["trap@example.org"]
            $0.trapDomains = ["old.example", ".dead.example"]
        }
        let evidence = Showing.clean.with { $0.recipient = address(recipient) }
        #expect(policy.signals(in: evidence) == (isTrap ? [.trapRecipient] : []))
    }

    @Test func signalsComeMostTellingFirst() {
        let policy = policy { $0.trapAddresses = ["b@example.org"] }
        let evidence = Showing.clean.with {
            $0.dialect = .bot
            $0.heloShape = HELOShape(form: .bareIPv4, traits: .otherAddress)
            $0.resolution = .fail
            $0.unknownRecipients = 3
            $0.recipients = 3
        }
        #expect(
            policy.signals(in: evidence) == [
                .dialectBot, .trapRecipient, .recipientsUnknown, .heloBareAddress, .heloOtherAddress, .nameMissing,
            ])
    }

    /// Pairs that look at the same things.
    static let dependent: Set<Set<Detector>> = [
        [.dialect, .helo], [.envelope, .dialect], [.envelope, .helo], [.envelope, .name], [.envelope, .claim],
        [.claim, .dialect], [.claim, .helo], [.claim, .name], [.siteDialect, .dialect], [.siteDialect, .helo],
        [.siteDialect, .name], [.siteDialect, .envelope], [.siteDialect, .claim],
        [.tls, .tcp], [.tls, .tlsOwn], [.tls, .tcpOwn], [.tcp, .tlsOwn], [.tcp, .tcpOwn], [.tlsOwn, .tcpOwn],
        [.tls, .dialect], [.tls, .siteDialect], [.tls, .helo], [.tls, .envelope], [.tls, .claim],
        [.tcp, .dialect], [.tcp, .siteDialect], [.tcp, .helo], [.tcp, .envelope], [.tcp, .claim],
    ]

    @Test func detectorsThatLookAtTheSameThingsDoNotConfirmEachOther() {
        for one in Detector.all {
            for other in Detector.all {
                let isDependent = one == other || Self.dependent.contains([one, other])
                #expect(one.isIndependent(of: other) == !isDependent, "\(one) \(other)")
            }
        }
    }

    @Test func everySignalHasADetectorAndAWordThatNamesIt() {
        for signal in Signal.all {
            #expect("\(signal.word).".hasPrefix("\(signal.detector)."))
        }
        #expect(
            Signal.all.filter(\.isStrong) == [
                .denied, .dialectBot, .dialectAttack, .dialectSite, .trapRecipient, .senderCluster, .heloIsOurs,
                .envelopeSpam,
                .claimMailer, .claimMessageID, .claimReceived, .claimBoundary, .claimHELO,
            ])
        #expect(
            Signal.all.filter { !$0.confirms }
                == [.dialectSite, .senderCluster, .heloNotFQDN, .heloPlain, .nameGeneric, .tlsOther, .tcpOther])
    }

    /// What the same judgements taught is one piece of evidence: beside any other signals, the site's dialect never makes
    /// a rejection of what was none, and with the envelope alone there is none.
    @Test func aSitesDialectIsNoSecondDetector() {
        let policy = policy()
        let others = Signal.all.filter { $0 != .dialectSite }
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<2_000 {
            let some = others.filter { _ in Int.random(in: 0..<6, using: &generator) == 0 }
            let without = policy.judgement(for: evidence(some)).desert
            let with = policy.judgement(for: evidence((some + [.dialectSite]).sorted())).desert
            if without != .accept { #expect(with == without, "\(some)") } else { #expect(with == .greylist, "\(some)") }
        }
        #expect(policy.judgement(for: evidence([.dialectSite, .envelopeSpam])).desert == .greylist)
        #expect(policy.judgement(for: evidence([.dialectSite, .trapRecipient])).desert == .greylist)
    }

    private func evidence(_ signals: [Signal]) -> Evidence {
        Evidence(
            DeliveryAttempt(
                client: ClientAddress("192.0.2.10"), clientPort: 4_242, clientName: "host.example.net", resolution: .ok,
                sender: address("<a@example.net>"), recipient: address("<b@example.org>")),
            signals: signals, helo: "host.example.net")
    }
}
