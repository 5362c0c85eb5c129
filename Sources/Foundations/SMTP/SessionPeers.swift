/// Who talks to whom in a session, as far as the observer was told.
public struct SessionPeers: Sendable, Hashable {
    /// The client's address; `nil` on a local socket or for an unknown family.
    public var client: ClientAddress?

    /// The client's port; 0 when the mail server fakes a session for a local submission.
    public var clientPort: UInt16?

    /// The client's reverse name in lower case, verified or not; `nil` when there is none.
    public var clientName: String?

    /// How the look-up of that name fared.
    public var resolution: HostResolution

    /// The server's address, where known.
    public var server: ClientAddress?

    /// The server's port, where known.
    public var serverPort: UInt16?

    /// The server's own name in lower case, where known.
    public var serverName: String?

    /// The mail server.
    public var mta: MTA

    /// How many connections the client had open, where known.
    public var connections: Int?

    /// Peers of their parts.
    public init(
        client: ClientAddress? = nil, clientPort: UInt16? = nil, clientName: String? = nil,
        resolution: HostResolution = .unknown, server: ClientAddress? = nil, serverPort: UInt16? = nil,
        serverName: String? = nil, mta: MTA = .unknown, connections: Int? = nil
    ) {
        self.client = client
        self.clientPort = clientPort
        self.clientName = clientName
        self.resolution = resolution
        self.server = server
        self.serverPort = serverPort
        self.serverName = serverName
        self.mta = mta
        self.connections = connections
    }
}
