public import SMTP

/// What a template or a conversation tells, field by field, and where each field can be seen.
public enum TemplateField: String, Sendable, Hashable, CaseIterable {
    /// Letter case and blanks of a command, and what else is only spelling.
    case spelling

    /// Whether the client greets with HELO or EHLO.
    case greeting

    /// The argument of HELO or EHLO.
    case heloArgument = "helo-argument"

    /// How addresses are written, and the parameters behind them.
    case path

    /// RSET within a transaction.
    case reset

    /// RSET outside of one, NOOP, VRFY, QUIT, AUTH dialogues, commands that a mail server cannot read.
    case hiddenCommands = "hidden-commands"

    /// That TLS was begun.
    case tls

    /// Names, order and spelling of the headers.
    case headers

    /// How lines end.
    case lineEnds = "line-ends"

    /// Whether messages come before the reply, share segments, have their final dot apart.
    case timing

    /// How the conversation ended.
    case ending

    /// Whether a reply was positive, or refused for now or for good, where the observer gave it or was told.
    case replyClass = "reply-class"

    /// A reply's code and form.
    case replyForm = "reply-form"

    /// The vantages that show it (`dialects.md`, section 3.1, measured with Postfix 3.7 and Sendmail 8.17).
    public var vantages: Set<Vantage> {
        switch self {
        case .heloArgument, .path, .reset, .tls, .headers, .replyClass: Set(Vantage.allCases)
        case .greeting: [.milterPostfixPolicy, .milterSendmail, .wire]
        case .spelling, .hiddenCommands, .lineEnds, .timing, .ending, .replyForm: [.wire]
        }
    }

    /// Whether an observer at `vantage` sees it.
    public func isVisible(at vantage: Vantage) -> Bool { vantages.contains(vantage) }
}
