public import SMTP

/// What the client calls itself.
public struct HELODetector: SessionDetector {
    /// `helo`.
    public static var detector: Detector { .helo }

    private var shape: HELOShape?
    /// Whether the last greeting was HELO, as far as the mail server tells.
    private var saidHELO = false
    /// A program on the mail server's own host may say what the host is called.
    private let isOwnHost: Bool

    /// A detector for a session that begins; `isOwnHost` when the client is the host that the mail server runs on.
    public init(isOwnHost: Bool = false) { self.isOwnHost = isOwnHost }

    /// Takes an event.
    public mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        switch event {
        case .helo(let shape): self.shape = shape
        case .proto(let isExtended): saidHELO = isExtended == false
        case .line(let verb, _, _): if verb == .helo || verb == .ehlo { saidHELO = verb == .helo }
        default: break
        }
    }

    /// Adds what its greeting says. O(1).
    public func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under policy: VerdictPolicy) {
        guard let shape else { return found.append(.heloMissing) }
        let isOurs = shape.traits.contains(.equalsServer)
        if isOurs, !isOwnHost { found.append(.heloIsOurs) }
        if shape.form == .bareIPv4 { found.append(.heloBareAddress) }
        if shape.traits.contains(.otherAddress), !isOurs, !isOwnHost { found.append(.heloOtherAddress) }
        switch shape.form {
        case .malformed: found.append(.heloMalformed)
        case .singleLabel, .localhost, .localhostLocaldomain: found.append(.heloNotFQDN)
        case .fqdn, .bareIPv4, .literalIPv4, .literalIPv6, .empty: break
        }
        if saidHELO { found.append(.heloPlain) }
    }
}
