import Policy
import SMTP
import Testing

/// Who is left alone, whatever the evidence.
struct ExemptionTests {
    /// What no exemption that can be claimed or earned outweighs.
    static let worst = Showing.clean.with {
        $0.dialect = .attack
        $0.heloShape = HELOShape(form: .bareIPv4)
        $0.resolution = .fail
    }

    /// Strong, and no hostile dialect.
    static let suspicious = Showing.clean.with {
        $0.heloShape = HELOShape(form: .fqdn, traits: .equalsServer)
        $0.resolution = .fail
    }

    struct Case: CustomTestStringConvertible {
        var situation: String
        var exemption: Exemption?
        var evidence: @Sendable (inout Showing) -> Void
        var testDescription: String { situation }

        init(_ situation: String, _ exemption: Exemption?, _ evidence: @escaping @Sendable (inout Showing) -> Void) {
            self.situation = situation
            self.exemption = exemption
            self.evidence = evidence
        }
    }

    static let cases: [Case] = [
        Case("nobody special", nil) { _ in },
        Case("logged in", .authenticated) { $0.isAuthenticated = true },
        Case("no address", .localSubmission) { $0.client = nil },
        Case("port 0", .localSubmission) { $0.clientPort = 0 },
        Case("port unknown", nil) { $0.clientPort = nil },
        Case("loopback", .trustedNetwork) { $0.client = ClientAddress("127.0.0.5") },
        Case("IPv6 loopback", .trustedNetwork) { $0.client = ClientAddress("::1") },
        Case("private", .trustedNetwork) { $0.client = ClientAddress("10.200.1.1") },
        Case("private, mapped", .trustedNetwork) { $0.client = ClientAddress("::ffff:192.168.1.1") },
        Case("unique local", .trustedNetwork) { $0.client = ClientAddress("fd00::1") },
        Case("link-local", .trustedNetwork) { $0.client = ClientAddress("fe80::1") },
        Case("next to private", nil) { $0.client = ClientAddress("172.32.0.1") },
        Case("allowed address", .allowedAddress) { $0.client = ClientAddress("203.0.113.7") },
        Case("next to the allowed address", nil) { $0.client = ClientAddress("203.0.113.8") },
        Case("allowed network", .allowedAddress) { $0.client = ClientAddress("2001:db8:5::1") },
        Case("sender's domain", .allowedSender) { $0.sender = address("<x@Friend.Example>") },
        Case("sender below the domain", .allowedSender) { $0.sender = address("<x@mail.family.example>") },
        Case("sender below a domain that stands alone", nil) { $0.sender = address("<x@mail.friend.example>") },
        Case("verified client name", .allowedDomain) {
            $0.clientName = "mx1.family.example"
            $0.resolution = .ok
        },
        Case("sender's domain, from a host whose verified name lies in it", .allowedDomain) {
            $0.sender = address("<x@friend.example>")
            $0.clientName = "mx1.friend.example"
            $0.resolution = .ok
        },
        Case("sender's domain, from a host whose verified name only ends like it", .allowedSender) {
            $0.sender = address("<x@friend.example>")
            $0.clientName = "mx1.bestfriend.example"
            $0.resolution = .ok
        },
        Case("forged client name", nil) {
            $0.clientName = "mx1.family.example"
            $0.resolution = .forged
        },
        Case("client name that was not looked up", nil) {
            $0.clientName = "mx1.family.example"
            $0.resolution = .unknown
        },
        Case("HELO name", .allowedHELO) { $0.helo = "Printer.Example" },
        Case("another HELO name", nil) { $0.helo = "printer2.example" },
        Case("no HELO", nil) { $0.helo = nil },
        Case("postmaster", .protectedRecipient) { $0.recipient = address("<PostMaster@example.org>") },
        Case("postmaster without a domain", .protectedRecipient) { $0.recipient = address("<postmaster>") },
        Case("abuse", .protectedRecipient) { $0.recipient = address("<abuse@example.org>") },
        Case("abuse, quoted and routed", .protectedRecipient) {
            $0.recipient = address("<@x:\"abuse\"@example.org>")
        },
        Case("abuser", nil) { $0.recipient = address("<abuser@example.org>") },
        Case("null sender", .nullSender) { $0.sender = address("<>") },
        Case("empty sender without brackets", nil) { $0.sender = address("") },
        Case("good history", .goodHistory) { $0.hasGoodHistory = true },
        Case("the first reason that holds", .authenticated) {
            $0.isAuthenticated = true
            $0.client = nil
            $0.sender = address("<>")
        },
        Case("recipient before null sender", .protectedRecipient) {
            $0.recipient = address("<postmaster>")
            $0.sender = address("<>")
        },
    ]

    @Test(arguments: cases)
    func exemption(_ situation: Case) throws {
        let allowed = try ["203.0.113.7", "2001:db8:5::/48"].map { try #require(AddressPrefix($0)) }
        let policy = policy {
            $0.allowedAddresses = allowed
            $0.allowedDomains = ["friend.example", ".family.example"]
            $0.allowedHELONames = ["printer.example"]
        }
        let evidence = Self.suspicious.with(situation.evidence)
        #expect(policy.exemption(for: evidence) == situation.exemption)
        let judgement = policy.judgement(for: evidence)
        #expect(judgement.exemption == situation.exemption)
        #expect((judgement.desert == .accept) == (situation.exemption != nil))
        // The signals of an exempt client are told all the same.
        #expect(judgement.signals.contains(.heloIsOurs) && judgement.alone == .greylist)

        let worst = policy.judgement(for: Self.worst.with(situation.evidence))
        switch situation.exemption?.reach {
        case .everything: #expect(worst.desert == .accept && !worst.endsHistory)
        case .untilTheEnd: #expect(worst.desert == .accept && worst.exemption == .allowedSender)
        case .refusal: #expect(worst.desert == .greylist && worst.limit == situation.exemption && worst.endsHistory)
        case .suspicion, nil:
            // Without the name service's word nothing confirms the dialect.
            let isConfirmed = evidence.resolution != .unknown
            #expect(worst.desert == (isConfirmed ? .certain : .greylist) && worst.endsHistory == isConfirmed)
        }
    }

    @Test("A trap counts whatever a stranger claims or has earned", arguments: cases)
    func traps(_ situation: Case) throws {
        let policy = policy {
            $0.allowedDomains = ["friend.example", ".family.example"]
            $0.allowedHELONames = ["printer.example"]
            $0.trapDomains = ["example.org"]
        }
        let judgement = policy.judgement(for: Showing.clean.with(situation.evidence))
        guard judgement.signals.contains(.trapRecipient) else { return }
        switch judgement.exemption?.reach {
        case .everything: #expect(!judgement.endsHistory)
        default:
            #expect(judgement.endsHistory && (judgement.desert != .accept || judgement.exemption == .allowedSender))
        }
    }

    @Test func anAllowedSenderIsJudgedAtTheEnd() {
        let policy = policy { $0.allowedDomains = ["friend.example"] }
        let evidence = Self.worst.with { $0.sender = address("<x@friend.example>") }
        #expect(policy.judgement(for: evidence).desert == .accept)
        #expect(policy.judgement(for: evidence, isAtEnd: true).desert == .certain)
        // Nor does it come cheaper together with what anybody may claim, too.
        let bounce = evidence.with { $0.recipient = address("<postmaster@example.org>") }
        #expect(policy.judgement(for: bounce).desert == .accept)
        #expect(policy.judgement(for: bounce, isAtEnd: true).desert == .greylist)
    }

    @Test("A deny holds whatever else is known", arguments: cases)
    func deny(_ situation: Case) throws {
        let denied = try #require(AddressPrefix("0.0.0.0/1"))
        let others = try ["128.0.0.0/1", "::/1", "8000::/1"].map { try #require(AddressPrefix($0)) }
        let allowed = try ["203.0.113.7", "2001:db8:5::/48"].map { try #require(AddressPrefix($0)) }
        let policy = policy {
            $0.deniedAddresses = [denied] + others
            $0.allowedAddresses = allowed
            $0.allowedDomains = ["friend.example", ".family.example"]
            $0.allowedHELONames = ["printer.example"]
        }
        let judgement = policy.judgement(for: Showing.clean.with(situation.evidence))
        switch situation.exemption {
        case .authenticated, .localSubmission, .trustedNetwork: #expect(judgement.desert == .accept)
        default: #expect(judgement.desert == .denied && judgement.exemption == nil)
        }
    }

    @Test func anEmptyListOfTrustedNetworksTrustsNobody() {
        let evidence = Self.worst.with { $0.client = ClientAddress("127.0.0.1") }
        #expect(policy { $0.trustedNetworks = [] }.exemption(for: evidence) == nil)
    }
}
