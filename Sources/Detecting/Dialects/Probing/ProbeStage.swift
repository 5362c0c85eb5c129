/// The reply of a server that is varied: the greeting, or the answer to one kind of command.
///
/// The raw value is the first part of a variation's id.
public enum ProbeStage: String, Sendable, Hashable, CaseIterable {
    /// The first line of the server.
    case greeting

    /// The answer to EHLO.
    case ehlo

    /// The answer to HELO.
    case helo

    /// The answer to STARTTLS.
    case starttls

    /// The answer to MAIL.
    case mail

    /// The answer to RCPT.
    case rcpt

    /// The answer to DATA.
    case data

    /// The answer to the end of the message, be it the final dot or BDAT LAST.
    case endOfData = "end-of-data"

    /// The answer to RSET.
    case rset

    /// The answer to NOOP.
    case noop

    /// The answer to QUIT.
    case quit

    /// The answer to any other command: VRFY, EXPN, HELP, ETRN, AUTH, or one that does not exist.
    case other

    /// The code of the ordinary positive reply.
    public var successCode: Int {
        switch self {
        case .greeting, .starttls: 220
        case .data: 354
        case .quit: 221
        case .ehlo, .helo, .mail, .rcpt, .endOfData, .rset, .noop, .other: 250
        }
    }

    /// The code of a refusal for now.
    public var transientCode: Int { self == .starttls ? 454 : 450 }

    /// The code of a refusal for good.
    public var permanentCode: Int {
        switch self {
        case .greeting, .starttls: 554
        default: 550
        }
    }

    /// Whether every delivery passes here, so that every form of reply is worth trying.
    public var isOnTheWay: Bool {
        switch self {
        case .greeting, .ehlo, .helo, .mail, .rcpt, .data, .endOfData: true
        case .starttls, .rset, .noop, .quit, .other: false
        }
    }
}
