/// A raw SMTP client: writes bytes exactly as given, waits for replies up to a limit, and records both directions.
///
/// For one thread. Nothing is sent that the caller did not ask for, no EHLO and no QUIT.
public final class SMTPConversation {
    /// Both directions with their times.
    public private(set) var record = ConversationRecord()

    private let socket: LoopbackSocket
    private let limit: Duration
    private var reader = ReplyReader()

    /// Connects to `port` as the client of loopback that it is.
    ///
    /// `replyLimit` bounds every wait for a reply.
    public init(port: UInt16, replyLimit: Duration = .seconds(120)) throws(LabError) {
        socket = try LoopbackSocket(port: port)
        limit = replyLimit
    }

    /// Connects to `server` as the client `identity`; the first reply is the greeting meant for that client.
    public init(
        to server: any MailServer, as identity: ClientIdentity, replyLimit: Duration = .seconds(120)
    ) throws(LabError) {
        socket = try server.connect(as: identity)
        limit = replyLimit
    }

    /// Speaks over a connection that is there.
    public init(on socket: LoopbackSocket, replyLimit: Duration = .seconds(120)) {
        self.socket = socket
        limit = replyLimit
    }

    /// Connects to `port`, where `XCLIENT` is allowed, as the client `identity`.
    public convenience init(
        port: UInt16, as identity: ClientIdentity, replyLimit: Duration = .seconds(120)
    ) throws(LabError) {
        try self.init(to: XCLIENTServer(port: port), as: identity, replyLimit: replyLimit)
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
            if let reply = try reader.next() { return reply }
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
