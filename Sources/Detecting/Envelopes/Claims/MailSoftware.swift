/// Mail software whose marks are known well enough to recognise a claim to be it. The raw value is the word in reports.
public enum MailSoftware: String, Sendable, Hashable, CaseIterable {
    case exim
    case postfix
    case sendmail
    case qmail
    case exchange

    case outlookExpress = "outlook-express"
    case outlook
    case windowsMail = "windows-mail"
    case thunderbird
    case appleMail = "apple-mail"
    case theBat = "the-bat"
    case eudora
    case pegasus
    case lotusNotes = "lotus-notes"
    case evolution
    case kmail
    case claws
    case sylpheed
    case mutt
    case alpine
    case gnus

    case gmail
    case yahoo
    case hotmail
    case roundcube
    case squirrelmail
    case horde

    case phpMailer = "phpmailer"
    case symfonyMailer = "symfony-mailer"
    case javaMail = "javamail"
    case nodemailer
    case python
    case perl
    case cdo
    case swaks
    case gitSendEmail = "git-send-email"

    /// What such software does.
    public enum Kind: String, Sendable, Hashable {
        /// Passes mail on, whoever wrote it.
        case mta

        /// A person's mail program.
        case mua

        /// A service that people write in with a browser.
        case webmail

        /// A library or a command-line tool that programs write with.
        case library
    }

    /// What it does.
    public var kind: Kind {
        switch self {
        case .exim, .postfix, .sendmail, .qmail, .exchange: .mta
        case .outlookExpress, .outlook, .windowsMail, .thunderbird, .appleMail, .theBat, .eudora, .pegasus,
            .lotusNotes, .evolution, .kmail, .claws, .sylpheed, .mutt, .alpine, .gnus:
            .mua
        case .gmail, .yahoo, .hotmail, .roundcube, .squirrelmail, .horde: .webmail
        case .phpMailer, .symfonyMailer, .javaMail, .nodemailer, .python, .perl, .cdo, .swaks, .gitSendEmail: .library
        }
    }

    /// Whether it is a mail program that always speaks SMTP with its own code.
    ///
    /// Mutt, Alpine, Gnus, Claws and Sylpheed are often set up to hand mail to `msmtp`, `ssmtp` or a local server; the
    /// others cannot or never are. Only for these does another program's dialect prove anything.
    public var hasOwnEngine: Bool {
        switch self {
        case .outlookExpress, .outlook, .windowsMail, .thunderbird, .appleMail, .theBat, .eudora, .pegasus,
            .lotusNotes:
            true
        default: false
        }
    }

    /// Whether the two write Message-IDs and boundaries alike, so that one's mark is no claim against the other.
    func sharesForms(with other: MailSoftware) -> Bool {
        if self == other { return true }
        let microsoft: Set<MailSoftware> = [.outlookExpress, .outlook, .windowsMail, .cdo, .exchange, .hotmail]
        return microsoft.contains(self) && microsoft.contains(other)
    }

    /// The software that a dialect is named after, as `thunderbird` or `thunderbird-1.5`; `nil` for other names.
    init?(dialect name: some StringProtocol) {
        let named = Self.allCases.filter { software in
            name == software.rawValue || name.hasPrefix(software.rawValue + "-")
                || name.hasPrefix(software.rawValue + ".")
        }
        // `outlook-express` begins with `outlook` too.
        guard let longest = named.max(by: { $0.rawValue.utf8.count < $1.rawValue.utf8.count }) else { return nil }
        self = longest
    }
}
