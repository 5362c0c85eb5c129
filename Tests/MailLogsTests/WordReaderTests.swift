import LogLines
import SMTP
import Testing

@testable import MailLogs

/// What others say of messages, read from a mail log.
struct WordReaderTests {
    private func words(_ text: String, replies: [String] = []) -> (words: [LoggedWord], reader: WordReader) {
        var reader = WordReader(replies: replies)
        var lines = LogLineReader(framing: .text, years: .startingIn(2_026))
        var words: [LoggedWord] = []
        for line in text.split(separator: "\n") {
            switch lines.read(Array(line.utf8)[...]) {
            case .line(let line): words += reader.take(line)
            case .more: break
            case .unread: reader.noteUnread()
            }
        }
        return (words, reader)
    }

    private func judged(_ isSpam: Bool, _ id: String, _ filter: MailFilter, _ second: Int64 = 0) -> LoggedWord {
        .judged(
            isSpam: isSpam, queueID: id, by: filter,
            at: UnixTime(year: 2_026, month: 11, day: 30) + (12 * 3_600 + second))
    }

    private static let from = "; from=<a@example.net> to=<b@example.org> proto=ESMTP helo=<x>"

    @Test(
        "Refusals of filters by their text, under Postfix and Sendmail",
        arguments: [
            "mx postfix/cleanup[9]: 4ABC123: milter-reject: END-OF-MESSAGE from n.example[192.0.2.1]: 5.7.1 Blocked by "
                + "SpamAssassin" + from,
            "mx postfix/smtpd[9]: 4ABC123: milter-reject: END-OF-MESSAGE from n.example[192.0.2.1]:4242: 5.7.1 Spam message "
                + "rejected" + from,
            "mx postfix/cleanup[9]: 4ABC123: milter-reject: END-OF-MESSAGE from n[192.0.2.1]: 5.7.0 Reject, id=28443-01 - spam"
                + from,
            "mx sm-mta[9]: 4ABC123: Milter: data, reject=550 5.7.1 Blocked by SpamAssassin",
            "mx sm-mta[9]: 4ABC123: Milter: reject=554 5.7.1 Spam message rejected",
            "mx sm-mta[9]: 4ABC123: milter=spamassassin, action=eom, reject=550 5.7.1 Blocked by SpamAssassin",
        ])
    func refusals(line: String) {
        #expect(words("Nov 30 12:00:00 \(line)").words == [judged(true, "4ABC123", .refusal)])
    }

    @Test(
        "What the mail server refuses before any recipient is a word on the client",
        arguments: [
            (
                "postfix/smtpd[9]: NOQUEUE: reject: CONNECT from unknown[192.0.2.1]: 554 5.7.1 Service unavailable; Client host "
                    + "[192.0.2.1] blocked using bl.example; proto=SMTP",
                "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using bl.example"
            ),
            (
                "postfix/smtpd[9]: NOQUEUE: reject: HELO from h.example[192.0.2.1]:4242: 504 5.5.2 <x>: Helo command rejected: "
                    + "need fully-qualified hostname; proto=SMTP helo=<x>",
                "504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname"
            ),
            (
                "postfix/smtpd[9]: NOQUEUE: reject: MAIL from h[192.0.2.1]: 554 5.7.1 <a@b.example>: Sender address rejected: "
                    + "no; from=<a@b.example> proto=ESMTP helo=<h>",
                "554 5.7.1 <a@b.example>: Sender address rejected: no"
            ),
            (
                "sm-mta[9]: 4ABC123: ruleset=check_relay, arg1=h, arg2=192.0.2.1, relay=h [192.0.2.1], reject=550 5.7.1 Access "
                    + "denied",
                "550 5.7.1 Access denied"
            ),
            // As Sendmail 8.17 writes it: there is no message yet that could have an id.
            (
                "sendmail[9]: ruleset=check_relay, arg1=h.example, arg2=192.0.2.1, relay=h.example [192.0.2.1], reject=554 "
                    + "5.7.1 Service unavailable; Client host blocked using bl.example",
                "554 5.7.1 Service unavailable; Client host blocked using bl.example"
            ),
            (
                "sendmail[9]: ruleset=check_relay, arg1=h, relay=v [192.0.2.9], relay=h [192.0.2.1], reject=550 5.7.1 no",
                nil
            ),
            ("sendmail[9]: ruleset=check_mail, arg1=<a>, relay=h [192.0.2.1], reject=550 5.7.1 no", nil),
            (
                "postfix/smtpd[9]: NOQUEUE: reject: RCPT from h[192.0.2.1]: 554 5.7.1 <b@c>: no; from=<a> to=<b@c> proto=SMTP",
                nil
            ),
            // What filters refuse, Argot among them, is another word.
            (
                "postfix/smtpd[9]: NOQUEUE: milter-reject: MAIL from h[192.0.2.1]: 550 5.7.1 no; from=<a> proto=SMTP",
                nil
            ),
            ("postfix/smtpd[9]: NOQUEUE: reject: MAIL from localhost[127.0.0.1]: 554 5.7.1 no; from=<a>", nil),
            // A proxy in front of Postfix.
            (
                "postfix/smtpd[9]: NOQUEUE: reject: XCLIENT from h[192.0.2.1]: 554 5.7.1 <h[192.0.2.1]>: Client host "
                    + "rejected: no; proto=SMTP", "554 5.7.1 <h[192.0.2.1]>: Client host rejected: no"
            ),
            // A sender that looks like a log line.
            (
                "sm-mta[9]: 4ABC123: ruleset=check_mail, arg1=<a, relay=v [192.0.2.9], reject=550 x@b>, relay=h [192.0.2.1], "
                    + "reject=553 5.1.8 no", nil
            ),
        ] as [(String, String?)])
    func earlyRefusals(line: String, reply: String?) throws {
        let (found, reader) = words("Nov 30 12:00:00 mx \(line)")
        let client = try #require(ClientAddress("192.0.2.1"))
        let time = UnixTime(year: 2_026, month: 11, day: 30) + 12 * 3_600
        #expect(found == (reply.map { [.refusedClient(client, reply: $0, at: time)] } ?? []))
        #expect(reader.counts.earlyRefusals == (reply == nil ? 0 : 1))
    }

    /// Everything that Argot can answer, as the mail server logs it, and what it logs itself.
    static let ofArgot: [String] = [
        "4.7.1 Greylisted, please try again later", "5.7.1 Greylisted, please try again later",
        "5.7.1 Refused by local policy, please contact the postmaster",
        "5.1.1 <b@example.org>: Recipient address rejected: User unknown in local recipient table",
        "5.1.1 <b@example.org>... User unknown", "5.1.1 User unknown",
        "5.1.1 <\"Blocked by SpamAssassin\"@example.org>: Recipient address rejected: User unknown",
    ]

    @Test("Nothing that Argot answers becomes a word, nor what it logs", arguments: ofArgot)
    func neverArgot(reply: String) {
        let line =
            "mx postfix/cleanup[9]: 4ABC123: milter-reject: END-OF-MESSAGE from n[192.0.2.1]: \(reply)\(Self.from)"
        #expect(words("Nov 30 12:00:00 \(line)").words.isEmpty)
        #expect(words("Nov 30 12:00:00 mx sm-mta[9]: 4ABC123: Milter: data, reject=550 \(reply)").words.isEmpty)
        #expect(
            words("Nov 30 12:00:00 mx sm-mta[9]: 4ABC123: milter=argot, action=eom, reject=550 \(reply)").words.isEmpty)
        for verdict in ["reject", "tempfail", "fakereject", "accept"] {
            let own =
                "mx argotd[9]: verdict: action=\(verdict) applied=\(verdict) reason=envelope.spam queue=4ABC123 "
                + "reply=\"Blocked by SpamAssassin\""
            #expect(words("Nov 30 12:00:00 \(own)").words.isEmpty)
        }
    }

    @Test("Refusals whose text is not known are counted and shown, and a text can be named")
    func unknownRefusals() {
        let line =
            "Nov 30 12:00:00 mx postfix/cleanup[9]: 4ABC123: milter-reject: END-OF-MESSAGE from n[192.0.2.1]: 5.7.1 "
            + "No spam here, thank you" + Self.from
        let (none, reader) = words(line)
        #expect(none.isEmpty && reader.counts.unknownRefusals == 1)
        #expect(reader.unknownTexts == ["No spam here, thank you"])
        #expect(words(line, replies: ["no spam here"]).words == [judged(true, "4ABC123", .refusal)])
        // A text that only holds a known one is somebody else's.
        let other = line.replacing("No spam here", with: "You said: Blocked by SpamAssassin")
        #expect(words(other).words.isEmpty)
    }

    @Test("amavis: spam, clean, and what is neither")
    func amavis() {
        let tail =
            ", [192.0.2.1]:4242 [192.0.2.1] <a@example.net> -> <b@example.org>, quarantine: x, Queue-ID: 4ABC123, "
            + "Message-ID: <1@x>, mail_id: y, Hits: 7.1, size: 900, 500 ms"
        func line(_ word: String) -> String { "Nov 30 12:00:00 mx amavis[7]: (00007-01) \(word)\(tail)" }
        #expect(words(line("Blocked SPAM {DiscardedInbound,Quarantined}")).words == [judged(true, "4ABC123", .amavis)])
        #expect(words(line("Passed SPAM {RelayedTaggedInbound}")).words == [judged(true, "4ABC123", .amavis)])
        #expect(words(line("Passed CLEAN {RelayedInbound}")).words == [judged(false, "4ABC123", .amavis)])
        for word in [
            "Passed SPAMMY {RelayedTaggedInbound}", "Blocked INFECTED (Eicar)", "Passed UNCHECKED", "Passed BAD-HEADER",
        ] {
            #expect(words(line(word)).words.isEmpty)
        }
        let forged = line("Passed CLEAN {RelayedInbound}").replacing("<a@", with: "<\"x, Queue-ID: 4OTHER1, \"@")
        #expect(words(forged).words.isEmpty && words(forged).reader.counts.ambiguous == 1)
    }

    @Test("rspamd, in a syslog and in its own log")
    func rspamd() {
        func line(_ action: String, id: String = "1@x", letter: String = "F") -> String {
            "<a1b2c3>; task; rspamd_task_write_log: id: <\(id)>, qid: <4ABC123>, ip: 192.0.2.1, from: <a@example.net>, "
                + "(default: \(letter) (\(action)): [8.50/15.00] [BAYES_SPAM(4.50){99%;}]), len: 900, time: 9ms"
        }
        func syslog(_ text: String) -> String { "Nov 30 12:00:00 mx rspamd[5]: \(text)" }
        for action in ["reject", "add header", "rewrite subject"] {
            #expect(words(syslog(line(action))).words == [judged(true, "4ABC123", .rspamd)])
        }
        #expect(words(syslog(line("no action"))).words == [judged(false, "4ABC123", .rspamd)])
        for action in ["greylist", "soft reject", "discard"] { #expect(words(syslog(line(action))).words.isEmpty) }
        #expect(words(syslog(line("no action", letter: "S"))).words.isEmpty)
        #expect(words("2026-11-30 12:00:00 #12(normal) " + line("reject")).words == [judged(true, "4ABC123", .rspamd)])
        // The sender cannot name another message, nor decide.
        let forged = line("reject", id: "1@x>, qid: <4OTHER1")
        #expect(words(syslog(forged)).words.isEmpty && words(syslog(forged)).reader.counts.ambiguous == 1)
        #expect(words(syslog(line("reject", id: "x>, (default: F (no action): "))).words.isEmpty)
        // Nor does a mail server's line that quotes such a one count.
        #expect(words("Nov 30 12:00:00 mx postfix/smtpd[5]: warning: \(line("reject"))").words.isEmpty)
    }

    @Test("spamd names the Message-ID: the message of that name that is handed over now is meant")
    func spamd() {
        func result(_ letter: String, _ id: String = "1@x", at second: Int = 5) -> String {
            "Nov 30 12:00:0\(second) mx spamd[3]: spamd: result: \(letter) 7 - BAYES_99 scantime=0.3,size=9,user=u,uid=1,"
                + "required_score=5.0,rhost=::1,raddr=::1,rport=5,mid=<\(id)>,autolearn=no\n"
        }
        let named = "Nov 30 12:00:01 mx postfix/cleanup[4]: 4ABC123: message-id=<1@x>\n"
        #expect(words(named + result("Y")).words == [judged(true, "4ABC123", .spamd, 5)])
        #expect(words(named + result(".")).words == [judged(false, "4ABC123", .spamd, 5)])
        let own = "Mon Nov 30 12:00:05 2026 [3] info: " + result("Y").drop { $0 != "]" }.dropFirst(3)
        #expect(words(named + own).words == [judged(true, "4ABC123", .spamd, 5)])
        // Sendmail names it afterwards.
        let after =
            "Nov 30 12:00:06 mx sm-mta[4]: 4SM1234: from=<a@b>, size=9, class=0, nrcpts=1, msgid=<1@x>, proto=ESMTP\n"
        #expect(words(result("Y") + after).words == [judged(true, "4SM1234", .spamd, 5)])
        // Two messages of one Message-ID, one of them a stranger's: neither is judged.
        let copy = "Nov 30 12:00:02 mx postfix/cleanup[4]: 4COPY12: message-id=<1@x>\n"
        #expect(words(named + copy + result("Y")).words.isEmpty)
        #expect(words(named + copy + result("Y")).reader.counts.ambiguous == 1)
        // One that came long ago is another.
        #expect(words(named.replacing("12:00:01", with: "11:00:01") + result("Y")).words.isEmpty)
        #expect(words(named + result("Y", "1@x>,mid=<2@x")).words.isEmpty)
    }

    @Test("Whom authenticated users write to, under Postfix and Sendmail; nobody else's recipients")
    func correspondents() {
        let (found, reader) = words(
            """
            Nov 30 12:00:00 mx postfix/submission/smtpd[1]: 4ABC123: client=pc[192.0.2.9], sasl_method=PLAIN, sasl_username=u
            Nov 30 12:00:01 mx postfix/smtp[2]: 4ABC123: to=<Friend@Example.net>, relay=m[192.0.2.3]:25, delay=1, dsn=2.0.0, status=sent (250 ok)
            Nov 30 12:00:01 mx postfix/smtp[2]: 4ABC123: to=<Friend@Example.net>, relay=m[192.0.2.3]:25, delay=1, dsn=2.0.0, status=sent (250 ok)
            Nov 30 12:00:01 mx postfix/smtp[2]: 4ABC123: to=<gone@example.net>, relay=m[192.0.2.3]:25, dsn=5.1.1, status=bounced (host said: 550, status=sent no)
            Nov 30 12:00:01 mx postfix/local[2]: 4ABC123: to=<b@example.org>, relay=local, dsn=2.0.0, status=sent (ok)
            Nov 30 12:00:02 mx postfix/qmgr[2]: 4ABC123: removed
            Nov 30 12:00:03 mx postfix/smtp[2]: 4ABC123: to=<late@example.net>, relay=m[192.0.2.3]:25, dsn=2.0.0, status=sent (ok)
            Nov 30 12:00:04 mx postfix/smtpd[1]: 4DEF123: client=bot[192.0.2.66]
            Nov 30 12:00:05 mx postfix/smtp[2]: 4DEF123: to=<relayed@example.net>, relay=m[192.0.2.3]:25, dsn=2.0.0, status=sent (ok)
            Nov 30 12:00:06 mx sm-mta[8]: 4AUSNB12: AUTH=server, relay=pc [192.0.2.9], authid=u@x, mech=PLAIN, bits=0
            Nov 30 12:00:07 mx sm-mta[8]: 4AUSNB13: from=<u@x>, size=9, class=0, nrcpts=1, msgid=<9@x>, proto=ESMTPA, relay=pc [192.0.2.9]
            Nov 30 12:00:08 mx sm-mta[9]: 4AUSNB13: to=<pal@example.com>, ctladdr=<u@x> (1/1), delay=00:00:01, mailer=esmtp, relay=m, dsn=2.0.0, stat=Sent (ok)
            """)
        let addresses = found.compactMap { if case .wroteTo(let address, _) = $0 { address } else { nil } }
        #expect(addresses == ["Friend@Example.net", "pal@example.com"])
        #expect(reader.counts.correspondents == 2)
    }

    @Test("An account that writes to hundreds in a day is believed no further")
    func stolenAccount() {
        var text =
            "Nov 30 12:00:00 mx postfix/smtpd[1]: 4ABC123: client=pc[192.0.2.9], sasl_method=PLAIN, sasl_username=u\n"
        for number in 0..<700 {
            text +=
                "Nov 30 12:00:01 mx postfix/smtp[2]: 4ABC123: to=<\(number)@example.net>, relay=m[192.0.2.3]:25, dsn=2.0.0, "
                + "status=sent (250 ok)\n"
        }
        let (found, reader) = words(text)
        #expect(found.count == 500 && reader.counts.beyondLimit == 200)
    }
}
