import LogLines
import SMTP
import Seeded
import Testing

@Suite("Lines of logs, whoever wrote them")
struct LogLineReaderTests {
    /// 2026-11-30 00:00:00 UTC.
    private static let reference = UnixTime(seconds: 1_795_996_800)

    private static func lines(
        _ text: String, framing: LogFraming? = nil, years: YearRule = .notAfter(reference), zone: Int64 = 0
    ) -> [LogLine] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf8)[...] }
        var reader = LogLineReader(
            framing: framing ?? lines.lazy.compactMap { LogFraming(of: $0) }.first ?? .text, years: years,
            zone: { _ in zone })
        return lines.compactMap { if case .line(let line) = reader.read($0) { line } else { nil } }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// 2026-04-28 13:11:39 UTC.
    private static let time: Int64 = 1_777_381_899

    @Test(
        "every logger's line is the same line",
        arguments: [
            ("rsyslog", "Apr 28 13:11:39 mx1 postfix/smtpd[273]: connect from a"),
            ("rsyslog, RFC 3339", "2026-04-28T15:11:39.5+02:00 mx1 postfix/smtpd[273]: connect from a"),
            ("a blank for the T", "2026-04-28 13:11:39,500 +0000 mx1 postfix/smtpd[273]: connect from a"),
            ("slashes", "2026/04/28 13:11:39 mx1 postfix/smtpd[273]: connect from a"),
            ("BSD, verbose", "Apr 28 13:11:39 <mail.info> mx1 postfix/smtpd[273]: connect from a"),
            ("BSD, numbers", "Apr 28 13:11:39 <2.6> mx1 postfix/smtpd[273]: connect from a"),
            ("busybox", "Apr 28 13:11:39 mx1 mail.info postfix/smtpd[273]: connect from a"),
            ("Solaris", "Apr 28 13:11:39 mx1 postfix/smtpd[273]: [ID 197553 mail.info] connect from a"),
            (
                "docker logs -t",
                "2026-04-28T13:11:39.604074169Z Apr 28 15:11:39 mail postfix/smtpd[273]: connect from a"
            ),
            ("docker, no inner time", "2026-04-28T13:11:39.604074169Z postfix/smtpd[273]: connect from a"),
            ("no host", "Apr 28 13:11:39 postfix/smtpd[273]: connect from a"),
            ("a level for the host", "2026-04-28T05:11:39.698-08:00 INFO    postfix/smtpd[273]: connect from a"),
            ("journalctl -o short-precise", "Apr 28 13:11:39.123456 mx1 postfix/smtpd[273]: connect from a"),
            ("journalctl -o short-full", "Tue 2026-04-28 15:11:39 CEST mx1 postfix/smtpd[273]: connect from a"),
            ("journalctl -o short-iso", "2026-04-28T13:11:39+0000 mx1 postfix/smtpd[273]: connect from a"),
            ("journalctl -o short-unix", "1777381899.123456 mx1 postfix/smtpd[273]: connect from a"),
            ("RFC 5424", "<22>1 2026-04-28T13:11:39.123456+00:00 mx1 postfix/smtpd 273 - - connect from a"),
            (
                "RFC 5424 with data",
                #"<22>1 2026-04-28T13:11:39Z mx1 postfix/smtpd 273 ID47 [x@1 a="\"]" b="1"][y] connect from a"#
            ), ("a priority before RFC 3164", "<22>Apr 28 13:11:39 mx1 postfix/smtpd[273]: connect from a"),
            ("syslog-ng, full date", "2026 Apr 28 13:11:39 mx1 postfix/smtpd[273]: connect from a"),
            ("ctime", "Tue Apr 28 13:11:39 2026 mx1 postfix/smtpd[273]: connect from a"),
            ("Kubernetes", "2026-04-28T13:11:39.604Z stdout F Apr 28 09:00:00 mx1 postfix/smtpd[273]: connect from a"),
            ("docker compose", "mailcow-postfix-1  | Apr 28 13:11:39 mx1 postfix/smtpd[273]: connect from a"),
            ("kubectl --prefix", "[pod/mx-0/postfix] Apr 28 13:11:39 mx1 postfix/smtpd[273]: connect from a"),
            (
                "a line in a line",
                "Apr 28 13:11:39 host docker[9]: Apr 28 11:11:39 mx1 postfix/smtpd[273]: connect from a"
            ),
            (
                "a line with a zone in one without",
                "Apr 28 01:02:03 host podman[9]: 2026-04-28T13:11:39Z mx1 postfix/smtpd[273]: connect from a"
            ),
            (
                "journalctl -o json",
                #"{"__REALTIME_TIMESTAMP":"1777381899000001","SYSLOG_IDENTIFIER":"postfix/smtpd","_PID":"273","MESSAGE":"connect from a"}"#
            ),
            (
                "a journal's lists and numbers",
                #"{"__REALTIME_TIMESTAMP":1777381899000001,"SYSLOG_IDENTIFIER":["postfix/smtpd","x"],"_PID":273,"MESSAGE":[99,111,110,110,101,99,116,32,102,114,111,109,32,97]}"#
            ),
            (
                "a journal without identifier",
                #"{"__REALTIME_TIMESTAMP":"1777381899000001","_COMM":"smtpd","_SYSTEMD_UNIT":"postfix@-.service","_PID":"273","MESSAGE":"connect from a"}"#
            ),
            (
                "docker json-file",
                #"{"log":"Apr 28 09:11:39 mx1 postfix/smtpd[273]: connect from a\n","stream":"stdout","time":"2026-04-28T13:11:39.604074169Z"}"#
            ),
            (
                "a shipper's JSON",
                #"{"@timestamp":"2026-04-28T13:11:39.604Z","message":"Apr 28 09:11:39 mx1 postfix/smtpd[273]: connect from a"}"#
            ),
            (
                "journalctl -o export",
                "__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1777381899000001\nSYSLOG_IDENTIFIER=postfix/smtpd\n_PID=273\nMESSAGE=connect from a\n"
            ),
        ])
    func forms(name: String, text: String) throws {
        let line = try #require(Self.lines(text).first, "\(name)")
        #expect(Self.text(line.program) == "postfix/smtpd", "\(name)")
        #expect(line.process == 273, "\(name)")
        #expect(Self.text(line.message) == "connect from a", "\(name)")
        #expect(line.time?.seconds == Self.time, "\(name)")
        #expect(line.count == 1)
    }

    @Test("a line without a time is read if it names a mail server and a process; other text with a colon is not")
    func withoutTime() {
        #expect(Self.lines("postfix/smtpd[273]: connect from a").first?.time == nil)
        #expect(Self.lines("postfix/smtpd[273]: connect from a").first?.process == 273)
        for text in ["C: EHLO x", "S: 220 a", "note: this", "postfix/smtpd: x", "hello world", "a postfix/smtpd[1]: x"]
        {
            #expect(Self.lines(text, framing: .text).isEmpty, "\(text)")
        }
    }

    @Test(
        "names of mail servers",
        arguments: [
            ("postfix/smtpd", true), ("postfix/submission/smtpd", true), ("postfix-out/qmgr", true),
            ("mx-in/smtpd", true),
            ("transfer/lmtp", true), ("sm-mta", true), ("sm-acceptingconnections", true), ("sendmail", true),
            ("smtpd", false), ("dovecot", false), ("exim4", false), ("opendkim", false), ("a/b", false), ("", false),
        ])
    func servers(program: String, isServer: Bool) {
        #expect(MailServerProgram(Array(program.utf8)[...]).isMailServer == isServer)
    }

    @Test("a name that a client has chosen cannot make a line of another program one of a mail server")
    func forged() {
        for said in [
            "Invalid user postfix/smtpd[1]: NOQUEUE: reject", "postfix/smtpd[1]: NOQUEUE: reject",
            "x | Apr 28 13:11:39 mx1 postfix/smtpd[1]: NOQUEUE: reject",
        ] {
            let line = Self.lines("Apr 28 13:11:39 mx1 sshd[9]: \(said)").first
            #expect(line.map { Self.text($0.program) } == "sshd", "\(said)")
        }
    }

    @Test("folded lines: how often, by whom, and what")
    func folded() {
        let first = "Apr 28 13:11:39 mx1 postfix/smtpd[1]: lost"
        for (second, count) in [
            ("Apr 28 13:11:40 mx1 last message repeated 3 times", 3),
            ("Apr 28 13:11:40 last message repeated 1 time", 1),
            ("Apr 28 13:11:40 mx1 syslogd: last message repeated 3 times", 3),
            ("Apr 28 13:11:40 <mail.info> mx1 last message repeated 3 times", 3),
            ("Apr 28 13:11:40 mx1 --- last message repeated 3 times ---", 3),
            ("Apr 28 13:11:40 mx1 postfix/smtpd[1]: last message repeated 3 times", 3),
            ("Apr 28 13:11:40 mx1 postfix/smtpd[1]: message repeated 3 times: [ lost]", 3),
            (
                "Apr 28 13:11:40 mx1 postfix/smtpd[1]: Last message 'lost' repeated 3 times, suppressed by syslog-ng on mx1",
                3
            ),
            ("Apr 28 13:11:40 mx1 last message repeated 999999999999999999 times", 100_000),
        ] {
            let lines = Self.lines(first + "\n" + second)
            #expect(lines.map(\.count) == [1, count], "\(second)")
            #expect(lines.last.map { Self.text($0.message) } == "lost", "\(second)")
            #expect(lines.last?.time?.seconds == Self.time + 1, "\(second)")
        }
        let other = Self.lines(first + "\nApr 28 13:11:40 mx1 cron[1]: last message repeated 3 times")
        #expect(other.map(\.count) == [1, 1])
        #expect(Self.lines("Apr 28 13:11:40 mx1 last message repeated 3 times").map(\.count) == [1])
    }

    @Test("in the log of several hosts a folded line repeats the last one of its own host")
    func foldedByHost() {
        let lines = Self.lines(
            """
            Apr 28 13:11:39 mx1 postfix/smtpd[1]: one
            Apr 28 13:11:39 mx2 postfix/smtpd[2]: two
            Apr 28 13:11:40 mx1 last message repeated 2 times
            Apr 28 13:11:40 mx2 last message repeated 3 times
            Apr 28 13:11:40 mx3 last message repeated 4 times
            """)
        #expect(lines.map { Self.text($0.message) }.prefix(4) == ["one", "two", "one", "two"])
        #expect(lines.map(\.count) == [1, 1, 2, 3, 1])
        #expect(lines.last?.program.isEmpty == true)
    }

    @Test("of a line that Kubernetes has split only the beginning is read")
    func split() {
        let lines = Self.lines(
            """
            2026-04-28T13:11:39Z stdout P Apr 28 13:11:39 mx1 postfix/smtpd[1]: beginning
            2026-04-28T13:11:39Z stdout F Apr 28 13:11:39 mx1 postfix/smtpd[1]: end
            2026-04-28T13:11:39Z stdout F Apr 28 13:11:39 mx1 postfix/smtpd[1]: next
            """)
        #expect(lines.map { Self.text($0.message) } == ["beginning", "next"])
    }

    @Test(
        "times that lack a year or a zone are read by what is said of them",
        arguments: [
            // A New Year between December and January, and a day that the year lacks.
            ("Dec 31 23:59:59", YearRule.notAfter(UnixTime(seconds: 1_767_300_000)), 0, 1_767_225_599),
            ("Jan 01 00:00:00", .notAfter(UnixTime(seconds: 1_767_300_000)), 0, 1_767_225_600),
            ("Feb 29 00:00:00", .notAfter(reference), 0, 1_709_164_800),
            ("Mar 7 02:09:33", .notAfter(reference), 0, 1_772_849_373),
            ("Mar  7 02:09:33", .startingIn(2025), 3_600, 1_741_309_773),
            ("2026-04-28T13:11:39", .notAfter(reference), 7_200, time - 7_200),
            ("Tue 2026-04-28 13:11:39 XYZ", .notAfter(reference), 7_200, time - 7_200),
            ("Apr 28 13:11:60", .notAfter(reference), 0, time + 21),
        ] as [(String, YearRule, Int64, Int64)])
    func times(stamp: String, years: YearRule, zone: Int64, seconds: Int64) {
        let line = Self.lines("\(stamp) mx postfix/smtpd[1]: x", framing: .text, years: years, zone: zone).first
        #expect(line?.time?.seconds == seconds)
    }

    @Test("with the first year given, a date half a year before the last one begins the next year")
    func newYear() {
        let lines = Self.lines(
            "Dec 31 23:59:59 mx postfix/smtpd[1]: x\nJan  1 00:00:00 mx postfix/smtpd[1]: x", years: .startingIn(2025))
        #expect(lines.map { $0.time?.seconds } == [1_767_225_599, 1_767_225_600])
    }

    @Test(
        "absurd times are not times, whatever the rule",
        arguments: [
            "Foo 28 13:11:39", "Apr 32 13:11:39", "Apr 00 13:11:39", "Apr 28 24:00:00", "Apr 28 13:60:00",
            "led 30 22:13:54",
            "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z",
            "9999-12-31T23:59:59-24:00", "2026-04-28T13:11:39+99:99", "99999999999999999999.1", "1777381899.",
        ])
    func absurd(stamp: String) {
        for years in [
            YearRule.notAfter(UnixTime(seconds: .max)), .notAfter(UnixTime(seconds: .min)), .startingIn(.max),
        ] {
            #expect(Self.lines("\(stamp) mx postfix/smtpd[1]: x", framing: .text, years: years).isEmpty)
            _ = Self.lines("Apr 28 13:11:39 mx postfix/smtpd[1]: x", framing: .text, years: years, zone: .min)
        }
    }

    @Test("JSON and journal entries that are damaged or no log are faults; empty lines are nothing")
    func damaged() {
        var reader = LogLineReader(framing: .json, years: .notAfter(Self.reference))
        for text in [
            "{", "[]", "{}", #"{"log":"x"}"#, #"{"t":1,"ip":"192.0.2.1","recipient":"a@b.example"}"#,
            #"{"time":"2026-04-28T13:11:39Z"}"#,
        ] {
            guard case .unread(.entry) = reader.read(Array(text.utf8)[...]) else {
                Issue.record("taken: \(text)")
                continue
            }
            #expect(LogFraming(of: Array(text.utf8)[...]) == nil, "\(text)")
        }
        guard case .more = reader.read([]) else {
            Issue.record("an empty line is something")
            return
        }
        #expect(Self.lines(#"{"__REALTIME_TIMESTAMP":"99999999999999999","MESSAGE":"x"}"#, framing: .json).count == 1)
        #expect(Self.lines("{\"__REALTIME_TIMESTAMP\":\"999999999999999999\",\"MESSAGE\":\"x\"}").first?.time == nil)
    }

    @Test("lines cut, joined and changed at random trap nothing", arguments: 0..<20)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let samples = [
            "Apr 28 13:11:39 <2.6> mx1 postfix/smtpd[273]: [ID 1 mail.info] message repeated 2 times: [ x]",
            "<22>1 2026-04-28T13:11:39.123456+00:00 mx1 postfix/smtpd 273 - [a b=\"\\\"\"] connect",
            "2026-04-28T13:11:39.6Z stdout F Apr 28 09:00:00 mx1 docker[1]: Apr 28 09:00:00 mx1 postfix/smtpd[273]: x",
            #"{"log":"Apr 28 09:11:39 mx1 sm-mta[273]: x\n","stream":"stdout","time":"2026-04-28T13:11:39.6Z"}"#,
            "__REALTIME_TIMESTAMP=1777381899000001", "MESSAGE=x",
            "Tue 2026-04-28 15:11:39 CEST mx1 last message repeated 3 times",
        ].map { Array($0.utf8) }
        for framing in LogFraming.allCases {
            var reader = LogLineReader(framing: framing, years: .notAfter(Self.reference))
            for _ in 0..<500 {
                var line = samples.randomElement(using: &generator) ?? []
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: line = Array(line.prefix(.random(in: 0...line.count, using: &generator)))
                case 1: line = Array(line.suffix(.random(in: 0...line.count, using: &generator)))
                case 2: line += samples.randomElement(using: &generator) ?? []
                default: break
                }
                for _ in 0..<Int.random(in: 0...3, using: &generator) where !line.isEmpty {
                    line[Int.random(in: 0..<line.count, using: &generator)] = .random(in: 0...255, using: &generator)
                }
                if case .line(let read) = reader.read(line[...]) { #expect(read.count >= 1) }
                _ = LogLineReader.time(of: line[...], framing: framing, years: .startingIn(2_026))
            }
        }
    }
}
