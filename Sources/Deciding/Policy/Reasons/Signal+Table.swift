/// The detectors.
extension Detector {
    /// How the client speaks SMTP.
    public static let dialect = Detector("dialect", looksAt: [.speech, .helo])

    /// How the client speaks, by what this site has learned from judgements of mail. The same judgements teach the envelope
    /// model, so that it stands for none of what that looks at beside it.
    public static let siteDialect = Detector("dialect.site", looksAt: [.speech, .helo, .name, .headers])

    /// What the client calls itself.
    public static let helo = Detector("helo", looksAt: .helo)

    /// What the name service says about the client's address.
    public static let name = Detector("name", looksAt: .name)

    /// Which recipients the client asks for.
    public static let recipients = Detector("recipients", looksAt: .unknownRecipients)

    /// Whether the client knows an address that nobody honest knows.
    public static let trap = Detector("trap", looksAt: .traps)

    /// What HELO, names and headers are like.
    public static let envelope = Detector("envelope", looksAt: [.helo, .name, .headers])

    /// What a message and its client claim to be, against what they are.
    public static let claim = Detector("claim", looksAt: [.speech, .helo, .name, .headers])

    /// Which recipient domains the client writes to, together with whom.
    public static let senders = Detector("senders", looksAt: .targets)

    /// What the administrator has said of the client.
    public static let list = Detector("list", looksAt: .lists)

    /// Whether its TLS library is one of the program that it speaks like. It is held against speech, and confirms none.
    public static let tls = Detector("tls", looksAt: [.speech, .helo, .connection])

    /// Whether its host's system is one of the program that it speaks like. It is held against speech, and confirms none.
    public static let tcp = Detector("tcp", looksAt: [.speech, .helo, .connection])

    /// Whether its TLS hello is one that only hostile engines have.
    public static let tlsOwn = Detector("tls.own", looksAt: .connection)

    /// Whether its SYN is one that only hostile engines have.
    public static let tcpOwn = Detector("tcp.own", looksAt: .connection)

    /// Argot's own detectors.
    public static let all: [Detector] = [
        .dialect, .siteDialect, .helo, .name, .recipients, .trap, .envelope, .claim, .senders, .list,
        .tls, .tcp, .tlsOwn, .tcpOwn,
    ]
}

/// The table of what counts against a client, most telling first.
extension Signal {
    /// All rows, in order.
    public static let all: [Signal] = [
        denied, dialectBot, dialectAttack, dialectNotMTA, dialectSite, trapRecipient, senderCluster, recipientsUnknown,
        heloIsOurs,
        heloBareAddress, heloOtherAddress, heloMalformed, heloNotFQDN, heloPlain, heloMissing, envelopeSpam,
        claimMailer, claimMessageID, claimReceived, claimBoundary, claimHELO, nameMissing, nameForged, nameGeneric,
        tlsOwn, tcpOwn, tlsOther, tcpOther,
    ]

    /// The row of a word; `nil` for one that is not in the table.
    public init?(word: String) {
        guard let row = Self.all.first(where: { $0.word == word }) else { return nil }
        self = row
    }

    // MARK: The administrator

    /// The client or the sender is on the administrator's deny list.
    public static let denied = Signal(
        "list.denied", .list, .strong, rank: 10,
        "its address, its name or the sender's domain is on the deny list (argot deny)")

    // MARK: The dialect

    /// The session can only be that of a spam bot's engine.
    public static let dialectBot = Signal(
        "dialect.bot", .dialect, .hostile, rank: 20, "it spoke as only spam bots do")

    /// The session can only be that of a program that attacks servers.
    public static let dialectAttack = Signal(
        "dialect.attack", .dialect, .hostile, rank: 30,
        "it spoke as only programs that attack servers do")

    /// The session is a known program's, and that program is not a mail transfer agent.
    public static let dialectNotMTA = Signal(
        "dialect.not-mta", .dialect, .weak, rank: 40,
        "it spoke like a known program that is not a mail transfer agent")

    /// The session speaks as clients that others judged spam have spoken here, and as nobody honest has. Never more than
    /// a reason to greylist: traps and other filters' judgements taught it.
    public static let dialectSite = Signal(
        "dialect.site", .siteDialect, .strong, confirms: false, rank: 45,
        "it spoke as senders of spam do here, and as nobody honest does")

    // MARK: Recipients

    /// The recipient is a trap: nobody honest knows the address.
    public static let trapRecipient = Signal("trap.recipient", .trap, .hostile, rank: 50, "the recipient is a trap")

    /// The client writes to the domains that spammers write to. Never more than a reason to greylist.
    public static let senderCluster = Signal(
        "senders.spam-cluster", .senders, .strong, confirms: false, rank: 60,
        "it writes to the same domains as spammers")

    /// Most of the recipients asked for do not exist.
    public static let recipientsUnknown = Signal(
        "recipients.unknown", .recipients, .weak, rank: 70, "at least half of its recipients do not exist")

    // MARK: HELO

    /// HELO gave the server's own name or address.
    public static let heloIsOurs = Signal(
        "helo.ours", .helo, .strong, rank: 80, "its HELO gave this server's own name or address")

    /// HELO gave an address without brackets.
    public static let heloBareAddress = Signal(
        "helo.bare-address", .helo, .weak, rank: 90, "its HELO gave an address without brackets")

    /// HELO gave an address that is not the client's.
    public static let heloOtherAddress = Signal(
        "helo.other-address", .helo, .weak, rank: 100, "its HELO gave an address that is not its own")

    /// HELO gave something that is not a host name.
    public static let heloMalformed = Signal(
        "helo.malformed", .helo, .weak, rank: 110, "its HELO gave something that is not a host name")

    /// HELO gave a name without a domain, or that of every host (RFC 5321, section 2.3.5 asks for a domain). Many a
    /// device and script does so; together with what the name service says it is a reason to greylist.
    public static let heloNotFQDN = Signal(
        "helo.not-fqdn", .helo, .weak, confirms: false, rank: 120, "its HELO gave a name without a domain")

    /// The client said HELO, where RFC 5321 (section 3.2) asks for EHLO. Known where the mail server tells.
    public static let heloPlain = Signal(
        "helo.plain", .helo, .weak, confirms: false, rank: 130, "it greeted with HELO, not with EHLO")

    /// No HELO or EHLO came before MAIL.
    public static let heloMissing = Signal("helo.missing", .helo, .weak, rank: 140, "it sent no HELO")

    // MARK: Envelope and claims

    /// HELO, names and headers look like those of spam, by a model that was learned from both.
    public static let envelopeSpam = Signal(
        "envelope.spam", .envelope, .strong, rank: 150, "its HELO, names and headers look like spam")

    /// The message names a mail program that its sender is not.
    public static let claimMailer = Signal(
        "claim.mailer", .claim, .strong, rank: 160,
        "the message names a mail program, but the client is a different one")

    /// The Message-ID has the form of a program that its sender is not.
    public static let claimMessageID = Signal(
        "claim.message-id", .claim, .strong, rank: 170,
        "the Message-ID has the form of one program, but the client is a different one")

    /// A Received field was forged.
    public static let claimReceived = Signal(
        "claim.received", .claim, .strong, rank: 180, "a Received field is forged")

    /// The parts are separated in the manner of a program that its sender is not.
    public static let claimBoundary = Signal(
        "claim.boundary", .claim, .strong, rank: 190,
        "the MIME boundary has the form of one program, but the client is a different one")

    /// HELO gave the name of a large mail service's host, and the client is none.
    public static let claimHELO = Signal(
        "claim.helo", .claim, .strong, rank: 200,
        "its HELO gave the name of a large mail service's host, and it is not one")

    // MARK: The name service

    /// The client's address has no name.
    public static let nameMissing = Signal("name.missing", .name, .weak, rank: 210, "its address has no name")

    /// The client's name does not lead back to its address.
    public static let nameForged = Signal(
        "name.forged", .name, .weak, rank: 220, "its name does not resolve to its address")

    /// The client's name is its address, as a provider writes it for lines that have no name of their own.
    public static let nameGeneric = Signal(
        "name.generic", .name, .weak, confirms: false, rank: 230,
        "its name is made of its address, as providers name their lines")

    // MARK: Beside what it says

    /// The client speaks a hostile dialect, and its TLS hello is that dialect's and nobody else's.
    public static let tlsOwn = Signal(
        "tls.own", .tlsOwn, .weak, rank: 240, "its TLS hello is one that only this hostile dialect's programs have")

    /// The client speaks a hostile dialect, and its SYN is that dialect's and nobody else's.
    public static let tcpOwn = Signal(
        "tcp.own", .tcpOwn, .weak, rank: 250, "its SYN is one that only this hostile dialect's programs have")

    /// The client's TLS hello is known, and of no library that the program it speaks like is built with. Proxies that
    /// scan mail for others cannot help showing it.
    public static let tlsOther = Signal(
        "tls.other", .tls, .weak, confirms: false, rank: 260,
        "its TLS hello is of a library that the program it speaks like is not built with")

    /// The SYN is that of a known system, and of none that the program it speaks like runs on. Proxies that scan mail
    /// for others cannot help showing it.
    public static let tcpOther = Signal(
        "tcp.other", .tcp, .weak, confirms: false, rank: 270,
        "its SYN is of a system that the program it speaks like does not run on")
}
