extension Persona {
    /// All personas.
    public static let all: [Persona] = [
        bagle, grum, bobax, festi, avstral, userWithError, mailbotQ, cutwail, talwadig, dronzho, ylmf, hydra,
    ]

    /// Bagle: HELO and never EHLO, an invented second-level name. Command strings of Microsoft Defender's definition
    /// (github.com/roadwy/DefenderYara, 2025-07-09): `HELO %s.net`, `MAIL FROM:<%s>`, `RCPT TO:<%s>`.
    public static let bagle = Persona(
        "bagle", source: "DefenderYara 2025-07-09: Bagle",
        identity: ClientIdentity("192.0.2.11"), sender: "kim@elsewhere.example",
        greeting: ["HELO \(.randomLabel).net\r\n"],
        mail: "MAIL FROM:<\(.sender)>\r\n", recipient: "RCPT TO:<\(.recipient)>\r\n")

    /// Grum (Tedroo): a space after the colon (Tedroo.AB), a forged qmail Received line and Message-Id (Tedroo.A,
    /// `%s%02d%s.%u.qmail@%s`, `(qmail %u by uid %u)`). DefenderYara 2025-07-09. It reports counts per error code.
    public static let grum = Persona(
        "grum", source: "DefenderYara 2025-07-09: Tedroo.A, Tedroo.AB",
        identity: ClientIdentity("198.51.100.12", name: "dsl-198-51-100-12.isp.example"),
        sender: "lee@elsewhere.example",
        greeting: ["HELO \(.clientName)\r\n"],
        mail: "MAIL FROM: <\(.sender)>\r\n", recipient: "RCPT TO: <\(.recipient)>\r\n",
        message: """
            Received: (qmail \(.randomNumber) by uid 516); Mon, 06 Jun 2011 11:22:33 +0300\r\n\
            Message-Id: <20110606112233.\(.randomNumber).qmail@\(.clientName)>\r\n\
            From: <\(.sender)>\r\nTo: <\(.recipient)>\r\nSubject: laboratory \(.randomNumber)\r\n\r\n\
            This is a laboratory message.\r\n
            """,
        farewell: "QUIT\r\n", onRefusal: .quits)

    /// Bobax: a literal `EHLO localhost`, a space after the colon. DefenderYara 2025-07-09: Bobax.gen.A, gen.B.
    public static let bobax = Persona(
        "bobax", source: "DefenderYara 2025-07-09: Bobax.gen",
        identity: ClientIdentity("203.0.113.13", name: "pool-203-0-113-13.isp.example"),
        sender: "sam@elsewhere.example",
        greeting: ["EHLO localhost\r\n"],
        mail: "MAIL FROM: <\(.sender)>\r\n", recipient: "RCPT TO: <\(.recipient)>\r\n")

    /// Festi: an SMTP engine of its own whose HELO may be the bare IP address. DefenderYara 2025-07-09: Rlsloup.A,
    /// `ip address like helo`.
    public static let festi = Persona(
        "festi", source: "DefenderYara 2025-07-09: Rlsloup.A",
        identity: ClientIdentity("192.0.2.14"), sender: "pat@elsewhere.example",
        greeting: ["HELO \(.clientAddress)\r\n"],
        mail: "MAIL FROM:<\(.sender)>\r\n", recipient: "RCPT TO:<\(.recipient)>\r\n",
        farewell: "QUIT\r\n", onRefusal: .quits)

    /// Avstral: a constant HELO, `mail.ru`. DefenderYara 2025-07-09.
    public static let avstral = Persona(
        "avstral", source: "DefenderYara 2025-07-09: Avstral",
        identity: ClientIdentity("198.51.100.15", name: "host15.cable.isp.example"), sender: "ira@mail.example",
        greeting: ["HELO mail.ru\r\n"],
        mail: "MAIL FROM:<\(.sender)>\r\n", recipient: "RCPT TO:<\(.recipient)>\r\n")

    /// SpySheriff's mailer: a constant HELO that was an error message. DefenderYara 2025-07-09.
    public static let userWithError = Persona(
        "user.with.error", source: "DefenderYara 2025-07-09: HELO User.With.Error",
        identity: ClientIdentity("203.0.113.16"), sender: "max@elsewhere.example",
        greeting: ["HELO User.With.Error\r\n"],
        mail: "MAIL FROM:<\(.sender)>\r\n", recipient: "RCPT TO:<\(.recipient)>\r\n")

    /// Mailbot.Q: addresses without angle brackets. DefenderYara 2025-07-09: `MAIL FROM:%s`, `RCPT TO:%s`, `realhelo`.
    public static let mailbotQ = Persona(
        "mailbot.q", source: "DefenderYara 2025-07-09: Mailbot.Q",
        identity: ClientIdentity("192.0.2.17", name: "ppp17.dialup.isp.example"), sender: "ann@elsewhere.example",
        greeting: ["HELO \(.clientName)\r\n"],
        mail: "MAIL FROM:\(.sender)\r\n", recipient: "RCPT TO:\(.recipient)\r\n",
        farewell: "QUIT\r\n", onRefusal: .goesOn)

    /// The botnet of 2015: EHLO, `Mail From:` and `Rcpt To:` in camel case, sender = recipient, drops TCP without QUIT
    /// on an unknown user. spamauditor.org, June 2015.
    public static let cutwail = Persona(
        "cutwail-2015", source: "spamauditor.org, 2015-06",
        identity: ClientIdentity("203.0.113.18"), sender: "",
        greeting: ["EHLO \(.randomLabel)\r\n"],
        mail: "Mail From:<\(.recipient)>\r\n", recipient: "Rcpt To:<\(.recipient)>\r\n", data: "Data\r\n",
        message: """
            From: <\(.recipient)>\r\nTo: <\(.recipient)>\r\nSubject: laboratory \(.randomNumber)\r\n\r\n\
            This is a laboratory message.\r\n
            """)

    /// Talwadig: scripted by macros, a space in RCPT only. DefenderYara 2025-07-09: `EHLO {MYSERVER}`,
    /// `MAIL FROM:<{MAIL_FROM}>`, `RCPT TO: <{MAIL_TO}>`. The server name is invented: a single label.
    public static let talwadig = Persona(
        "talwadig", source: "DefenderYara 2025-07-09: Talwadig",
        identity: ClientIdentity("198.51.100.19", name: "cpe-198-51-100-19.isp.example"),
        sender: "joe@elsewhere.example",
        greeting: ["EHLO \(.randomLabel)\r\n"],
        mail: "MAIL FROM:<\(.sender)>\r\n", recipient: "RCPT TO: <\(.recipient)>\r\n")

    /// Dronzho: Sendmail's letter case, plus a space. DefenderYara 2025-07-09: `MAIL From: <%s>`. HELO and RCPT are
    /// not published and invented here.
    public static let dronzho = Persona(
        "dronzho", source: "DefenderYara 2025-07-09: Dronzho",
        identity: ClientIdentity("192.0.2.20"), sender: "eve@elsewhere.example",
        greeting: ["HELO \(.randomCapitals)\r\n"],
        mail: "MAIL From: <\(.sender)>\r\n", recipient: "RCPT To: <\(.recipient)>\r\n")

    /// ylmf-pc: speaks before the greeting, guesses passwords, never sends mail. xn--blgg-hra.no, January 2017
    /// (`PREGREET 14 after 0.22 ... EHLO ylmf-pc\r\n`); DefenderYara 2025-07-09: SanmaoSMTPMailCracker.
    public static let ylmf = Persona(
        "ylmf-pc", source: "xn--blgg-hra.no 2017-01",
        identity: ClientIdentity("203.0.113.21"), sender: "", speaksFirst: true,
        greeting: ["EHLO ylmf-pc\r\n", "AUTH LOGIN\r\n", "AUTH LOGIN\r\n", "AUTH LOGIN\r\n"],
        mail: nil, onRefusal: .goesOn)

    /// THC Hydra guessing recipients: `EHLO hydra`, a sender without brackets, RSET after each guess, no message.
    /// DefenderYara 2025-07-09: `EHLO hydra`; the envelope as measured with hydra's smtp-enum module.
    public static let hydra = Persona(
        "hydra-enum", source: "DefenderYara 2025-07-09: THC Hydra",
        identity: ClientIdentity("198.51.100.22"), sender: "root@lab.example",
        greeting: ["EHLO hydra\r\n"],
        mail: "MAIL FROM: \(.sender)\r\n", recipient: "RCPT TO: \(.recipient)\r\n", reset: "RSET\r\n", data: nil,
        farewell: "QUIT\r\n", onRefusal: .goesOn)
}
