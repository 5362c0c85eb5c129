public import SMTP

/// What a reader of the wire makes of the bytes: one step of the conversation.
public enum WireStep: Sendable, Hashable {
    /// The server's first words.
    case greeting(ServerReply)

    /// A message of the client is over: a command with its exact spelling, a line of a login, content with its headers, a
    /// chunk, or the beginning of TLS. Messages are numbered from 0 in this order.
    case message(ClientMessage)

    /// A reply, and the number of the message that it answers; `nil` if it answers none.
    case reply(ServerReply, to: Int?)

    /// The server sent an empty line behind the greeting or reply that came last.
    case emptyLine

    /// TLS goes on where the observer cannot read; nothing follows but how the connection ends.
    case encrypted

    /// Bytes of one side are missing.
    case gap(isOfClient: Bool)
}
