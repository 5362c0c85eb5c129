/// Why a client or a recipient is left alone. The raw value is the word used in logs.
public enum Exemption: String, Sendable, Hashable, CaseIterable {
    /// The client has logged in (`{auth_authen}`).
    case authenticated = "exempt.authenticated"

    /// The mail was submitted on the server itself.
    case localSubmission = "exempt.local"

    /// The client's address lies in a trusted network.
    case trustedNetwork = "exempt.trusted-network"

    /// The client's address is on the allow list.
    case allowedAddress = "exempt.allowed-address"

    /// The client's verified name is on the allow list, or the sender's domain is and the name lies in it.
    case allowedDomain = "exempt.allowed-domain"

    /// The sender's domain is on the allow list, which anybody may claim: the message is judged at its end.
    case allowedSender = "exempt.allowed-sender"

    /// The HELO name is on the allow list, which anybody may claim.
    case allowedHELO = "exempt.allowed-helo"

    /// The sender is null: a bounce or another notification (RFC 5321 section 4.5.5).
    case nullSender = "exempt.null-sender"

    /// The recipient is postmaster, abuse, or another address that must always be reachable (RFC 2142).
    case protectedRecipient = "exempt.recipient"

    /// The client has a history of clean mail.
    case goodHistory = "exempt.good-history"

    /// How far an exemption reaches: no stranger walks past everything by what it may claim or earn.
    public enum Reach: Sendable, Hashable {
        /// Whatever the evidence.
        case everything

        /// Everything but a hostile dialect and a trap, which count in full.
        case suspicion

        /// Everything but a hostile dialect and a trap, which lead to greylisting and never to a refusal: bounces and the
        /// postmaster must be reached (RFC 5321 sections 4.5.1 and 4.5.5).
        case refusal

        /// Everything before the end of the message, where it is judged.
        case untilTheEnd
    }

    /// How far it reaches.
    public var reach: Reach {
        switch self {
        case .authenticated, .localSubmission, .trustedNetwork, .allowedAddress, .allowedDomain: .everything
        case .allowedHELO, .goodHistory: .suspicion
        case .nullSender, .protectedRecipient: .refusal
        case .allowedSender: .untilTheEnd
        }
    }

    /// The word used in logs where it did not spare the client, but lessened what it got.
    public var limitWord: String { "limit." + rawValue.dropFirst("exempt.".count) }

    /// What it says, as a sentence about the client.
    public var sentence: String {
        switch self {
        case .authenticated: "exempt: it had logged in"
        case .localSubmission: "exempt: the message was submitted on the server itself"
        case .trustedNetwork: "exempt: its address is in trusted_networks"
        case .allowedAddress: "exempt: its address is in allow_addresses"
        case .allowedDomain: "exempt: its verified name is in allow_domains"
        case .allowedSender:
            "the sender's domain is in allow_domains, which anybody may claim: judged at the end of the message"
        case .allowedHELO: "exempt: its HELO name is in allow_helo_names"
        case .nullSender: "exempt: the sender is null, so this is a bounce or a notification"
        case .protectedRecipient: "exempt: the recipient is in protected_recipients"
        case .goodHistory: "exempt: it has a history of clean mail"
        }
    }

    /// What it says where it lessened what the client got.
    public var limitSentence: String {
        switch self {
        case .nullSender: "the sender is null, so it was greylisted and not rejected"
        case .protectedRecipient: "the recipient is in protected_recipients, so it was greylisted and not rejected"
        default: "the verdict was softened: " + sentence
        }
    }
}
