/// A raw SMTP client: writes bytes exactly as given, waits for replies up to a limit, and records both directions.
///
/// For one thread. Nothing is sent that the caller did not ask for, no EHLO and no QUIT.
public final class SMTPConversation {
    /// Both directions with their times; with an identity it begins with the greeting that `XCLIENT` brought.
    public private(set) var record = ConversationRecord()

    private let socket: LoopbackSocket
    private let limit: Duration
    private var reader = ReplyReader()
    private var isHandshake = false

    /// Connects to `port`. With an `identity` it becomes that client first: the greeting is swallowed, `XCLIENT` sent,
    /// and the server begins anew, so that the caller reads the one greeting meant for the new client.
    ///
    /// `replyLimit` bounds every wait for a reply.
    public init(port: UInt16, as identity: ClientIdentity? = nil, replyLimit: Duration = .seconds(30)) throws(LabError)
    {
        socket = try LoopbackSocket(port: port)
        limit = replyLimit
        guard let identity else { return }
        guard try readReply().code == 220 else {
            throw LabError(.refused, "no 220: \(record.replies)", at: "127.0.0.1:\(port)")
        }
        record = ConversationRecord()
        try socket.write(Array("\(identity.command)\r\n".utf8))
        isHandshake = true
    }

    /// The client's own TCP port.
    public var localPort: UInt16 {
        socket.localPort
    }

    /// Waits for the next reply; throws `timedOut`, `connectionClosed` or `malformedReply`.
    @discardableResult
    public func readReply() throws(LabError) -> ServerReply {
        let deadline = Deadline.after(limit)
        while true {
            if let reply = try reader.next() {
                defer { isHandshake = false }
                if isHandshake, (500...504).contains(reply.code) {
                    throw LabError(.refused, "XCLIENT was refused: \(reply)", remedy: "check the identity")
                }
                return reply
            }
            let bytes = try socket.read(until: deadline)
            guard !bytes.isEmpty else {
                throw LabError(.connectionClosed, "the server closed the connection")
            }
            record.add(bytes, from: .server)
            reader.append(bytes)
        }
    }

    /// Writes bytes and waits for nothing.
    public func write(_ bytes: [UInt8]) throws(LabError) {
        record.add(bytes, from: .client)
        try socket.write(bytes)
    }

    /// Writes text exactly as it is and waits for nothing.
    public func write(_ text: String) throws(LabError) {
        try write(Array(text.utf8))
    }

    /// Writes `line` and CRLF, and waits for the reply.
    @discardableResult
    public func command(_ line: String) throws(LabError) -> ServerReply {
        try write("\(line)\r\n")
        return try readReply()
    }

    /// Whether the server has written, or closed, before `duration` is over; consumes nothing.
    public func hasInput(within duration: Duration) -> Bool {
        socket.isReadable(until: .after(duration))
    }

    /// Drops the connection without a word.
    public func drop() {
        socket.abort()
    }
}
