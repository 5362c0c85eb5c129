import SMTP
import Testing

@testable import Judgements

/// The words of Postfix and Sendmail, as their sources have them, and of policy services in wide use.
@Suite("What refusals are about")
struct RefusalReaderTests {
    private let reader = RefusalReader()

    /// Postfix's macros of a refused recipient: `{rcpt_host}`, `{rcpt_addr}`.
    static let postfix: [(code: String, text: String, refusal: Refusal)] = [
        (
            "5.7.1", "Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; https://x/",
            .blocklist
        ),
        ("4.7.1", "Service unavailable; Client host [192.0.2.1] blocked using bl.example", .blocklist),
        ("5.7.1", "Service unavailable; Helo command [bot.example] blocked using dbl.example", .blocklist),
        ("5.7.1", "Service unavailable; Sender address [a@spam.example] blocked using rhsbl.example", .blocklist),
        ("5.7.1", "Service unavailable; Unverified Client host [x.example] blocked using dbl.example", .blocklist),
        ("5.7.1", "Service unavailable; Recipient address [a@lab.example] blocked using own.example", .recipientRule),
        ("5.1.1", "Recipient address rejected: User unknown in local recipient table", .unknownUser),
        (
            "5.1.1", "<gone@lab.example>: Recipient address rejected: User unknown in virtual mailbox table",
            .unknownUser
        ),
        ("5.1.1", "Recipient address rejected: User unknown", .unknownUser),
        (
            "5.1.1", "<rbl@lab.example>: Recipient address rejected: undeliverable address: unknown user: \"rbl\"",
            .unknownUser
        ),
        (
            "5.1.1",
            "Recipient address rejected: undeliverable address: host mx[192.0.2.9] said: 554 5.7.1 blocked using zen",
            .unknownUser
        ),
        ("4.1.1", "Recipient address rejected: unverified address: connect to mx: timed out", .temporary),
        ("5.1.1", "<spamhaus: x@y>: Recipient address rejected: User unknown", .unknownUser),
        ("5.7.1", "Client host rejected: Access denied", .policy),
        ("5.7.25", "Client host rejected: cannot find your hostname, [192.0.2.1]", .policy),
        ("4.7.25", "Client host rejected: cannot find your hostname, [192.0.2.1]", .temporary),
        ("5.7.1", "<friend>: Helo command rejected: Access denied", .policy),
        ("5.5.2", "<friend>: Helo command rejected: need fully-qualified hostname", .policy),
        ("5.5.2", "<a b>: Helo command rejected: Invalid name", .policy),
        ("4.7.1", "<friend.example>: Helo command rejected: Host not found", .temporary),
        ("5.1.8", "<a@nowhere.invalid>: Sender address rejected: Domain not found", .policy),
        ("5.7.1", "<me@lab.example>: Sender address rejected: not owned by user", .policy),
        ("5.1.0", "<x@y.example>: Sender address rejected: undeliverable address: User unknown", .policy),
        ("5.5.0", "Data command rejected: Improper use of SMTP command pipelining", .policy),
        ("5.5.3", "Data command rejected: Multi-recipient bounce", .policy),
        ("5.7.1", "Relay access denied", .relayDenied),
        ("5.7.1", "<a@elsewhere.example>: Relay access denied", .relayDenied),
        ("5.7.1", "Recipient address rejected: Access denied", .recipientRule),
        ("5.1.10", "Recipient address rejected: Domain lab.example does not accept mail (nullMX)", .recipientRule),
        ("5.2.2", "Recipient address rejected: Mailbox is full / Over quota", .mailboxFull),
        ("4.2.2", "Recipient address rejected: Mailbox is full", .mailboxFull),
        (
            "4.2.0", "Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/lab.example",
            .temporary
        ),
        ("4.7.1", "Recipient address rejected: Service is unavailable", .temporary),
        ("4.3.5", "Recipient address rejected: Server configuration problem", .temporary),
        (
            "5.7.23",
            "Recipient address rejected: Message rejected due to: SPF fail - not authorized. See http://x/", .policy
        ),
        (
            "5.7.1", "Recipient address rejected: Please see http://www.openspf.net/Why?s=helo;id=x",
            .policy
        ),
        (
            "5.7.1", "Recipient address rejected: ask boss@secret.example instead",
            .unread("Recipient address rejected: ask <address> instead")
        ),
    ]

    /// Sendmail's, where the codes stand in the text.
    static let sendmail: [(code: String, text: String, refusal: Refusal)] = [
        ("5.1.1", "550 5.1.1 User unknown", .unknownUser),
        ("5.1.1", "550 5.1.1 <gone@lab.example>... User unknown", .unknownUser),
        ("", "553 5.1.8 <a@b.invalid>... Domain of sender address a@b.invalid does not exist", .policy),
        ("", "550 5.7.1 <a@b.example>... Relaying denied. Proper authentication required.", .relayDenied),
        ("", "550 5.7.1 Rejected: 192.0.2.1 listed at zen.spamhaus.org", .blocklist),
        ("", "554 5.7.1 Mail from 192.0.2.1 refused by blackhole site relays.example", .blocklist),
        ("", "451 4.7.1 Greylisting in action, please come back in 00:05:00", .temporary),
        ("", "451 4.1.8 Domain of sender address a@b.example does not resolve", .temporary),
        ("", "550 5.7.1 Access denied", .recipientRule),
        ("", "552 5.2.2 Mailbox full", .mailboxFull),
        ("", "421 4.3.2 Connection rate limit exceeded.", .temporary),
    ]

    @Test(arguments: postfix + sendmail)
    func words(code: String, text: String, refusal: Refusal) {
        #expect(reader.read(code: code, text: text) == refusal)
    }

    @Test("a site's own words count first, in any letter case")
    func ownWords() {
        let reader = RefusalReader(blocklistReplies: ["go away"], policyReplies: ["House Rule 7"])
        #expect(reader.read(code: "5.7.1", text: "Client host rejected: Go Away, bot") == .blocklist)
        #expect(reader.read(code: "5.7.1", text: "Recipient address rejected: house rule 7 applies") == .policy)
        #expect(reader.read(code: "5.7.1", text: "Recipient address rejected: house rule 8") != .policy)
        // What the client chose is not looked at.
        #expect(
            reader.read(code: "5.1.1", text: "<go away@lab.example>: Recipient address rejected: User unknown")
                == .unknownUser)
    }

    @Test(
        "what may name somebody is masked",
        arguments: [
            (
                "Recipient address rejected: no mail for Bob123 here",
                "Recipient address rejected: no mail for <number> here"
            ),
            ("<a@b.example>: go to https://x.example/?u=bob", "<name> : go to <url>"),
            ("host mx.lab.example[192.0.2.1] says \"ask Bob\" (ref:XYZ)", "host <host> <name> says <name> <host>"),
            ("blöd", "<word>"), ("", ""), (String(repeating: "ab ", count: 200), nil),
        ] as [(String, String?)])
    func masks(text: String, masked: String?) {
        let found = MaskedText(text).text
        if let masked { #expect(found == masked) }
        #expect(found.utf8.count <= 200)
    }
}
