public import SMTP

/// A TCP connection that argot-tap has seen: its two ends, which tell it from all others of its time.
public struct TapConnection: Sendable, Hashable {
    /// Who opened it.
    public var client: ClientAddress

    /// From which port.
    public var clientPort: UInt16

    /// To which address.
    public var server: ClientAddress

    /// And port.
    public var serverPort: UInt16

    /// A connection by its ends.
    public init(client: ClientAddress, clientPort: UInt16, server: ClientAddress, serverPort: UInt16) {
        self.client = client
        self.clientPort = clientPort
        self.server = server
        self.serverPort = serverPort
    }
}
