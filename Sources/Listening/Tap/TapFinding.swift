/// What argot-tap has found out about a connection.
public enum TapFinding: Sendable, Hashable {
    /// The client asks for the connection; the shape of its SYN in words, or empty.
    case opened(syn: String)

    /// The client has sent a command line.
    case line(TapLine)

    /// The server has replied with this code: to the first line that has no reply yet, or to something else (it greets, or
    /// answers a line of a login, or content).
    case reply(UInt16, toLine: Bool)

    /// TLS begins, and nothing of what follows is seen; the client's JA4 fingerprint, empty if its hello was not understood.
    case tls(ja4: String)

    /// The connection is over.
    case ended(TapEnding)

    /// The connection cannot be followed any more, for this reason.
    case lost(TapLoss)
}

/// How a connection ended: who was the first to end it, and how.
public struct TapEnding: Sendable, Hashable {
    /// Whether it was the client.
    public var isByClient: Bool

    /// Whether it broke off (RST) instead of having no more to say (FIN).
    public var isReset: Bool

    /// Whether the client had said QUIT.
    public var hasQuit: Bool

    /// An ending of its parts.
    public init(isByClient: Bool, isReset: Bool, hasQuit: Bool) {
        self.isByClient = isByClient
        self.isReset = isReset
        self.hasQuit = hasQuit
    }
}

/// Why a connection cannot be followed any more.
public enum TapLoss: UInt8, Sendable, Hashable, CaseIterable {
    /// Bytes of the client were not captured where a command was due.
    case clientGap = 1

    /// Bytes of the server were not captured.
    case serverGap = 2

    /// There are more connections, or more bytes of one, than argot-tap follows.
    case bounds = 3
}
