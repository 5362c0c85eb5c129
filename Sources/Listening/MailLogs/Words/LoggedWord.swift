public import SMTP

/// What a line of a log says of a message that was judged, of a client that was refused, or of somebody's own mail.
public enum LoggedWord: Sendable, Hashable {
    /// A filter that is not Argot has judged the message of a queue id.
    case judged(isSpam: Bool, queueID: String, by: MailFilter, at: UnixTime?)

    /// The mail server has refused a client before it asked for any recipient: its reply, codes first.
    case refusedClient(ClientAddress, reply: String, at: UnixTime?)

    /// A user who had logged in has sent a message to an address, and it was delivered.
    case wroteTo(String, at: UnixTime?)
}

/// A filter whose word stands in logs.
public enum MailFilter: String, Sendable, Hashable, CaseIterable {
    /// rspamd, by its own log.
    case rspamd

    /// SpamAssassin's spamd, by its own log.
    case spamd

    /// amavis, by its own log.
    case amavis

    /// A filter that the mail server asked, by the text of its refusal.
    case refusal
}
