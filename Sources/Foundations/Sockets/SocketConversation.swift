/// One side of a conversation on a stream socket: bytes in, bytes out. A value type, tested without sockets.
public protocol SocketConversation {
    /// Takes in what the peer has sent and says what to do. Called on the loop's thread; must not wait for anything.
    mutating func received(_ bytes: Span<UInt8>) -> SocketAnswer
}

/// What to do after bytes of the peer came in.
public struct SocketAnswer: Sendable {
    /// Makes an answer elsewhere: it is called on the loop's thread, must not wait for anything, and calls `done` once, on
    /// any thread, at any time.
    public typealias Work = @Sendable (_ done: @escaping @Sendable (SocketAnswer) -> Void) -> Void

    /// The bytes to send; none for nothing.
    public var bytes: [UInt8]

    /// Whether the connection ends when they are sent.
    public var closes: Bool

    /// What makes the answer, in place of `bytes`; nothing more is read from the peer until it has come.
    public var work: Work?

    /// An answer from its parts.
    public init(bytes: [UInt8] = [], closes: Bool = false) {
        self.bytes = bytes
        self.closes = closes
    }

    /// An answer that `work` makes elsewhere.
    public init(work: @escaping Work) {
        self.init()
        self.work = work
    }
}

extension SocketAnswer: Hashable {
    /// Answers that are made elsewhere are equal to none.
    public static func == (lhs: SocketAnswer, rhs: SocketAnswer) -> Bool {
        lhs.work == nil && rhs.work == nil && lhs.bytes == rhs.bytes && lhs.closes == rhs.closes
    }

    /// Hashes what is to be sent.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes)
        hasher.combine(closes)
    }
}
