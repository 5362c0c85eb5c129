/// Where an observer of SMTP sessions stands, and what it is shown there.
///
/// A vantage is one row of facts. Code asks what a vantage shows and never which one it is, so that a new one is a row and
/// nothing else. The milter vantages are handed parsed arguments, not command lines; `wire` is every byte.
public struct Vantage: RawRepresentable, Sendable, Hashable, CaseIterable {
    /// When an observer learns whether the client said HELO or EHLO.
    public enum GreetingTime: Sendable, Hashable {
        /// With the command itself.
        case atOnce

        /// With MAIL, before it is judged.
        case withMail

        /// With the first recipient, so that MAIL has to wait for it.
        case withRecipient

        /// Not at all.
        case never
    }

    /// What decides which messages of a dialect look alike: vantages that agree in it share a decision machine.
    public struct Sight: Sendable, Hashable {
        private let tellsHELOFromEHLO: Bool
        private let seesCommandLines: Bool
        /// Whose machine is walked by events of the filter, and whose by the wire alone.
        private let pairsCommandLines: Bool

        fileprivate init(_ vantage: Vantage) {
            tellsHELOFromEHLO = vantage.tellsHELOFromEHLO
            seesCommandLines = vantage.seesCommandLines
            pairsCommandLines = vantage.pairsCommandLines
        }
    }

    /// The word for it in transcripts and on the command line.
    public let rawValue: String

    /// The mail server that hands its filter what it has parsed; `nil` for an observer that is no mail server's filter.
    public let filteredServer: MTA?

    /// When HELO is told from EHLO.
    public let greeting: GreetingTime

    /// Whether commands are visible as sent: verb case, blanks, and commands that a filter is not told of (QUIT, NOOP, RSET
    /// outside of a transaction).
    public let seesCommandLines: Bool

    /// Whether the connection itself is visible: replies, line ends, segments, time between them, and how each side ended
    /// it.
    public let seesConnection: Bool

    /// Whether it is told of command lines how they were sent (``LineMarks``), where nothing else of the connection is.
    public let seesLineMarks: Bool

    /// A row. The word must be a new one.
    public init(
        _ word: String, filterOf server: MTA? = nil, greeting: GreetingTime, seesCommandLines: Bool = false,
        seesLineMarks: Bool = false, seesConnection: Bool = false
    ) {
        rawValue = word
        filteredServer = server
        self.greeting = greeting
        self.seesCommandLines = seesCommandLines
        self.seesLineMarks = seesLineMarks
        self.seesConnection = seesConnection
    }

    /// The row of a word; `nil` for one that is not in the table.
    public init?(rawValue: String) {
        guard let row = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = row
    }

    /// Whether HELO can be told from EHLO here.
    public var tellsHELOFromEHLO: Bool { greeting != .never }

    /// Whether command lines are told beside what a filter is handed, so that the two have to be put together.
    public var pairsCommandLines: Bool { seesCommandLines && filteredServer != nil }

    /// The vantage of the same filter where command lines are not told, or no longer.
    public func withoutCommandLines(hasPolicyService: Bool = false) -> Vantage {
        guard let filteredServer, seesCommandLines else { return self }
        return Vantage(milterUnder: filteredServer, hasPolicyService: hasPolicyService)
    }

    /// What decides which messages of a dialect look alike here.
    public var sight: Sight { Sight(self) }
}

/// The table.
extension Vantage {
    /// All rows.
    public static let allCases: [Vantage] = [
        milterPostfix, milterPostfixPolicy, milterPostfixWire, milterPostfixTap, milterSendmail, milterSendmailTap,
        wire,
    ]

    /// A milter under Postfix: no verb spelling, no HELO/EHLO, no QUIT.
    public static let milterPostfix = Vantage("milter-postfix", filterOf: .postfix, greeting: .never)

    /// A milter under Postfix that listens as a policy service too, which is told HELO or EHLO at RCPT.
    public static let milterPostfixPolicy = Vantage(
        "milter-postfix+policy", filterOf: .postfix, greeting: .withRecipient)

    /// A milter under Postfix whose command lines are told beside it, as Postfix looks them up in a table
    /// (smtpd_command_filter): verbs, blanks, and what a filter is not told of. Line ends, segments and time are not.
    public static let milterPostfixWire = Vantage(
        "milter-postfix+wire", filterOf: .postfix, greeting: .atOnce, seesCommandLines: true)

    /// A milter under Postfix beside which a tap of the network tells command lines, and how they were sent.
    public static let milterPostfixTap = Vantage(
        "milter-postfix+tap", filterOf: .postfix, greeting: .atOnce, seesCommandLines: true, seesLineMarks: true)

    /// A milter under Sendmail: as under Postfix, but HELO and EHLO are told apart (macro `r`).
    public static let milterSendmail = Vantage("milter-sendmail", filterOf: .sendmail, greeting: .withMail)

    /// A milter under Sendmail beside which a tap of the network tells command lines, and how they were sent.
    public static let milterSendmailTap = Vantage(
        "milter-sendmail+tap", filterOf: .sendmail, greeting: .atOnce, seesCommandLines: true, seesLineMarks: true)

    /// Every byte both ways.
    public static let wire = Vantage("wire", greeting: .atOnce, seesCommandLines: true, seesConnection: true)

    /// The vantage of a milter under `mta`, beside a policy service or not. An unknown server is taken for the one that
    /// shows less.
    public init(milterUnder mta: MTA, hasPolicyService: Bool = false) {
        self = mta == .sendmail ? .milterSendmail : hasPolicyService ? .milterPostfixPolicy : .milterPostfix
    }

    /// The vantage of a milter under `mta` beside a tap of the network.
    public static func tapped(milterUnder mta: MTA) -> Vantage {
        mta == .sendmail ? .milterSendmailTap : .milterPostfixTap
    }

    /// The vantages that milters can have, beside a policy service or not, and where command lines are told by Postfix, by a
    /// tap or not at all; which one shows in a session.
    public static func milters(
        hasPolicyService: Bool = false, hasCommandLines: Bool = false, hasTap: Bool = false
    ) -> [Vantage] {
        var found: [Vantage] = hasCommandLines ? [.milterPostfixWire] : []
        if hasTap { found += [.milterPostfixTap, .milterSendmailTap] }
        for mta in MTA.allCases {
            let vantage = Vantage(milterUnder: mta, hasPolicyService: hasPolicyService)
            if !found.contains(vantage) { found.append(vantage) }
        }
        return found
    }
}
