public import SMTP

/// The client of a session as the mail server announces it at CONNECT.
public struct MilterPeer: Hashable, Sendable {
    /// What kind of address the client has.
    public enum Origin: Hashable, Sendable {
        /// A client on the network.
        case network(ClientAddress, port: UInt16)

        /// A client on a local socket.
        case local

        /// A family that libmilter does not know; it passes no address at all.
        case unknown
    }

    /// The client's name, or its address in brackets.
    public let hostName: String

    /// Where the client is.
    public let origin: Origin

    /// A client from its parts.
    public init(hostName: String, origin: Origin) {
        self.hostName = hostName
        self.origin = origin
    }
}
