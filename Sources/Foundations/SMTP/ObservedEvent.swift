/// An event of a session as everybody takes it who follows the session: what its bytes mean, read once for all of them.
///
/// ``EventReader`` makes it of a kind and its bytes; whoever takes it is handed the bytes beside it.
public enum ObservedEvent: Sendable {
    /// How the client's host asked for the connection; the bytes are the shape of its SYN.
    case syn

    /// What the client offered when TLS began; the bytes are its JA4 fingerprint.
    case hello

    /// HELO or EHLO, and the shape of its argument.
    case helo(HELOShape)

    /// What the mail server calls the protocol: whether the client said EHLO; `nil` for a name that does not tell.
    case proto(isExtended: Bool?)

    /// TLS is on.
    case tls

    /// The client has logged in.
    case auth

    /// MAIL, and its reverse-path.
    case mail(MailAddress)

    /// RCPT, and its forward-path.
    case rcpt(MailAddress)

    /// The mail server refuses the recipient that comes next, for the reason given.
    case refused(enhancedCode: String, text: String)

    /// What the last RCPT was answered: put off, or refused for good.
    case answered(isTemporary: Bool)

    /// DATA.
    case data

    /// A command that the mail server does not know.
    case unknown

    /// A header: how many of the bytes are its name; a NUL and the value follow.
    case header(nameLength: Int)

    /// The end of the headers.
    case eoh

    /// The first piece of the body.
    case body

    /// The end of the message.
    case eom

    /// The transaction ended without a message.
    case abort

    /// A command line, told before the mail server acts on it; the bytes are the line, how much of it is told, and
    /// what is told of how it was sent.
    case line(SMTPVerb?, LineExtent, LineMarks)

    /// What the mail server answered the last line: its code.
    case replied(UInt16)

    /// Lines are missing, and those that follow tell nothing.
    case linesLost

    /// A command as the client wrote it, put together from its line and what the filter was handed of it; the bytes are the
    /// line. `arguments` are those of HELO, or the address and parameters of MAIL and RCPT, separated by NUL; `shape` is
    /// that of HELO's.
    case command(SMTPVerb?, arguments: [UInt8], shape: HELOShape?, marks: LineMarks)
}
