public import SMTP

/// Everything about verdicts that the administrator decides. The defaults harm nobody.
public struct PolicyConfiguration: Sendable, Hashable {
    /// What a client deserves against which a hostile dialect and an independent detector agree.
    public enum CertainAction: String, Sendable, Hashable, CaseIterable {
        /// Greylisting.
        case tempfail

        /// A plain refusal.
        case reject

        /// The mail server's words for an unknown user.
        case fakeReject = "fakereject"
    }

    /// Whether verdicts are applied at all.
    public var mode: EnforcementMode = .observe

    /// The refusals that are applied in mode `enforce`.
    public var enforcedVerdicts: Set<Verdict> = [.tempfail]

    /// The recipient domains in which refusals are applied; all when empty.
    public var enforcedDomains: DomainSet = []

    /// Clients that are never judged.
    public var trustedNetworks: [AddressPrefix] = Self.privateNetworks

    /// Addresses on the allow list.
    public var allowedAddresses: [AddressPrefix] = []

    /// Domains on the allow list: of the client's verified name. The sender's address alone only postpones a verdict to
    /// the end of the message, as anybody may claim it.
    public var allowedDomains: DomainSet = []

    /// HELO names on the allow list.
    public var allowedHELONames: DomainSet = []

    /// Addresses on the deny list.
    public var deniedAddresses: [AddressPrefix] = []

    /// Domains on the deny list: of the sender's address, or of the client's verified name.
    public var deniedDomains: DomainSet = []

    /// Honest senders that a temporary refusal would lose mail of.
    public var retryList: RetryList = .shipped

    /// Local parts that are never refused, in lower case.
    public var protectedRecipients: Set<String> = ["postmaster", "abuse"]

    /// Trap addresses as ``SMTP/MailAddress/folded``.
    public var trapAddresses: Set<String> = []

    /// Domains in which every address is a trap.
    public var trapDomains: DomainSet = []

    /// How many unknown recipients a session may ask for before that becomes a signal, at least 1.
    public var unknownRecipientThreshold = 3

    /// Whether the mail server looks clients' names up.
    public var nameLookups: NameLookups = .auto

    /// From which probability on HELO, names and headers speak against a client, 0...1.
    public var envelopeThreshold = 0.99

    /// Whether a message may be greylisted when its headers, and not before, speak against its client.
    public var judgesHeaders = true

    /// Whether a client that may be a bot or may not is asked, once a session, by a refusal for now: what it does next
    /// tells (B@bel, section 4). Whoever comes back is let in.
    public var asksLive = false

    /// From which probability on a sender's score speaks against it, 0...1.
    public var senderThreshold = 0.95

    /// How much its targets must tell for that, 0...1: about 0.33 for one domain, 0.5 for two, 0.6 for three.
    public var senderConfidence = 0.45

    /// What clients deserve against which two independent detectors agree.
    public var certainAction: CertainAction = .tempfail

    /// The fraction of recipients that such clients are lied to about, 0...1. The choice is keyed and deterministic.
    public var fakeRejectFraction = 0.0

    /// Whom Argot may lie about, and how often.
    public var lieLimits = LieConfiguration()

    /// The mail server's wording for an unknown user.
    public var unknownUserTable: UnknownUserTable = .localRecipient

    /// Greylisting.
    public var greylist = GreylistConfiguration()

    /// What makes a history good.
    public var history = HistoryConfiguration()

    /// The false-positive budget.
    public var breaker = BreakerConfiguration()

    /// Whether lies are told at all.
    public var lies: Bool { certainAction == .fakeReject && fakeRejectFraction > 0 }

    /// The default policy: observe, greylist the suspicious, never lie.
    public init() {}

    /// The same policy with another one's lists of who is let in and who is kept out.
    public func withLists(of other: PolicyConfiguration) -> PolicyConfiguration {
        var policy = self
        policy.allowedAddresses = other.allowedAddresses
        policy.allowedDomains = other.allowedDomains
        policy.allowedHELONames = other.allowedHELONames
        policy.deniedAddresses = other.deniedAddresses
        policy.deniedDomains = other.deniedDomains
        return policy
    }

    /// Loopback, private, shared and link-local networks (RFC 1918, RFC 3927, RFC 4193, RFC 4291, RFC 6598).
    public static let privateNetworks: [AddressPrefix] = [
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "::1/128",
        "fc00::/7", "fe80::/10",
    ].compactMap { AddressPrefix($0) }
}
