/// One client's session with the mail server, as a filter sees it.
///
/// Callbacks of one session never overlap, but they hop between threads: keep no thread-local state. Whatever is not
/// answered otherwise continues (`continue`). Byte spans are valid during the call only.
public protocol MilterSession: AnyObject {
    /// A client has connected. Called once, first.
    func connect(_ peer: MilterPeer, _ context: borrowing MilterContext) -> MilterConnectResponse

    /// HELO or EHLO; may come any number of times, also inside a transaction and after STARTTLS.
    func helo(_ name: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse

    /// MAIL; `arguments` is the address as sent, then the ESMTP parameters, separated by NUL. May come without HELO.
    func mail(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse

    /// RCPT, arguments as for MAIL. Recipients that the mail server refuses come too, with `{rcpt_mailer}` = `error`.
    func recipient(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse

    /// DATA. There is no verdict here: a client that went on after a refusal would stall the session, because
    /// libmilter then swallows the mail server's next command.
    func data(_ context: borrowing MilterContext)

    /// A command that the mail server does not know: under Postfix its first word, under Sendmail the whole line.
    func unknown(_ command: Span<UInt8>, _ context: borrowing MilterContext) -> MilterUnknownResponse

    /// A header: its name in so many bytes, a NUL, and its value from the blanks after the colon on. All headers come after the client's final dot. The
    /// answer is not sent when replies to headers were negotiated away.
    func header(_ field: Span<UInt8>, nameLength: Int, _ context: borrowing MilterContext) -> MilterResponse

    /// The end of the headers; as for ``header(_:nameLength:_:)``.
    func endOfHeaders(_ context: borrowing MilterContext) -> MilterResponse

    /// A piece of the body, at most 65,535 bytes.
    func body(_ chunk: Span<UInt8>, _ context: borrowing MilterContext) -> MilterBodyResponse

    /// The end of the message. The only stage at which the message can be changed.
    func endOfMessage(_ context: borrowing MilterMessageContext) -> MilterResponse

    /// The transaction has ended without a message. May come without MAIL, and may be missing before ``close()``.
    func abort()

    /// The session has ended. Called once, last, on whatever thread. Frees everything.
    func close()
}

extension MilterSession {
    /// Goes on.
    public func connect(_ peer: MilterPeer, _ context: borrowing MilterContext) -> MilterConnectResponse { .continue }
    /// Goes on.
    public func helo(_ name: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse { .continue }
    /// Goes on.
    public func mail(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse { .continue }
    /// Goes on.
    public func recipient(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse { .continue }
    /// Does nothing.
    public func data(_ context: borrowing MilterContext) {}
    /// Goes on.
    public func unknown(_ command: Span<UInt8>, _ context: borrowing MilterContext) -> MilterUnknownResponse {
        .continue
    }
    /// Goes on.
    public func header(_ field: Span<UInt8>, nameLength: Int, _ context: borrowing MilterContext) -> MilterResponse {
        .continue
    }
    /// Goes on.
    public func endOfHeaders(_ context: borrowing MilterContext) -> MilterResponse { .continue }
    /// Goes on.
    public func body(_ chunk: Span<UInt8>, _ context: borrowing MilterContext) -> MilterBodyResponse { .continue }
    /// Goes on.
    public func endOfMessage(_ context: borrowing MilterMessageContext) -> MilterResponse { .continue }
    /// Does nothing.
    public func abort() {}
    /// Does nothing.
    public func close() {}
}
