/// Something that a client does or says which spam engines do more often than mail software, or the other way round,
/// whatever its dialect is called.
///
/// Each sign counts once a session. Its weight is the logarithm of how much more often engines show it: an estimate from
/// published facts, rounded to what those facts can bear. No sign comes from one capture.
public enum BehaviourSign: UInt8, Sendable, Hashable, CaseIterable {
    // What no mail software does: RFC 5321 and its extensions forbid it, and it gains nothing.

    /// It spoke before the server's greeting.
    case speaksBeforeGreeting

    /// It sent on without waiting for a reply, though nobody offered PIPELINING.
    case pipelinesUnoffered

    /// Its command is an HTTP request.
    case speaksHTTP

    /// Its command is a header line of HTTP or of a mail.
    case sendsHeaderAsCommand

    /// Its command has bytes that no text has, or is none that SMTP servers know.
    case sendsUnknownCommand

    /// It sent DATA after being told that every recipient was refused.
    case sendsDataWithoutRecipient

    /// It sent RCPT after being told that MAIL was refused.
    case sendsRecipientAfterRefusedMail

    /// It went on to a transaction after a greeting that refused it.
    case ignoresRefusedGreeting

    /// Its command lines end in LF or CR alone.
    case endsLinesWrongly

    /// It sent RSET straight after the greeting was answered.
    case resetsFirst

    /// It asked for AUTH though the server does not offer it.
    case authenticatesUnoffered

    /// It guessed at passwords: AUTH was refused more than once.
    case guessesPasswords

    /// It asked VRFY or EXPN, which no mail software needs.
    case asksForAddresses

    // What a client calls itself.

    /// HELO gave the server's own full name or address, and the client is a stranger.
    case claimsServerName

    /// HELO gave a domain of the server or of the recipient, and the client is a stranger.
    case claimsRecipientDomain

    /// HELO gave an address without brackets.
    case namesBareAddress

    /// HELO gave an address that is not the client's.
    case namesOtherAddress

    /// HELO gave nothing.
    case namesNothing

    /// HELO gave nothing again, after the server had said that this is no syntax.
    case namesNothingAgain

    /// HELO gave what no host is called.
    case namesMalformed

    /// HELO gave a name that is made of the client's or some other address, as dial-up pools have them.
    case namesPoolHost

    /// HELO gave a name of one label.
    case namesSingleLabel

    /// HELO gave an address literal.
    case namesLiteral

    /// HELO gave `localhost`.
    case namesLocalhost

    // How it writes.

    /// It began with HELO, though servers have offered EHLO since 1995.
    case beginsWithHELO

    /// A blank stands behind the colon of MAIL.
    case blankInMail

    /// A blank stands behind the colon of RCPT, and none behind that of MAIL: put together from strings, not written.
    case blankInRecipientOnly

    /// The address stands without angle brackets.
    case bareAddressPath

    /// Words begin with a capital, such as `Mail From`.
    case capitalisedCommands

    // Where it is.

    /// It came to a port for submission (RFC 6409), where programs of users write as they like and must log in.
    case usesSubmissionPort

    /// Client and server are in private networks: scripts and tests talk like this more often than engines.
    case staysInside

    // How it ends.

    /// The connection ended without QUIT after a message was taken.
    case closesAfterDelivery

    /// The connection ended without QUIT after a refusal.
    case closesAfterRefusal

    // What mail software does and engines seldom bother with.

    /// MAIL names SIZE or another parameter that the server offered.
    case usesParameters

    /// It sent several commands in one segment where the server offered PIPELINING.
    case pipelinesOffered

    /// It began TLS.
    case startsTLS

    /// It ended the session with QUIT after what it wanted was refused.
    case quitsAfterRefusal

    /// How much more often engines show the sign, as a natural logarithm.
    public var weight: Double {
        switch self {
        case .speaksHTTP: 8.0
        case .speaksBeforeGreeting: 6.5
        case .pipelinesUnoffered: 6.0
        case .sendsHeaderAsCommand: 5.0
        case .blankInRecipientOnly: 4.5
        case .claimsServerName, .namesNothingAgain: 4.0
        case .guessesPasswords: 4.0
        case .sendsDataWithoutRecipient: 3.0
        case .claimsRecipientDomain: 2.5
        case .namesBareAddress: 2.5
        case .sendsRecipientAfterRefusedMail, .ignoresRefusedGreeting: 2.0
        case .namesPoolHost, .blankInMail, .namesNothing: 2.0
        case .namesOtherAddress, .resetsFirst, .endsLinesWrongly, .namesMalformed: 1.6
        case .authenticatesUnoffered, .asksForAddresses: 1.5
        case .beginsWithHELO, .bareAddressPath, .capitalisedCommands, .closesAfterDelivery: 1.0
        case .namesSingleLabel, .namesLiteral, .closesAfterRefusal, .sendsUnknownCommand: 0.7
        case .namesLocalhost: 0.4
        case .quitsAfterRefusal: -0.7
        case .startsTLS: -1.2
        case .usesSubmissionPort, .staysInside: -4.0
        case .usesParameters, .pipelinesOffered: -2.3
        }
    }

    /// Whether the sign is about how messages are worded, which dialects describe too. Such signs speak of an engine
    /// that is not known, never again of one that is.
    public var isWording: Bool {
        switch self {
        case .namesBareAddress, .namesNothing, .namesMalformed, .namesSingleLabel, .namesLiteral, .namesLocalhost,
            .beginsWithHELO, .blankInMail, .bareAddressPath, .capitalisedCommands, .usesParameters,
            .startsTLS, .sendsUnknownCommand, .resetsFirst, .quitsAfterRefusal:
            true
        default: false
        }
    }

    /// Whether the sign is about carelessness. Engines are careless, and so are people who type, small scripts and the
    /// firmware of printers, who are careless in many ways at once. Such signs strengthen a suspicion; however many there
    /// are, they prove nothing.
    public var isCareless: Bool {
        switch self {
        case .endsLinesWrongly, .closesAfterDelivery, .closesAfterRefusal, .asksForAddresses, .authenticatesUnoffered:
            true
        default: false
        }
    }
}
