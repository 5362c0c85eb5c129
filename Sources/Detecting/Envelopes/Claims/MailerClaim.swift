/// Reads X-Mailer and User-Agent.
enum MailerClaim {
    /// How each program's value begins. The first that fits counts, so the longer stand before the shorter.
    private static let beginnings: [(String, MailSoftware)] = [
        ("Microsoft Outlook Express", .outlookExpress), ("Microsoft Windows Live Mail", .windowsMail),
        ("Microsoft Windows Mail", .windowsMail), ("Microsoft Office Outlook", .outlook),
        ("Microsoft Outlook", .outlook), ("Microsoft CDO", .cdo), ("Microsoft Exchange", .exchange),
        ("Thunderbird", .thunderbird), ("Mozilla Thunderbird", .thunderbird), ("Icedove", .thunderbird),
        ("Apple Mail", .appleMail), ("iPhone Mail", .appleMail), ("iPad Mail", .appleMail), ("The Bat!", .theBat),
        ("QUALCOMM Windows Eudora", .eudora), ("Eudora", .eudora), ("Pegasus Mail", .pegasus),
        ("Lotus Notes", .lotusNotes), ("Evolution", .evolution), ("Ximian Evolution", .evolution),
        ("KMail", .kmail), ("Claws Mail", .claws), ("Sylpheed", .sylpheed), ("Mutt", .mutt), ("NeoMutt", .mutt),
        ("Alpine", .alpine), ("Pine", .alpine), ("Gnus", .gnus), ("YahooMail", .yahoo), ("Roundcube", .roundcube),
        ("SquirrelMail", .squirrelmail), ("Internet Messaging Program (IMP)", .horde), ("Horde", .horde),
        ("PHPMailer", .phpMailer), ("Symfony Mailer", .symfonyMailer), ("JavaMail", .javaMail),
        ("nodemailer", .nodemailer), ("Nodemailer", .nodemailer), ("MIME::Lite", .perl), ("MIME-tools", .perl),
        ("swaks", .swaks), ("git-send-email", .gitSendEmail),
    ]

    /// Thunderbird and its kin begin with a browser's name.
    private static let browser = "Mozilla/5.0 "

    static func claim(in value: ArraySlice<UInt8>) -> Claim? {
        let text = value.drop { $0 == 0x20 || $0 == 0x09 }
        if let found = beginnings.first(where: { text.starts(with: $0.0.utf8) }) {
            return Claim(field: .mailer, software: found.1)
        }
        guard text.starts(with: browser.utf8), ByteScanner.contains(text, "Thunderbird/") else { return nil }
        return Claim(field: .mailer, software: .thunderbird)
    }
}
