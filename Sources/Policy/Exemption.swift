/// Why a client or a recipient is left alone, whatever the evidence. The raw value is the word used in logs.
public enum Exemption: String, Sendable, Hashable, CaseIterable {
    /// The client has logged in (`{auth_authen}`).
    case authenticated = "exempt.authenticated"

    /// The mail was submitted on the server itself.
    case localSubmission = "exempt.local"

    /// The client's address lies in a trusted network.
    case trustedNetwork = "exempt.trusted-network"

    /// The client's address is on the allow list.
    case allowedAddress = "exempt.allowed-address"

    /// The client's name or the sender's domain is on the allow list.
    case allowedDomain = "exempt.allowed-domain"

    /// The HELO name is on the allow list.
    case allowedHELO = "exempt.allowed-helo"

    /// The sender is null: a bounce or another notification (RFC 5321 section 4.5.5).
    case nullSender = "exempt.null-sender"

    /// The recipient is postmaster, abuse, or another address that must always be reachable (RFC 2142).
    case protectedRecipient = "exempt.recipient"

    /// The client has a history of clean mail.
    case goodHistory = "exempt.good-history"
}
