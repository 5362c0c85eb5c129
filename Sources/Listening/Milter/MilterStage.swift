/// The stages of a session at which a mail server sends macros. The raw value is libmilter's `SMFIM_*`.
public enum MilterStage: Int32, Sendable, Hashable, CaseIterable {
    /// The client has connected.
    case connect = 0

    /// HELO or EHLO.
    case helo = 1

    /// MAIL FROM.
    case mail = 2

    /// RCPT TO.
    case recipient = 3

    /// DATA.
    case data = 4

    /// The end of the message.
    case endOfMessage = 5

    /// The end of the headers.
    case endOfHeaders = 6
}
