/// The stages for which a filter can choose its macros, with their numbers on the wire.
public enum MacroStage: UInt32, CaseIterable, Hashable, Sendable {
    /// CONNECT.
    case connect = 0
    /// HELO.
    case helo = 1
    /// MAIL.
    case mail = 2
    /// RCPT.
    case rcpt = 3
    /// DATA.
    case data = 4
    /// BODY and end of message.
    case endOfMessage = 5
    /// HEADER and EOH.
    case endOfHeaders = 6

    /// The stage whose macros go with a command; nil for those that never have any.
    public init?(_ command: MilterCommand) {
        switch command {
        case .connect: self = .connect
        case .helo: self = .helo
        case .mail: self = .mail
        case .rcpt: self = .rcpt
        case .data: self = .data
        case .header, .endOfHeaders: self = .endOfHeaders
        case .body, .endOfMessage: self = .endOfMessage
        case .abort, .macros, .negotiate, .quit, .quitForNewClient, .unknown: return nil
        }
    }

    /// What Postfix sends to a filter that has not chosen.
    public var postfixDefault: [String] {
        switch self {
        case .connect: ["j", "{daemon_name}", "{daemon_addr}", "v", "_"]
        case .helo: ["{tls_version}", "{cipher}", "{cipher_bits}", "{cert_subject}", "{cert_issuer}"]
        case .mail:
            ["i", "{auth_type}", "{auth_authen}", "{auth_author}", "{mail_addr}", "{mail_host}", "{mail_mailer}"]
        case .rcpt: ["i", "{rcpt_addr}", "{rcpt_host}", "{rcpt_mailer}"]
        case .data, .endOfMessage, .endOfHeaders: ["i"]
        }
    }
}
