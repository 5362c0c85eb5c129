/// What both sides of an SMTP connection wrote, and when.
public struct ConversationRecord: Sendable {
    /// Who wrote.
    public enum Side: String, Sendable {
        /// The client.
        case client
        /// The server.
        case server
    }

    /// Bytes that were written, or arrived, together.
    public struct Entry: Sendable {
        /// The time since the connection was made.
        public let time: Duration
        /// Who wrote them.
        public let side: Side
        /// The bytes.
        public let bytes: [UInt8]
    }

    /// A command and the reply it got.
    public struct Exchange: Sendable {
        /// The command line without its line end; `.` stands for a whole message.
        public let command: String
        /// The reply; nil when none came any more.
        public let reply: ServerReply?
    }

    /// Everything, in order of time.
    public private(set) var entries: [Entry] = []
    private let start = ContinuousClock.now

    /// An empty record; the clock runs from now.
    public init() {}

    /// Adds what `side` wrote.
    mutating func add(_ bytes: [UInt8], from side: Side) {
        entries.append(Entry(time: ContinuousClock.now - start, side: side, bytes: bytes))
    }

    /// All bytes of one side.
    public func bytes(from side: Side) -> [UInt8] {
        entries.filter { $0.side == side }.flatMap(\.bytes)
    }

    /// The replies, the greeting first.
    public var replies: [ServerReply] {
        var reader = ReplyReader()
        reader.append(bytes(from: .server))
        var replies: [ServerReply] = []
        while let reply = try? reader.next() { replies.append(reply) }
        return replies
    }

    /// Commands with their replies. Servers answer in order, so the n-th command has the n-th reply after the greeting.
    public var exchanges: [Exchange] {
        let replies = self.replies.dropFirst()
        var next = replies.startIndex
        var exchanges: [Exchange] = []
        var isMessage = false
        for line in lines(of: bytes(from: .client)) {
            if isMessage && line != "." { continue }
            let reply = next < replies.endIndex ? replies[next] : nil
            next += 1
            exchanges.append(Exchange(command: line, reply: reply))
            isMessage = reply?.code == 354
        }
        return exchanges
    }

    /// The reply that mattered most to the client: the first refusal of a command, else that of its message, else the
    /// last one.
    public var decidingReply: ServerReply? {
        let mail = exchanges.filter { exchange in
            ["MAIL", "RCPT", "DATA", "."].contains { exchange.command.uppercased().hasPrefix($0) }
        }
        return mail.first { $0.reply.map { !$0.isPositive } ?? false }?.reply
            ?? mail.last?.reply ?? exchanges.first { $0.reply.map { !$0.isPositive } ?? false }?.reply ?? replies.last
    }

    /// The first command that begins with `verb`, in whatever case.
    public func command(_ verb: String) -> String? {
        exchanges.first { $0.command.uppercased().hasPrefix(verb) }?.command
    }

    private func lines(of bytes: [UInt8]) -> [String] {
        bytes.split(separator: 10, omittingEmptySubsequences: true).map { line in
            String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
        }
    }
}
