import LogLines
import SMTP
import Seeded
import Testing

@testable import MailLogs

@Suite("Mail logs become recipients")
struct LogDecoderTests {
    private static let reference = UnixTime(seconds: 1_795_320_000)  // 2026-11-22

    static func decode(
        _ text: String, framing: LogFraming = .text, years: YearRule = .notAfter(reference), capacity: Int = 1_000
    ) -> (found: [LoggedRecipient], counts: LogDecoder.Counts) {
        var decoder = LogDecoder(framing: framing, years: years, capacity: capacity)
        var found: [LoggedRecipient] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: framing != .journalExport) {
            found += (try? decoder.decode(Array(line.utf8)[...])) ?? []
        }
        return (found, decoder.counts)
    }

    static let postfix = """
        Nov  2 03:04:05 mx postfix/smtpd[100]: connect from mail.linden.example[192.0.2.201]
        Nov  2 03:04:05 mx postfix/smtpd[100]: 4B394AFEC1E8: client=mail.linden.example[192.0.2.201]
        Nov  2 03:04:05 mx postfix/cleanup[101]: 4B394AFEC1E8: message-id=<1@linden.example>
        Nov  2 03:04:06 mx postfix/qmgr[102]: 4B394AFEC1E8: from=<dora@linden.example>, size=293, nrcpt=2 (queue active)
        Nov  2 03:04:06 mx postfix/lmtp[103]: 4B394AFEC1E8: to=<user1@lab.example>, relay=none, delay=0.05, dsn=2.0.0, status=sent (ok)
        Nov  2 03:04:06 mx postfix/smtp[103]: 4B394AFEC1E8: to=<box@inside.example>, orig_to=<info@Other.Example>, relay=none, delay=1, dsn=4.3.0, status=deferred (busy)
        Nov  2 03:09:06 mx postfix/smtp[103]: 4B394AFEC1E8: to=<box@inside.example>, orig_to=<info@Other.Example>, relay=none, delay=300, dsn=2.0.0, status=sent (ok)
        Nov  2 03:09:06 mx postfix/qmgr[102]: 4B394AFEC1E8: removed
        Nov  2 03:10:00 mx postfix/smtpd[100]: NOQUEUE: reject: RCPT from unknown[198.51.100.7]: 550 5.1.1 <x; from=<a> to=<b@lies.example>@lab.example>: Recipient address rejected: User unknown in local recipient table; from=<pat@elsewhere.example> to=<nosuch@lab.example> proto=ESMTP helo=<x>
        Nov  2 03:10:01 mx postfix/postscreen[104]: NOQUEUE: reject: RCPT from [203.0.113.9]:4242: 550 5.7.1 Service unavailable; client [203.0.113.9] blocked using dnsbl.example; from=<a@b.example>, to=<user1@lab.example>, proto=ESMTP, helo=<y>
        Nov  2 03:10:02 mx postfix/smtpd[100]: 4CCC: milter-reject: RCPT from unknown[2001:db8::25]: 451 4.7.1 Greylisted; from=<a@b.example> to=<user2@lab.example> proto=ESMTP helo=<z>
        Nov  2 03:10:03 mx postfix/cleanup[101]: 4DDD: milter-reject: END-OF-MESSAGE from unknown[198.51.100.8]: 5.7.1 Command rejected; from=<a@b.example> to=<user3@lab.example> proto=ESMTP helo=<z>
        Nov  2 03:11:00 mx postfix/submission/smtpd[105]: 4EEE: client=home.example[198.51.100.50], sasl_method=PLAIN, sasl_username=max
        Nov  2 03:11:01 mx postfix/smtp[103]: 4EEE: to=<friend@far.example>, relay=none, delay=1, dsn=2.0.0, status=sent (ok)
        Nov  2 03:12:00 mx postfix/smtpd[106]: 4FFF: client=localhost[127.0.0.1]
        Nov  2 03:12:01 mx postfix/lmtp[103]: 4FFF: to=<user1@lab.example>, relay=none, delay=1, dsn=2.0.0, status=sent (ok)
        Nov  2 03:12:01 mx postfix/local[103]: 4ABC: to=<root@lab.example>, relay=local, delay=1, dsn=2.0.0, status=sent (ok)
        Nov  2 03:13:01 mx postfix/smtpd[106]: NOQUEUE: reject: VRFY from unknown[198.51.100.9]: 502 5.5.1 disabled; to=<x@y.example> proto=SMTP
        Nov  2 03:13:01 mx CRON[1]: (root) CMD (true)
        this is no line of a log
        """

    @Test func postfixSpeaksOfTakenAndRefusedRecipients() throws {
        let (found, counts) = Self.decode(Self.postfix)
        let told = found.map { "\($0.client) \($0.domain) \($0.refusal ?? 0) \($0.queueID)" }
        #expect(
            told == [
                "192.0.2.201 lab.example 0 4B394AFEC1E8", "192.0.2.201 other.example 0 4B394AFEC1E8",
                "198.51.100.7 lab.example 550 ", "203.0.113.9 lab.example 550 ", "2001:db8::25 lab.example 451 4CCC",
                "198.51.100.8 lab.example 550 4DDD",
            ])
        // The time is that of the client's line, 2026-11-02 03:04:05, though delivery came later.
        #expect(found[1].time == UnixTime(seconds: 1_793_588_645))
        #expect(counts.malformed == 1)
        #expect(counts.withoutClient == 1)
    }

    @Test("one domain however the log writes it", arguments: ["lab.example", "LAB.Example.", "lab\u{3002}example"])
    func spellings(_ domain: String) {
        let line =
            "Nov  2 03:10:02 mx postfix/smtpd[100]: 4CCC: milter-reject: RCPT from unknown[192.0.2.25]: 451 4.7.1 Greylisted;"
            + " from=<a@b.example> to=<user2@\(domain)> proto=ESMTP helo=<z>"
        #expect(Self.decode(line).found.map(\.domain) == ["lab.example"])
    }

    @Test func sendmailSpeaksOfTakenAndRefusedRecipients() {
        let (found, counts) = Self.decode(
            """
            Nov  2 03:04:05 mx sm-mta[7]: 6A23: from=<dora@linden.example>, size=300, class=0, nrcpts=2, msgid=<1@l>, proto=ESMTP, daemon=MTA-v4, relay=mail.linden.example [192.0.2.201]
            Nov  2 03:04:06 mx sm-mta[8]: 6A23: to=<user1@lab.example>,<info@other.example>, delay=00:00:01, xdelay=00:00:00, mailer=local, pri=60300, dsn=2.0.0, stat=Sent
            Nov  2 03:34:06 mx sm-mta[8]: 6A23: to=<info@other.example>, delay=00:30:01, mailer=esmtp, pri=1, dsn=2.0.0, stat=Sent
            Nov  2 03:05:00 mx sm-mta[9]: 6A24: ruleset=check_rcpt, arg1=<x@far.example>, relay=unknown [198.51.100.7] (may be forged), reject=550 5.7.1 <x@far.example>... Relaying denied
            Nov  2 03:06:00 mx sm-mta[9]: 6A25: <nosuch@lab.example>... User unknown
            Nov  2 03:06:00 mx sm-mta[9]: 6A25: Milter: to=<user2@lab.example>, reject=451 4.7.1 Greylisted
            Nov  2 03:06:01 mx sm-mta[9]: 6A25: from=<a@b.example>, size=0, class=0, nrcpts=0, proto=SMTP, daemon=MTA-v6, relay=[IPv6:2001:db8::25]
            Nov  2 03:07:01 mx sendmail[9]: 6A26: from=root, size=10, class=0, nrcpts=1, msgid=<2@l>, relay=root@localhost
            Nov  2 03:07:01 mx sendmail[9]: 6A26: to=admin@lab.example, ctladdr=root (0/0), delay=00:00:00, mailer=relay, stat=Sent
            """)
        #expect(
            found.map { "\($0.client) \($0.domain) \($0.refusal ?? 0)" } == [
                "192.0.2.201 lab.example 0", "192.0.2.201 other.example 0", "198.51.100.7 far.example 550",
                "2001:db8::25 lab.example 550", "2001:db8::25 lab.example 451",
            ])
        #expect(counts.malformed == 0)
    }

    @Test(arguments: [
        ("2026-11-02T03:04:05.123456+01:00", 1_793_585_045), ("2026-11-02T02:04:05Z", 1_793_585_045),
        ("Nov  2 03:04:05", 1_793_588_645),
    ])
    func timesAreRead(text: String, seconds: Int) {
        let line =
            "\(text) mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from a[192.0.2.1]: 550 no; from=<> to=<a@b.c> proto=SMTP"
        #expect(Self.decode(line).found.first?.time == UnixTime(seconds: Int64(seconds)))
    }

    static func rejection(_ date: String) -> String {
        "\(date) mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from a[192.0.2.1]: 550 no; from=<> to=<a@b.c> proto=SMTP\n"
    }

    @Test func aNewYearLiesBetweenDecemberAndJanuary() {
        let text = Self.rejection("Dec 31 23:59:59") + Self.rejection("Jan  1 00:00:00")
        // 2026-01-01 00:00:00 is 1767225600.
        for rule in [YearRule.notAfter(UnixTime(seconds: 1_767_300_000)), .startingIn(2025)] {
            let (found, _) = Self.decode(text, years: rule)
            #expect(found.map(\.time.seconds) == [1_767_225_599, 1_767_225_600], "\(rule)")
        }
    }

    @Test func theLeapDayIsFoundInItsYear() {
        // 2024-02-29 is the last one before November 2026.
        #expect(Self.decode(Self.rejection("Feb 29 00:00:00")).found.first?.time.seconds == 1_709_164_800)
    }

    @Test func theJournalIsReadInBothForms() {
        let message = "NOQUEUE: reject: RCPT from a[192.0.2.1]: 550 no; from=<> to=<a@b.example> proto=SMTP"
        let export = """
            __CURSOR=s=1;i=2
            __REALTIME_TIMESTAMP=1793588645000001
            SYSLOG_IDENTIFIER=postfix/smtpd
            MESSAGE=\(message)

            __REALTIME_TIMESTAMP=1793588646000001
            _COMM=kernel

            """
        let json = """
            {"__REALTIME_TIMESTAMP":"1793588645000001","SYSLOG_IDENTIFIER":"postfix/smtpd","MESSAGE":"\(message)"}
            {"__REALTIME_TIMESTAMP":"1793588646000001","SYSLOG_IDENTIFIER":"x","MESSAGE":[255,1]}
            {"broken
            """
        for (text, framing) in [(export, LogFraming.journalExport), (json, .json)] {
            let (found, counts) = Self.decode(text, framing: framing)
            #expect(found.map(\.domain) == ["b.example"], "\(framing)")
            #expect(found.first?.time == UnixTime(seconds: 1_793_588_645))
            #expect(counts.malformed == (framing == .json ? 1 : 0))
            #expect(LogFraming(of: Array(text.utf8)[...].prefix { $0 != 10 }) == framing)
        }
    }

    @Test func theOldestQueueIDsGiveWay() {
        var text = ""
        for number in 1...20 {
            text += "Nov  2 03:04:05 mx postfix/smtpd[1]: A\(number): client=a[192.0.2.\(number)]\n"
        }
        for number in 1...20 {
            text += "Nov  2 03:04:06 mx postfix/lmtp[1]: A\(number): to=<u@lab.example>, relay=x, status=sent (ok)\n"
        }
        let (found, counts) = Self.decode(text, capacity: 8)
        #expect(found.map { "\($0.client)" } == (13...20).map { "192.0.2.\($0)" })
        #expect(counts.forgotten == 12)
        #expect(counts.withoutClient == 12)
    }

    @Test(arguments: 0..<20) func damagedLinesAreCountedAndNeverTrap(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let lines = Self.postfix.split(separator: "\n").map { Array($0.utf8) }
        var decoder = LogDecoder(years: .notAfter(Self.reference), capacity: 4)
        var read = 0
        for _ in 0..<2_000 {
            var line = lines.randomElement(using: &generator)!
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: line.removeLast(Int.random(in: 0...line.count, using: &generator))
            case 1:
                line[Int.random(in: 0..<line.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            default: line.removeFirst(Int.random(in: 0...line.count, using: &generator))
            }
            for framing in LogFraming.allCases {
                _ = LogLineReader.time(of: line[...], framing: framing, years: .notAfter(Self.reference))
            }
            for recipient in (try? decoder.decode(line[...])) ?? [] { #expect(!recipient.domain.isEmpty) }
            read += 1
        }
        #expect(decoder.counts.lines == read)
    }
}
