/// One side of a conversation on a stream socket: bytes in, bytes out. A value type, tested without sockets.
public protocol SocketConversation {
    /// Takes in what the peer has sent and says what to do. Called on the loop's thread; must not wait for anything.
    mutating func received(_ bytes: Span<UInt8>) -> SocketAnswer
}

/// What to do after bytes of the peer came in.
public struct SocketAnswer: Sendable, Hashable {
    /// The bytes to send; none for nothing.
    public var bytes: [UInt8]

    /// Whether the connection ends when they are sent.
    public var closes: Bool

    /// An answer of its parts.
    public init(bytes: [UInt8] = [], closes: Bool = false) {
        self.bytes = bytes
        self.closes = closes
    }
}
