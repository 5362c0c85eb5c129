import Policy
import SMTP
import Testing

/// Who is left alone, whatever the evidence.
struct ExemptionTests {
    static let worst = Evidence.clean.with {
        $0.dialect = .attack
        $0.heloShape = HELOShape(form: .bareIPv4)
        $0.resolution = .fail
    }

    struct Case: CustomTestStringConvertible {
        var situation: String
        var exemption: Exemption?
        var evidence: @Sendable (inout Evidence) -> Void
        var testDescription: String { situation }

        init(_ situation: String, _ exemption: Exemption?, _ evidence: @escaping @Sendable (inout Evidence) -> Void) {
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
        Case("sender's domain", .allowedDomain) { $0.sender = address("<x@Friend.Example>") },
        Case("sender below the domain", .allowedDomain) { $0.sender = address("<x@mail.family.example>") },
        Case("sender below a domain that stands alone", nil) { $0.sender = address("<x@mail.friend.example>") },
        Case("verified client name", .allowedDomain) {
            $0.clientName = "mx1.family.example"
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
        let evidence = Self.worst.with(situation.evidence)
        #expect(policy.exemption(for: evidence) == situation.exemption)
        let judgement = policy.judgement(for: evidence)
        #expect(judgement.exemption == situation.exemption)
        #expect((judgement.desert == .accept) == (situation.exemption != nil))
        // The signals of an exempt client are told all the same.
        #expect(judgement.signals.contains(.dialectAttack))
    }

    @Test func anEmptyListOfTrustedNetworksTrustsNobody() {
        let evidence = Self.worst.with { $0.client = ClientAddress("127.0.0.1") }
        #expect(policy { $0.trustedNetworks = [] }.exemption(for: evidence) == nil)
    }
}
