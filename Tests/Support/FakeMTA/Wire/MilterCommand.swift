/// A command letter of the milter protocol: what the MTA sends.
///
/// The letters are stated here and not taken from libmilter's header, so that what the tests speak does not change with
/// the library under test.
public enum MilterCommand: UInt8, CaseIterable, Sendable {
    /// `A`: the message is abandoned; no reply.
    case abort = 0x41
    /// `B`: a piece of the body.
    case body = 0x42
    /// `C`: a client has connected.
    case connect = 0x43
    /// `D`: macros for the command that follows; no reply.
    case macros = 0x44
    /// `E`: end of message.
    case endOfMessage = 0x45
    /// `H`: HELO or EHLO.
    case helo = 0x48
    /// `K`: the client is gone, another one follows on the same connection; no reply.
    case quitForNewClient = 0x4B
    /// `L`: one header.
    case header = 0x4C
    /// `M`: MAIL.
    case mail = 0x4D
    /// `N`: end of the headers.
    case endOfHeaders = 0x4E
    /// `O`: option negotiation.
    case negotiate = 0x4F
    /// `Q`: the client is gone; no reply, the filter closes.
    case quit = 0x51
    /// `R`: RCPT.
    case rcpt = 0x52
    /// `T`: DATA.
    case data = 0x54
    /// `U`: a command the MTA does not know.
    case unknown = 0x55

    /// The name used in errors and traces.
    public var name: String { row.name }

    /// The step by which a filter asks not to be sent this command; empty if it cannot.
    public var suppression: MilterSteps { row.suppression }

    /// The step by which a filter promises not to reply to this command; empty if it cannot.
    public var noReply: MilterSteps { row.noReply }

    /// Whether the protocol has a reply to this command at all.
    public var isAnswered: Bool {
        switch self {
        case .abort, .macros, .quit, .quitForNewClient: false
        case .body, .connect, .endOfMessage, .helo, .header, .mail, .endOfHeaders, .negotiate, .rcpt, .data, .unknown:
            true
        }
    }

    /// Whether a verdict given here is about the whole connection.
    public var isAboutConnection: Bool { self == .connect || self == .helo }

    private var row: (name: String, suppression: MilterSteps, noReply: MilterSteps) {
        switch self {
        case .abort: ("ABORT", [], [])
        case .body: ("BODY", .noBody, .noReplyBody)
        case .connect: ("CONNECT", .noConnect, .noReplyConnect)
        case .macros: ("MACRO", [], [])
        case .endOfMessage: ("BODYEOB", [], [])
        case .helo: ("HELO", .noHelo, .noReplyHelo)
        case .quitForNewClient: ("QUIT_NC", [], [])
        case .header: ("HEADER", .noHeaders, .noReplyHeader)
        case .mail: ("MAIL", .noMail, .noReplyMail)
        case .endOfHeaders: ("EOH", .noEndOfHeaders, .noReplyEndOfHeaders)
        case .negotiate: ("OPTNEG", [], [])
        case .quit: ("QUIT", [], [])
        case .rcpt: ("RCPT", .noRcpt, .noReplyRcpt)
        case .data: ("DATA", .noData, .noReplyData)
        case .unknown: ("UNKNOWN", .noUnknown, .noReplyUnknown)
        }
    }
}
