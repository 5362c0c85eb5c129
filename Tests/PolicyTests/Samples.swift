import Policy
import SMTP
import Testing

func address(_ text: String) -> MailAddress { MailAddress(argument: Array(text.utf8)) }

/// What a client has shown, in the terms of the detectors, and the evidence that they make of it.
struct Showing {
    var client = ClientAddress("192.0.2.10")
    var clientPort: Int? = 4_242
    var clientName = "host.example.net"
    var resolution = HostResolution.ok
    var isAuthenticated = false
    var isOwnHost = false
    var helo: String? = "host.example.net"
    var heloShape: HELOShape? = HELOShape(form: .fqdn)
    var saidHELO = false
    var dialect = DialectFinding.noOpinion
    var envelope: Double?
    var contradictions: [Signal] = []
    var senderFinding: SenderFinding?
    var sender = address("<a@example.net>")
    var recipient = address("<b@example.org>")
    var unknownRecipients = 0
    var recipients = 1
    var hasGoodHistory = false
    var networkHasDelivered = false

    /// A client that nothing counts against.
    static let clean = Showing()

    /// The same with something changed.
    func with(_ change: (inout Showing) -> Void) -> Showing {
        var showing = self
        change(&showing)
        return showing
    }

    /// What the detectors find, most telling first.
    func signals(under configuration: PolicyConfiguration) -> [Signal] {
        let attempt = attempt
        let policy = VerdictPolicy(configuration: configuration)
        var found = contradictions
        if let signal = dialect.signal { found.append(signal) }
        if let envelope, envelope >= configuration.envelopeThreshold { found.append(.envelopeSpam) }
        if let signal = senderFinding.flatMap(policy.signal(of:)) { found.append(signal) }
        var helo = HELODetector(isOwnHost: isOwnHost)
        if let heloShape { helo.take(.helo(heloShape), [UInt8]().span) }
        helo.take(.proto(isExtended: saidHELO ? false : nil), [UInt8]().span)
        var asked = RecipientsDetector()
        for number in 0..<recipients {
            if number < unknownRecipients {
                asked.take(.refused(enhancedCode: "5.1.1", text: "User unknown"), [UInt8]().span)
            }
            asked.take(.rcpt(recipient), [UInt8]().span)
        }
        let peers = SessionPeers(client: client, clientName: clientName, resolution: resolution)
        let detectors: [any SessionDetector] = [
            ListDetector(), TrapDetector(), helo, asked, NameDetector(peers: peers),
        ]
        for detector in detectors { detector.find(&found, in: attempt, under: policy) }
        return found.sorted()
    }

    private var attempt: DeliveryAttempt {
        DeliveryAttempt(
            client: client, clientPort: clientPort, clientName: clientName, resolution: resolution, sender: sender,
            recipient: recipient, dialect: dialect)
    }

    /// The evidence of it under a policy.
    func evidence(under configuration: PolicyConfiguration) -> Evidence {
        Evidence(
            attempt, signals: signals(under: configuration), isAuthenticated: isAuthenticated, helo: helo,
            hasGoodHistory: hasGoodHistory, networkHasDelivered: networkHasDelivered)
    }
}

/// A policy asked about what a client has shown.
extension VerdictPolicy {
    func signals(in showing: Showing) -> [Signal] { showing.signals(under: configuration) }

    func judgement(
        for showing: Showing, suspended: Set<BreakerCause> = [], isAtEnd: Bool = false
    ) -> Judgement {
        judgement(for: showing.evidence(under: configuration), suspended: suspended, isAtEnd: isAtEnd)
    }

    func exemption(for showing: Showing) -> Exemption? { exemption(for: showing.evidence(under: configuration)) }

    func causes(of judgement: Judgement, for showing: Showing) -> [BreakerCause] {
        causes(of: judgement, for: showing.evidence(under: configuration))
    }
}

extension DialectFinding {
    static let bot = DialectFinding.decided(name: "grum", class: .bot)
    static let attack = DialectFinding.decided(name: "hydra", class: .attack)
    static let library = DialectFinding.decided(name: "python-smtplib", class: .library)
    static let mta = DialectFinding.decided(name: "postfix", class: .mta)
}

extension PolicyConfiguration {
    /// The default policy with something changed.
    static func with(_ change: (inout PolicyConfiguration) -> Void) -> PolicyConfiguration {
        var configuration = PolicyConfiguration()
        change(&configuration)
        return configuration
    }
}

func policy(_ change: (inout PolicyConfiguration) -> Void = { _ in }) -> VerdictPolicy {
    VerdictPolicy(configuration: .with(change))
}
