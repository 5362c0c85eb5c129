/// One SMTP conversation as an observer of the wire sees it: the greeting, then messages and the replies to them.
///
/// This is what dialects are learned from and matched against. The reply that *causes* a message is the one to the
/// message before it (or the greeting), unless the message came early.
public struct Dialogue: Sendable, Hashable {
    /// A message of the client, and what it was answered.
    public struct Exchange: Sendable, Hashable {
        /// The message.
        public var message: ClientMessage

        /// The reply to it; `nil` when none came.
        public var reply: ServerReply?

        /// An exchange of its parts.
        public init(message: ClientMessage, reply: ServerReply?) {
            self.message = message
            self.reply = reply
        }
    }

    /// What the conversation is called in its source.
    public var id: String

    /// Who talks to whom.
    public var peers: SessionPeers

    /// The server's first words; `nil` when none came.
    public var greeting: ServerReply?

    /// Messages and replies, in order.
    public var exchanges: [Exchange]

    /// Who closed the connection and how, in order; empty where that is not known.
    public var closings: [SessionTranscript.Closing]

    /// Whether the conversation went on where the observer could not read it (TLS).
    public var isCutByTLS: Bool

    /// Whether bytes are missing from the record.
    public var hasGaps: Bool

    /// A conversation of its parts.
    public init(
        id: String = "", peers: SessionPeers = SessionPeers(), greeting: ServerReply?, exchanges: [Exchange],
        closings: [SessionTranscript.Closing] = [], isCutByTLS: Bool = false, hasGaps: Bool = false
    ) {
        self.id = id
        self.peers = peers
        self.greeting = greeting
        self.exchanges = exchanges
        self.closings = closings
        self.isCutByTLS = isCutByTLS
        self.hasGaps = hasGaps
    }

    /// The reply that was known when the message at `index` was sent: the greeting's or the message before's; `nil` when
    /// the message came early, or nothing was said.
    public func cause(ofMessageAt index: Int) -> ServerReply? {
        guard !exchanges[index].message.isEarly else { return nil }
        return index == 0 ? greeting : exchanges[index - 1].reply
    }

    /// The extensions that the last reply to EHLO before the message at `index` offered.
    public func offer(beforeMessageAt index: Int) -> [String] {
        exchanges[..<index].last { $0.message.verb == .ehlo && ($0.reply?.code ?? 0) / 100 == 2 }?
            .reply?.offeredKeywords ?? []
    }
}
