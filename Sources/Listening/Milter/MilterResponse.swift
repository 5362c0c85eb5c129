public import SMTP

/// What a filter may answer at HELO, MAIL, RCPT, header, end of headers and end of message.
///
/// Code and status of a refusal are one value, so a 4xx text cannot go out with a permanent refusal.
public enum MilterResponse: Hashable, Sendable {
    /// The mail server continues.
    case `continue`

    /// The message (at HELO: the connection) is accepted and not shown any further.
    case accept

    /// The message is taken from the client and thrown away.
    case discard

    /// The command (at RCPT: the recipient; from header on: the message) is refused with this reply.
    case refuse(RefusalReply)

    /// Refused permanently in the mail server's own words.
    case reject

    /// Refused for now in the mail server's own words.
    case tempfail
}

/// What a filter may answer at CONNECT. A verdict here ends the milter session, and Sendmail switches the filter off
/// for the whole connection on DISCARD, so that is missing.
public enum MilterConnectResponse: Hashable, Sendable {
    /// The mail server continues.
    case `continue`

    /// The connection is accepted and not shown any further.
    case accept

    /// The connection is refused with this reply, as far as the mail server uses its text.
    case refuse(RefusalReply)

    /// Refused permanently in the mail server's own words.
    case reject

    /// Refused for now in the mail server's own words.
    case tempfail
}

/// What a filter may answer to an unknown command. ACCEPT makes Postfix's smtpd panic at the next MAIL, and SKIP lets
/// Sendmail pass all that follows unfiltered, so both are missing.
public enum MilterUnknownResponse: Hashable, Sendable {
    /// The mail server gives its own 5xx reply.
    case `continue`

    /// The mail server gives this reply.
    case refuse(RefusalReply)
}

/// What a filter may answer to a piece of the body. The only stage at which SKIP is safe under every mail server.
public enum MilterBodyResponse: Hashable, Sendable {
    /// The mail server continues.
    case `continue`

    /// No more of the body is wanted. Becomes `continue` when the mail server did not offer it.
    case skip

    /// The message is accepted and not shown any further.
    case accept

    /// The message is taken from the client and thrown away.
    case discard

    /// The message is refused with this reply.
    case refuse(RefusalReply)

    /// Refused permanently in the mail server's own words.
    case reject

    /// Refused for now in the mail server's own words.
    case tempfail
}
