import LogLines
import MailLogs
import SMTP
import Testing

/// Shapes of lines that mail servers write, with what they tell: `client domain code`, the code 0 for what was taken.
@Suite("Shapes of mail logs")
struct LogShapeTests {
    private static func told(_ log: String) -> (found: [String], counts: LogDecoder.Counts) {
        var decoder = LogDecoder(years: .notAfter(UnixTime(seconds: 1_795_996_800)))
        var found: [String] = []
        for line in log.split(separator: "\n") {
            for recipient in (try? decoder.decode(Array("Nov  2 03:04:05 mx \(line)".utf8)[...])) ?? [] {
                let times = recipient.count > 1 ? " x\(recipient.count)" : ""
                found.append("\(recipient.client) \(recipient.domain) \(recipient.refusal ?? 0)\(times)")
            }
        }
        return (found, decoder.counts)
    }

    private static let tail = "from=<a@far.example> to=<u@lab.example> proto=ESMTP helo=<x.far.example>"

    @Test("refusals and discards at every stage count once, with the code that the client was told")
    func stages() {
        let (found, counts) = Self.told(
            """
            postfix/smtpd[1]: 4A1: client=x.far.example[192.0.2.1]
            postfix/smtpd[1]: 4A1: milter-reject: DATA from x.far.example[192.0.2.1]: 451 4.7.1 Later; \(Self.tail)
            postfix/smtpd[1]: 4A2: client=x.far.example[192.0.2.2]
            postfix/smtpd[1]: 4A2: reject: BDAT from x.far.example[192.0.2.2]: 550 5.5.3 <DATA>: Data command rejected; \(Self.tail)
            postfix/smtpd[1]: 4A3: client=x.far.example[192.0.2.3]
            postfix/cleanup[2]: 4A3: reject: header Subject: ; from=<q> to=<r@forged.example> proto=SMTP from x.far.example[192.0.2.3]; \(Self.tail): 5.7.1 no pills
            postfix/smtpd[1]: 4A4: client=x.far.example[192.0.2.4]
            postfix/cleanup[2]: 4A4: reject: body cheap from y[203.0.113.1] from x.far.example[192.0.2.4]; \(Self.tail): 4.7.1 later
            postfix/smtpd[1]: 4A5: client=x.far.example[192.0.2.5]
            postfix/cleanup[2]: 4A5: milter-reject: END-OF-MESSAGE from x.far.example[192.0.2.5]: 5.7.1 Blocked; \(Self.tail)
            postfix/smtpd[1]: NOQUEUE: discard: RCPT from unknown[192.0.2.6]: <a@far.example>: Sender address triggers DISCARD action; \(Self.tail)
            postfix/smtpd[1]: 4A7: client=x.far.example[192.0.2.7]
            postfix/cleanup[2]: 4A7: milter-discard: END-OF-MESSAGE from x.far.example[192.0.2.7]: milter triggers DISCARD action; \(Self.tail)
            postfix/smtpd[3]: NOQUEUE: client=unknown[192.0.2.8]
            postfix/smtpd[3]: proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=1 - spam; \(Self.tail)
            postfix/smtpd[3]: NOQUEUE: client=unknown[192.0.2.8], sasl_method=PLAIN, sasl_username=max
            postfix/smtpd[3]: proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=2 - spam; \(Self.tail)
            postfix/smtpd[1]: NOQUEUE: reject: CONNECT from unknown[192.0.2.9]: 554 5.7.1 blocked; proto=SMTP
            postfix/smtpd[1]: NOQUEUE: reject: MAIL from unknown[192.0.2.9]: 550 5.1.8 no; from=<a@far.example> proto=SMTP helo=<x>
            postfix/smtpd[1]: NOQUEUE: reject_warning: RCPT from unknown[192.0.2.9]: 550 5.7.1 would; \(Self.tail)
            postfix/smtpd[1]: NOQUEUE: hold: RCPT from unknown[192.0.2.9]: <x>: triggers HOLD action; \(Self.tail)
            postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.10]:4242: 550 5.1.1 <u@lab.example>: unknown; \(Self.tail)
            postfix/smtpd[1]: NOQUEUE: reject: RCPT from localhost[127.0.0.1]: 550 5.1.1 <u@lab.example>: unknown; \(Self.tail)
            postfix/postscreen[4]: CONNECT from [192.0.2.11]:55309 to [192.0.2.6]:25
            postfix/postscreen[4]: PREGREET 14 after 0.27 from [192.0.2.11]:55309: EHLO ylmf-pc\\r\\n
            """)
        #expect(
            found == [
                "192.0.2.1 lab.example 451", "192.0.2.2 lab.example 550", "192.0.2.3 lab.example 550",
                "192.0.2.4 lab.example 450", "192.0.2.5 lab.example 550", "192.0.2.6 lab.example 0",
                "192.0.2.7 lab.example 0", "192.0.2.8 lab.example 554", "192.0.2.10 lab.example 550",
            ])
        #expect(counts.malformed == 0 && counts.ofServers == counts.lines)
    }

    @Test("folded repeats count as often as they were said")
    func repeats() {
        let refusal =
            "NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 550 5.1.1 <u@lab.example>: unknown; \(Self.tail)"
        let (found, _) = Self.told(
            """
            postfix/smtpd[1]: \(refusal)
            postfix/smtpd[1]: message repeated 2 times: [ \(refusal)]
            postfix/smtpd[1]: \(refusal)
            last message repeated 3 times
            sm-mta[9]: 6A24: ruleset=check_rcpt, arg1=<x@lab.example>, relay=unknown [192.0.2.2], reject=550 5.7.1 <x@lab.example>... Relaying denied
            last message repeated 2 times
            """)
        #expect(
            found == [
                "192.0.2.1 lab.example 550", "192.0.2.1 lab.example 550 x2", "192.0.2.1 lab.example 550",
                "192.0.2.1 lab.example 550 x3", "192.0.2.2 lab.example 550", "192.0.2.2 lab.example 550 x2",
            ])
    }

    @Test(
        "the domain is the recipient's, whatever a client writes into its addresses, its name or its headers",
        arguments: [
            // A quoted local part in the recipient, and in what is refused.
            #"550 5.1.1 <a>b@lab.example>: unknown; from=<s@far.example> to=<"a>b"@lab.example> proto=ESMTP helo=<x>"#,
            #"550 5.1.1 <x; from=<a> to=<b@forged.example>@lab.example>: unknown; from=<s@far.example> to=<x@lab.example> proto=ESMTP helo=<x>"#,
            // In the sender, refused or not.
            #"550 5.1.1 <x@lab.example>: unknown; from=<"; from=<q> to=<z"@far.example> to=<x@lab.example> proto=ESMTP helo=<x>"#,
            #"450 4.1.8 <"; from=<q> to=<u@forged.example"@far.example>: Sender address rejected; from=<"; from=<q> to=<u@forged.example"@far.example> to=<x@lab.example> proto=ESMTP helo=<x>"#,
            #"450 4.1.8 <"; from=<q> to=<u@forged.example> proto=SMTP helo=<"@far.example>: Sender address rejected; from=<"; from=<q> to=<u@forged.example> proto=SMTP helo=<"@far.example> to=<x@lab.example> proto=ESMTP helo=<x>"#,
            // In the HELO name, where a group stands behind the true one.
            #"550 5.1.1 <x@lab.example>: unknown; from=<s@far.example> to=<x@lab.example> proto=ESMTP helo=<y; from=<q> to=<u@forged.example> proto=SMTP helo=<z>"#,
            #"450 4.7.1 <y>: no; from=<q> to=<u@forged.example> proto=SMTP helo=<z>: Helo command rejected; from=<s@far.example> to=<x@lab.example> proto=ESMTP helo=<y>: no; from=<q> to=<u@forged.example> proto=SMTP helo=<z>"#,
            #"554 5.7.1 <unknown[192.0.2.1]>: Client host rejected; from=<s@far.example> to=<x@lab.example> proto=ESMTP helo=<y; from=<q> to=<u@forged.example> proto=SMTP helo=<z>"#,
            #"451 4.7.1 Greylisted; from=<s@far.example> to=<x@lab.example> proto=ESMTP helo=<y; from=<q> to=<u@forged.example> proto=SMTP helo=<z>"#,
            // Null sender, and a protocol with commas.
            #"450 4.7.1 <>: Sender address rejected; from=<> to=<x@lab.example> proto=SMTP helo=<x>"#,
            #"550 5.7.1 Service unavailable; client [192.0.2.1] blocked using bl.example; from=<s@far.example>, to=<x@lab.example>, proto=ESMTP, helo=<x>"#,
            // A final dot and capitals are the same domain.
            #"550 5.1.1 <x@LAB.Example.>: unknown; from=<s@far.example> to=<x@LAB.Example.> proto=ESMTP helo=<x>"#,
        ])
    func forgedFields(text: String) {
        let (found, counts) = Self.told("postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: \(text)")
        #expect(found == ["192.0.2.1 lab.example \(text.prefix(3))"])
        #expect(counts.malformed == 0)
    }

    @Test("delivered recipients: quoted, without brackets, of an alias, deferred and sent")
    func deliveries() {
        let (found, counts) = Self.told(
            """
            postfix/smtpd[1]: 4A1: client=x[192.0.2.1]
            postfix/lmtp[2]: 4A1: to=<"a, relay=x> b"@lab.example>, relay=none, delay=1, dsn=2.0.0, status=sent (ok)
            postfix/local[2]: 4A1: to=root@inside.example, orig_to=root@other.example, relay=local, delay=0.13, dsn=2.0.0, status=sent (ok)
            postfix/smtp[2]: 4A1: to=<u@lab.example>, relay=none, delay=1, dsn=4.3.0, status=deferred (busy)
            postfix/smtp[2]: 4A1: to=<u@lab.example>, relay=none, delay=9, dsn=2.0.0, status=sent (ok)
            postfix/smtp[2]: 4A1: to=<cut
            postfix/qmgr[3]: 4A1: removed
            """)
        #expect(found == ["192.0.2.1 lab.example 0", "192.0.2.1 other.example 0", "192.0.2.1 lab.example 0"])
        #expect(counts.unread == [.fields: 1])
    }

    @Test("a filter before the queue: the client is the one that it came for, unless that one has logged in")
    func beforeQueue() {
        let (found, _) = Self.told(
            """
            postfix/smtpd[1]: NOQUEUE: client=out.far.example[192.0.2.27]
            postfix/in/smtpd[2]: 4A1: client=localhost[127.0.0.1], orig_client=out.far.example[192.0.2.27]
            postfix/smtpd[1]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 4A1; \(Self.tail)
            postfix/lmtp[3]: 4A1: to=<u@lab.example>, relay=none, delay=0.3, dsn=2.0.0, status=sent (ok)
            postfix/smtpd[1]: NOQUEUE: client=home.example[192.0.2.28], sasl_method=PLAIN, sasl_username=max
            postfix/in/smtpd[2]: 4A2: client=localhost[127.0.0.1], orig_client=home.example[192.0.2.28]
            postfix/smtp[3]: 4A2: to=<friend@far.example>, relay=none, delay=0.3, dsn=2.0.0, status=sent (ok)
            """)
        #expect(found == ["192.0.2.27 lab.example 0"])
    }

    @Test("a filter before the queue whose other side logs elsewhere, or names no client: what it accepts counts")
    func beforeQueueAlone() {
        let (found, _) = Self.told(
            """
            postfix/smtpd[1]: NOQUEUE: client=out.far.example[192.0.2.27]
            postfix/in/smtpd[2]: 4A1: client=localhost[127.0.0.1]
            postfix/smtpd[1]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 4A1; \(Self.tail)
            postfix/lmtp[3]: 4A1: to=<u@lab.example>, relay=none, delay=0.3, dsn=2.0.0, status=sent (ok)
            postfix/smtpd[1]: NOQUEUE: client=home.example[192.0.2.28], sasl_method=PLAIN, sasl_username=max
            postfix/smtpd[1]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 4A2; \(Self.tail)
            """)
        #expect(found == ["192.0.2.27 lab.example 0"])
    }

    @Test("a filter behind the queue is not a sender, and no message counts twice, named or not, near or far")
    func afterQueue() {
        for (relay, client) in [
            (
                "127.0.0.1[127.0.0.1]:10024",
                "localhost[127.0.0.1], orig_queue_id=4A1, orig_client=mail.far.example[192.0.2.9]"
            ),
            (
                "amavis[172.18.0.7]:10024",
                "amavis.net[172.18.0.7], orig_queue_id=4A1, orig_client=mail.far.example[192.0.2.9]"
            ),
            ("amavis[172.18.0.7]:10024", "amavis.net[172.18.0.7]"),
            ("127.0.0.1[127.0.0.1]:10024", "localhost[127.0.0.1], orig_client=mail.far.example[192.0.2.9]"),
        ] {
            let (found, _) = Self.told(
                """
                postfix/smtpd[1]: 4A1: client=mail.far.example[192.0.2.9]
                postfix/smtpd[2]: 4B1: client=\(client)
                postfix/amavis/smtp[3]: 4A1: to=<u@lab.example>, relay=\(relay), delay=2.5, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4B1)
                postfix/qmgr[4]: 4A1: removed
                postfix/lmtp[5]: 4B1: to=<u@lab.example>, relay=none, delay=0.3, dsn=2.0.0, status=sent (ok)
                """)
            #expect(found == ["192.0.2.9 lab.example 0"], "\(client)")
        }
        // A remote server's reply says nothing of others' messages.
        let (found, _) = Self.told(
            """
            postfix/smtpd[1]: 4A1: client=mail.far.example[192.0.2.9]
            postfix/smtpd[2]: 4B1: client=other.example[192.0.2.10]
            postfix/smtp[3]: 4A1: to=<u@lab.example>, relay=evil.example[203.0.113.1]:25, delay=2.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4B1)
            postfix/lmtp[5]: 4B1: to=<u@lab.example>, relay=none, delay=0.3, dsn=2.0.0, status=sent (ok)
            """)
        #expect(found == ["192.0.2.9 lab.example 0", "192.0.2.10 lab.example 0"])
    }

    @Test("Sendmail: the server's own fields count, not what stands in addresses or message ids")
    func sendmail() {
        let (found, counts) = Self.told(
            """
            sm-mta[7]: 6A1: from=<", relay=x [203.0.113.1], authid="@far.example>, size=3, class=0, nrcpts=2, msgid=<1, relay=y [203.0.113.2]@far.example>, proto=ESMTP, daemon=MTA, relay=mail.far.example [192.0.2.1] (may be forged)
            sm-mta[8]: 6A1: to=<"a, delay=1>,"@lab.example>,<u@other.example>, delay=00:00:01, mailer=local, pri=60300, dsn=2.0.0, stat=Sent
            sm-mta[7]: 6A2: from=<d@far.example>, size=3, class=0, nrcpts=1, proto=ESMTP, daemon=MTA, relay=[IPv6:2001:db8::25]
            sm-mta[7]: 6A2: Milter: data, reject=550 5.7.1 Command rejected
            sm-mta[7]: 6A2: to=<u@lab.example>, delay=00:00:00, pri=30300, stat=Command rejected
            sm-mta[7]: 6A3: from=<d@far.example>, size=3, class=0, nrcpts=1, proto=ESMTP, daemon=MTA, relay=mail.far.example [192.0.2.3]
            sm-mta[7]: 6A3: to=|/usr/bin/filter, ctladdr=<list@lab.example> (8/0), delay=00:00:00, mailer=prog, stat=Sent
            sm-mta[9]: 6A4: AUTH=server, relay=home.example [192.0.2.4], mech=PLAIN, bits=0
            sm-mta[9]: 6A5: from=<max@lab.example>, size=3, class=0, nrcpts=1, proto=ESMTPA, daemon=MSA, relay=home.example [192.0.2.4]
            sm-mta[9]: 6A5: to=<friend@far.example>, delay=00:00:00, mailer=esmtp, stat=Sent
            sm-mta[9]: 6A6: ruleset=check_rcpt, arg1=<", relay=x [203.0.113.1], reject=550"@lab.example>, relay=pool.example [192.0.2.6], reject=451 4.7.1 later
            sm-mta[9]: 6A7: ruleset=check_mail, arg1=<a@b.example>, relay=pool.example [192.0.2.7], reject=553 5.1.8 no
            sm-mta[9]: 6A8: ruleset=check_rcpt, arg1=<u@lab.exam
            """)
        #expect(
            found == [
                "192.0.2.1 lab.example 0", "192.0.2.1 other.example 0", "2001:db8::25 lab.example 550",
                "192.0.2.3 lab.example 0", "192.0.2.6 lab.example 451",
            ])
        #expect(counts.unread == [.fields: 1])
    }

    @Test("lines of other mail servers are read as logs, and told to be nobody's")
    func otherServers() {
        var decoder = LogDecoder(years: .notAfter(UnixTime(seconds: 1_795_996_800)))
        for line in [
            "Nov  2 03:04:05 mx exim[1]: 1abc-000-AB <= s@far.example H=x [192.0.2.1] P=esmtp S=1",
            "Nov  2 03:04:05 mx smtpd[1]: smtp-in: New session 1 from host x [192.0.2.1]",
        ] { #expect((try? decoder.decode(Array(line.utf8)[...])) == []) }
        #expect(decoder.counts.ofServers == 0 && decoder.counts.malformed == 0)
        #expect(decoder.otherPrograms == ["exim", "smtpd"])
    }

    @Test("a mail server's line without a time is told as such")
    func withoutTime() {
        var decoder = LogDecoder(years: .notAfter(UnixTime(seconds: 1_795_996_800)))
        let line = "postfix/smtpd[1]: 4A1: client=x[192.0.2.1]"
        #expect(throws: LogFault.time) { try decoder.decode(Array(line.utf8)[...]) }
        #expect(decoder.counts.unread == [.time: 1])
    }
}
