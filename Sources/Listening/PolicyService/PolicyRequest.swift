public import SMTP

/// What Postfix's smtpd tells a policy service about a session (SMTPD_POLICY_README), as far as Argot asks.
public struct PolicyRequest: Sendable, Hashable {
    /// The client's address; `nil` if it is not an address.
    public var client: ClientAddress?

    /// The client's port; `nil` before Postfix 3.0.
    public var clientPort: UInt16?

    /// Whether the client greeted with EHLO; `nil` before any greeting.
    public var isExtended: Bool?

    /// The state of the protocol that the request was made in, such as `RCPT`.
    public var protocolState: String

    /// A request from its parts.
    public init(
        client: ClientAddress?, clientPort: UInt16?, isExtended: Bool?, protocolState: String = "RCPT"
    ) {
        self.client = client
        self.clientPort = clientPort
        self.isExtended = isExtended
        self.protocolState = protocolState
    }

    /// The request made of attributes.
    init(_ attributes: [String: String]) {
        client = attributes["client_address"].flatMap { ClientAddress($0) }
        clientPort = attributes["client_port"].flatMap { UInt16($0) }
        isExtended =
            switch attributes["protocol_name"] {
            case "ESMTP": true
            case "SMTP": false
            default: nil
            }
        if attributes["helo_name", default: ""].isEmpty { isExtended = nil }
        protocolState = attributes["protocol_state", default: ""]
    }
}
