/// Where an observer of SMTP sessions stands, which decides what it can see.
///
/// The milter vantages see parsed arguments, not command lines; `wire` sees every byte.
public enum Vantage: String, Sendable, Hashable, CaseIterable {
    /// A milter under Postfix: no verb spelling, no HELO/EHLO, no QUIT.
    case milterPostfix = "milter-postfix"

    /// A milter under Postfix that listens as a policy service too, which tells HELO from EHLO.
    case milterPostfixPolicy = "milter-postfix+policy"

    /// A milter under Sendmail: as under Postfix, but HELO and EHLO are told apart (macro `r`).
    case milterSendmail = "milter-sendmail"

    /// Every byte both ways.
    case wire

    /// The vantage of a milter under `mta`, beside a policy service or not. An unknown server is taken for the one that
    /// shows less.
    public init(milterUnder mta: MTA, hasPolicyService: Bool = false) {
        self = mta == .sendmail ? .milterSendmail : hasPolicyService ? .milterPostfixPolicy : .milterPostfix
    }

    /// Whether HELO can be told from EHLO here.
    public var tellsHELOFromEHLO: Bool { self != .milterPostfix }

    /// Whether bytes as sent (verb case, blanks, line ends, QUIT, commands outside a transaction) are visible here.
    public var seesCommandLines: Bool { self == .wire }
}
