/// Bytes of a server's reply that are sent at once, after a pause.
public struct ReplyPiece: Sendable, Hashable {
    /// The pause before it, in milliseconds.
    public var pause: Int

    /// What is sent.
    public var bytes: [UInt8]

    /// A piece from its parts.
    public init(pause: Int = 0, _ bytes: [UInt8]) {
        self.pause = pause
        self.bytes = bytes
    }

    /// A piece of text.
    init(pause: Int = 0, _ text: String) {
        self.init(pause: pause, Array(text.utf8))
    }
}
