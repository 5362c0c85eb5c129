import Captures
import LogLines
import SMTP
import Seeded
import Testing

/// Debug logs as Postfix 3.7 and Sendmail 8.17 write them (recorded from both, names invented), and quoted conversations.
struct MailLogDecoderTests {
    /// 2026-11-23 00:00:00 UTC.
    private static let reference = UnixTime(seconds: 1_795_392_000)

    private func decode(_ log: String, before reference: UnixTime = reference) -> (
        transcripts: [SessionTranscript], counts: MailLogDecoder.Counts
    ) {
        var decoder = MailLogDecoder(source: "mail.log", years: .notAfter(reference))
        var found: [SessionTranscript] = []
        for line in log.split(separator: "\n", omittingEmptySubsequences: false) {
            found += decoder.consume(Array(line.utf8)[...])
        }
        found += decoder.finish()
        return (found, decoder.counts)
    }

    private static let postfix = """
        Nov 22 03:44:49 mx postfix/smtpd[22369]: connection established
        Nov 22 03:44:49 mx postfix/smtpd[22369]: connect from client.example[192.0.2.5]
        Nov 22 03:44:49 mx postfix/smtpd[22369]: > client.example[192.0.2.5]: 220 mx.example ESMTP Postfix
        Nov 22 03:44:49 mx postfix/smtpd[22370]: connect from unknown[2001:db8::7]
        Nov 22 03:44:50 mx postfix/smtpd[22370]: > unknown[2001:db8::7]: 220 mx.example ESMTP Postfix
        Nov 22 03:44:50 mx postfix/smtpd[22369]: < client.example[192.0.2.5]: EHLO  c.example
        Nov 22 03:44:50 mx postfix/smtpd[22369]: match_list_match: client.example: no match
        Nov 22 03:44:50 mx postfix/smtpd[22369]: > client.example[192.0.2.5]: 250-mx.example
        Nov 22 03:44:50 mx postfix/smtpd[22369]: > client.example[192.0.2.5]: 250 CHUNKING
        Nov 22 03:44:51 mx postfix/smtpd[22370]: < unknown[2001:db8::7]: HELO bot
        Nov 22 03:44:51 mx postfix/smtpd[22369]: < client.example[192.0.2.5]: DATA
        Nov 22 03:44:51 mx postfix/smtpd[22369]: > client.example[192.0.2.5]: 354 End data with <CR><LF>.<CR><LF>
        Nov 22 03:44:52 mx postfix/smtpd[22369]: > client.example[192.0.2.5]: 250 2.0.0 Ok: queued as B394AFEC1E8
        Nov 22 03:44:52 mx postfix/smtpd[22370]: lost connection after HELO from unknown[2001:db8::7]
        Nov 22 03:44:52 mx postfix/smtpd[22370]: disconnect from unknown[2001:db8::7] helo=1 commands=1
        Nov 22 03:44:52 mx postfix/smtpd[22369]: < client.example[192.0.2.5]: QUIT
        Nov 22 03:44:52 mx postfix/smtpd[22369]: > client.example[192.0.2.5]: 221 2.0.0 Bye
        Nov 22 03:44:52 mx postfix/smtpd[22369]: disconnect from client.example[192.0.2.5] ehlo=1 data=1 quit=1 commands=3
        """

    @Test("smtpd -v: two sessions interleaved")
    func postfix() throws {
        let (found, counts) = decode(Self.postfix)
        #expect(found.map(\.id) == ["mail.log#4", "mail.log#2"])
        #expect(
            found.map(text) == [
                ["S 220 mx.example ESMTP Postfix\r\n", "C HELO bot\r\n"],
                [
                    "S 220 mx.example ESMTP Postfix\r\n", "C EHLO  c.example\r\n", "S 250-mx.example\r\n",
                    "S 250 CHUNKING\r\n", "C DATA\r\n", "S 354 End data with <CR><LF>.<CR><LF>\r\n",
                    "C [CUT]\r\n.\r\n", "S 250 2.0.0 Ok: queued as B394AFEC1E8\r\n", "C QUIT\r\n",
                    "S 221 2.0.0 Bye\r\n",
                ],
            ])
        let bot = try #require(found.first)
        #expect(bot.began == 1_795_319_089)
        #expect(bot.events.map(\.time) == [1_000_000, 2_000_000])
        #expect(bot.peers.client == ClientAddress("2001:db8::7") && bot.peers.clientName == nil)
        #expect(bot.closings == [.init(time: 3_000_000, isByClient: true, manner: .fin)])
        #expect(found[1].peers.clientName == "client.example" && found[1].origin == "transcript")
        #expect(counts.conversations == 2 && counts.unreadable == 0)
    }

    @Test("Times of RFC 3339, with any zone, and a year that the log does not say")
    func times() {
        for stamp in [
            "2026-11-22T03:44:49+00:00", "2026-11-22T04:44:49.000000+01:00", "2026-11-22T03:44:49Z",
            "2026-11-21 22:14:49-0530",
        ] {
            let (found, _) = decode(
                "\(stamp) mx postfix/smtpd[1]: connect from a.example[192.0.2.5]\n"
                    + "\(stamp) mx postfix/smtpd[1]: < a.example[192.0.2.5]: HELO x")
            #expect(found.map(\.began) == [1_795_319_089], "\(stamp)")
        }
        let december = "Dec 31 23:59:59 mx sendmail[1]: 6AM3: <-- HELO x"
        #expect(decode(december).transcripts.map(\.began) == [1_767_225_599])
        #expect(decode(december, before: UnixTime(seconds: 1_798_761_600)).transcripts.map(\.began) == [1_798_761_599])
        #expect(
            decode("Feb 29 00:00:00 mx sendmail[1]: 6AM3: <-- HELO x", before: UnixTime(seconds: 1_709_164_800))
                .transcripts.map(\.began) == [1_709_164_800])
    }

    @Test(
        "A session is the same, whatever logger or container has written it",
        arguments: [
            ("rsyslog", "Apr 28 13:11:39 mx1 postfix/smtpd[7]: ", ""),
            ("BSD", "Apr 28 13:11:39 <mail.info> mx1 postfix/smtpd[7]: ", ""),
            ("busybox", "Apr 28 13:11:39 mx1 mail.info postfix/smtpd[7]: ", ""),
            ("Solaris", "Apr 28 13:11:39 mx1 postfix/smtpd[7]: [ID 197553 mail.info] ", ""),
            ("docker logs -t", "2026-04-28T13:11:39.604074169Z Apr 28 15:11:39 mail postfix/smtpd[7]: ", ""),
            ("a level for the host", "2026-04-28T05:11:39.698773-08:00 INFO    postfix/smtpd[7]: ", ""),
            ("another name", "Apr 28 13:11:39 mx1 mx-in/smtpd[7]: ", ""),
            ("RFC 5424", "<22>1 2026-04-28T13:11:39.123456+00:00 mx1 postfix/smtpd 7 - - ", ""),
            ("a time only", "Apr 28 13:11:39 postfix/smtpd[7]: ", ""), ("no time", "postfix/smtpd[7]: ", ""),
            ("journalctl -o short-unix", "1777381899.123456 mx1 postfix/smtpd[7]: ", ""),
            (
                "journalctl -o json",
                #"{"__REALTIME_TIMESTAMP":"1777381899000001","SYSLOG_IDENTIFIER":"postfix/smtpd","_PID":"7","MESSAGE":""#,
                #""}"#
            ),
            (
                "docker json-file", #"{"time":"2026-04-28T13:11:39Z","log":"Apr 28 15:11:39 mx1 postfix/smtpd[7]: "#,
                #"\n"}"#
            ),
            (
                "journalctl -o export",
                "__REALTIME_TIMESTAMP=1777381899000001\nSYSLOG_IDENTIFIER=postfix/smtpd\n_PID=7\nMESSAGE=", "\n"
            ),
        ])
    func loggers(name: String, head: String, tail: String) throws {
        let session = [
            "connect from a.example[192.0.2.5]", "> a.example[192.0.2.5]: 220 mx1 ESMTP",
            "< a.example[192.0.2.5]: HELO x",
            "> a.example[192.0.2.5]: 250 mx1", "< a.example[192.0.2.5]: NOOP", "> a.example[192.0.2.5]: 250 2.0.0 Ok",
            "disconnect from a.example[192.0.2.5]",
        ].map { head + $0 + tail }.joined(separator: "\n")
        let lines = session.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf8)[...] }
        let framing = try #require(lines.lazy.compactMap { LogFraming(of: $0) }.first)
        var decoder = MailLogDecoder(source: "log", framing: framing, years: .notAfter(Self.reference))
        var found: [SessionTranscript] = []
        for line in lines { found += decoder.consume(line) }
        found += decoder.finish()
        #expect(
            found.map(text) == [
                [
                    "S 220 mx1 ESMTP\r\n", "C HELO x\r\n", "S 250 mx1\r\n", "C NOOP\r\n", "S 250 2.0.0 Ok\r\n",
                ]
            ], "\(name)")
        #expect(found.first?.peers.client == ClientAddress("192.0.2.5"))
        #expect(found.first?.began.map { Int($0) } == (name == "no time" ? nil : 1_777_381_899), "\(name)")
        #expect(decoder.counts.unreadable == 0 && decoder.counts.ofServers == 7)
    }

    @Test(
        "A folded line is said as often as it says, two hosts' processes are two, and a line without a process is counted"
    )
    func folded() {
        let (found, counts) = decode(
            """
            Nov 22 03:44:49 mx1 postfix/smtpd[1]: < a[192.0.2.5]: NOOP
            Nov 22 03:44:49 mx1 last message repeated 2 times
            Nov 22 03:44:49 mx1 postfix/smtpd[1]: message repeated 2 times: [ < a[192.0.2.5]: RSET]
            Nov 22 03:44:49 mx2 postfix/smtpd[1]: < b[192.0.2.6]: QUIT
            Nov 22 03:44:49 mx2 postfix/smtpd: < b[192.0.2.6]: QUIT
            """)
        #expect(
            found.map(text) == [
                Array(repeating: "C NOOP\r\n", count: 3) + Array(repeating: "C RSET\r\n", count: 2), ["C QUIT\r\n"],
            ])
        #expect(counts.withoutProcess == 1)
        // No count makes a session larger than it may be.
        let many = decode(
            "Nov 22 03:44:49 mx1 postfix/smtpd[1]: < a[192.0.2.5]: NOOP\n"
                + String(repeating: "Nov 22 03:44:49 mx1 last message repeated 999999999 times\n", count: 20))
        #expect(many.transcripts.map { $0.events.count } == [16_384])
    }

    @Test("A command filter that logs: commands without replies")
    func commandFilter() {
        let (found, _) = decode(
            """
            Nov 22 03:49:50 mx postfix/smtpd[15983]: connect from c.example[192.0.2.5]:54310
            Nov 22 03:49:50 mx postfix/smtpd[15983]: c.example[192.0.2.5]:54310: replacing command "EHLO  "x" with "y" with "EHLO  "x" with "y"
            Nov 22 03:49:50 mx postfix/smtpd[15983]: c.example[192.0.2.5]:54310: replacing command "mail FROM:<a@a.example>" with "mail FROM:<a@a.example>"
            Nov 22 03:49:50 mx postfix/smtpd[15983]: 22A1DFED151: client=c.example[192.0.2.5]:54310
            Nov 22 03:49:50 mx postfix/smtpd[15983]: c.example[192.0.2.5]:54310: replacing command "DATA" with "DATA"
            Nov 22 03:49:50 mx postfix/smtpd[15983]: c.example[192.0.2.5]:54310: replacing command "QUIT" with "QUIT"
            Nov 22 03:49:50 mx postfix/smtpd[15983]: disconnect from c.example[192.0.2.5]:54310 ehlo=1 quit=1 commands=4
            """)
        #expect(
            found.map(text) == [
                [
                    "C EHLO  \"x\" with \"y\r\n", "C mail FROM:<a@a.example>\r\n", "C DATA\r\n", "C [CUT]\r\n.\r\n",
                    "C QUIT\r\n",
                ]
            ])
        #expect(found.first?.peers.clientPort == 54_310)
    }

    @Test("Sendmail from log level 15 on: bytes in octal, secrets, a queue id that changes within the session")
    func sendmail() {
        let (found, counts) = decode(
            """
            Nov 22 04:00:00 mx sm-mta[963]: NOQUEUE: connect from c.example [192.0.2.5]
            Nov 22 04:00:00 mx sm-mta[963]: 6AM3uxwP000963: Milter: no active filter
            Nov 22 04:00:00 mx sm-mta[963]: 6AM3uxwP000963: --- 220 mx.example ESMTP Sendmail 8.17.1.9
            Nov 22 04:00:01 mx sm-mta[963]: 6AM3uxwP000963: <-- EHLO  c.example
            Nov 22 04:00:01 mx sm-mta[963]: 6AM3uxwP000963: --- 250-mx.example Hello c.example [192.0.2.5]
            Nov 22 04:00:01 mx sm-mta[963]: 6AM3uxwP000963: --- 250 HELP
            Nov 22 04:00:01 mx sm-mta[963]: 6AM3uxwP000963: <-- DATA
            Nov 22 04:00:01 mx sm-mta[963]: 6AM3uxwP000963: --- 354 End data with <CR><LF>.<CR><LF>
            Nov 22 04:00:01 mx sm-mta[963]: 6AM3uxwP000963: --- 421 4.4.1 collect: unexpected close
            Nov 22 04:00:01 mx sm-mta[963]: 6AM3uxwR000963: <-- FOO bar \\001\\377\\9
            Nov 22 04:00:01 mx sm-mta[963]: 6AM3uxwR000963: <-- AUTH PLAIN AGZvbwBiYXI=
            Nov 22 04:00:01 mx sm-mta[963]: 6AM3uxwR000963: <-- AUTH LOGIN
            Nov 22 04:00:01 mx sm-mta[963]: 6AM3uxwR000963: --- 334 VXNlcm5hbWU6
            Nov 22 04:00:01 mx sm-mta[963]: 6AM3uxwR000963: <-- Zm9v
            Nov 22 04:00:02 mx sm-mta[964]: NOQUEUE: connect from [192.0.2.6]
            """)
        #expect(found.count == 1 && counts.empty == 1)
        let said = found.map(text)[0]
        #expect(said.count == 12 && !said.contains { $0.contains("[CUT]") })
        #expect(said[7] == "C FOO bar \u{1}\u{ff}\\9\r\n")
        #expect(
            said[8...] == ["C AUTH PLAIN xxxxxxxx\r\n", "C xxxxxxxx\r\n", "S 334 xxxxxxxx\r\n", "C xxxxxxxx\r\n"])
        #expect(found[0].peers.clientName == "c.example")
    }

    @Test("Quoted conversations; a greeting begins the next, the answer to STARTTLS does not")
    func quoted() {
        let (found, counts) = decode(
            """
            S: 220 mx.example ESMTP
            C: EHLO x
            S: 250 STARTTLS
            C: STARTTLS
            S: 220 go on
            C: EHLO x

            S: 220-mx.example
            S: 220 ESMTP
             C:HELO y
            what is this?
            """)
        #expect(
            found.map(text) == [
                [
                    "S 220 mx.example ESMTP\r\n", "C EHLO x\r\n", "S 250 STARTTLS\r\n", "C STARTTLS\r\n",
                    "S 220 go on\r\n",
                    "C EHLO x\r\n",
                ], ["S 220-mx.example\r\n", "S 220 ESMTP\r\n", "C HELO y\r\n"],
            ])
        #expect(found.allSatisfy { $0.began == nil })
        #expect(counts.unreadable == 1)
    }

    @Test("An ordinary log shows no sessions, and is no fault")
    func ordinary() {
        let (found, counts) = decode(
            """
            Nov 22 03:49:50 mx postfix/qmgr[22288]: 22A1DFED151: from=<c@c.example>, size=293, nrcpt=1 (queue active)
            Nov 22 03:49:50 mx postfix/cleanup[1]: 22A1DFED151: message-id=<20261122034950.22A1DFED151@mx.example>
            Nov 22 03:49:50 mx kernel: <-- hello
            """)
        #expect(found.isEmpty && counts.dialogue == 0)
    }

    @Test("A log of more sessions than are held at once loses none")
    func many() {
        var decoder = MailLogDecoder(source: "mail.log", years: .notAfter(Self.reference))
        var count = 0
        for number in 1...9_000 {
            count += decoder.consume(Array("Nov 22 03:44:49 mx sendmail[\(number)]: 6AM3: <-- HELO x".utf8)[...]).count
        }
        #expect(count > 500)
        #expect(count + decoder.finish().count == 9_000)
        #expect(decoder.counts.flushed == count)
    }

    @Test("Lines cut, joined and changed at random crash nothing", arguments: 0..<40)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let lines = Self.postfix.split(separator: "\n").map { Array($0.utf8) }
        var decoder = MailLogDecoder(source: "mail.log", years: .notAfter(Self.reference))
        var count = 0
        for _ in 0..<500 {
            var line = lines.randomElement(using: &generator) ?? []
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: line = Array(line.prefix(.random(in: 0...line.count, using: &generator)))
            case 1: line = Array(line.suffix(.random(in: 0...line.count, using: &generator)))
            case 2: line += lines.randomElement(using: &generator) ?? []
            default: break
            }
            for _ in 0..<Int.random(in: 0...3, using: &generator) where !line.isEmpty {
                line[Int.random(in: 0..<line.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            count += decoder.consume(line[...]).count
        }
        #expect(count + decoder.finish().count == decoder.counts.conversations)
        #expect(decoder.counts.lines == 500)
    }
}
