import DialectLearning
import Dialects
import SMTP
import Testing

/// What of a session makes its fingerprints, and what does not.
struct SessionFingerprintTests {
    /// A conversation of lines and codes, `MAIL FROM:<a@b.example>|250`; `.` is a mail with these headers.
    private func dialogue(_ lines: [String], headers: String = "From: a\r\nTo: b\r\n") -> Dialogue {
        var dialogue = Dialogue(greeting: .plain(220), exchanges: [])
        for line in lines {
            let halves = line.split(separator: "|", omittingEmptySubsequences: false)
            let reply = halves.count > 1 ? UInt16(halves[1]).map { ServerReply.plain($0) } : nil
            let message =
                halves[0] == "."
                ? ClientMessage(kind: .content, bytes: Array(headers.utf8)) : ClientMessage(String(halves[0]))
            dialogue.exchanges.append(Dialogue.Exchange(message: message, reply: reply))
        }
        return dialogue
    }

    private static let plain = [
        "EHLO mail.a.example|250", "MAIL FROM:<x@a.example> SIZE=100|250", "RCPT TO:<y@b.example>|250", "DATA|354",
        ".|250", "QUIT|221",
    ]

    private func with(_ replacements: [String: [String]]) -> [String] {
        Self.plain.flatMap { line in replacements.first { line.hasPrefix($0.key) }?.value ?? [line] }
    }

    @Test(arguments: Vantage.allCases)
    func whatVariesWithinAProgramDoesNotCount(at vantage: Vantage) {
        let usual = dialogue(Self.plain).fingerprints(at: vantage)
        let variants = [
            with(["EHLO": ["EHLO other.host.example|250"], "MAIL": ["MAIL FROM:<> SIZE=99999 BODY=8BITMIME|250"]]),
            with(["RCPT": ["RCPT TO:<p@b.example> NOTIFY=NEVER|250", "RCPT TO:<q@b.example>|550"]]),
            with(["RCPT": (1...30).map { "RCPT TO:<u\($0)@b.example>|250" }]),
            Self.plain.dropLast() + Self.plain.dropFirst(),
            Self.plain.dropLast() + ["RSET|250"] + Self.plain.dropFirst(),
            with(["MAIL": ["MAIL FROM:<no@a.example> SIZE=1|450", Self.plain[1]]]),
        ]
        for variant in variants { #expect(dialogue(variant).fingerprints(at: vantage) == usual, "\(variant)") }
        #expect(dialogue(with(["EHLO": ["EHLO label|250"]])).fingerprints(at: vantage).course == usual.course)
    }

    @Test func tlsIsNoDialect() {
        var encrypted = dialogue(
            with(["EHLO": ["EHLO mail.a.example|250", "STARTTLS|220", "EHLO mail.a.example|250"]]))
        encrypted.exchanges.insert(.init(message: ClientMessage(kind: .tls, bytes: []), reply: nil), at: 2)
        #expect(encrypted.fingerprints(at: .wire) == dialogue(Self.plain).fingerprints(at: .wire))
        #expect(encrypted.fingerprints(at: .milterSendmail) == dialogue(Self.plain).fingerprints(at: .milterSendmail))
    }

    @Test func spellingCountsWhereItShows() {
        let usual = dialogue(Self.plain)
        for (verb, line) in [
            ("EHLO", "ehlo mail.a.example|250"), ("EHLO", "EHLO [192.0.2.7]|250"),
            ("MAIL", "MAIL FROM: <x@a.example> SIZE=1|250"),
            ("MAIL", "MAIL From:<x@a.example> SIZE=1|250"), ("MAIL", "MAIL FROM:<x@a.example>|250"),
            ("RCPT", "RCPT TO:y@b.example|250"), ("RCPT", "rcpt TO:<y@b.example>|250"),
        ] {
            let other = dialogue(with([verb: [line]]))
            #expect(other.fingerprints(at: .wire).speech != usual.fingerprints(at: .wire).speech, "\(line)")
        }
        let spelt = dialogue(with(["MAIL": ["mail From:  <x@a.example>   SIZE=1|250"]]))
        #expect(spelt.fingerprints(at: .milterPostfix) == usual.fingerprints(at: .milterPostfix))
        let bare = dialogue(with(["MAIL": ["MAIL FROM:x@a.example SIZE=1|250"]]))
        #expect(bare.fingerprints(at: .milterPostfix).speech != usual.fingerprints(at: .milterPostfix).speech)
    }

    @Test func theGreetingsCommandCountsWhereItIsTold() {
        let plain = dialogue(with(["EHLO": ["HELO mail.a.example|250"]]))
        let usual = dialogue(Self.plain)
        #expect(plain.fingerprints(at: .milterPostfix) == usual.fingerprints(at: .milterPostfix))
        #expect(plain.fingerprints(at: .milterSendmail).speech != usual.fingerprints(at: .milterSendmail).speech)
        #expect(plain.fingerprints(at: .wire).speech != usual.fingerprints(at: .wire).speech)
    }

    @Test func refusedAndDeliveredSessionsSpeakAlike() {
        let refused = dialogue(with(["RCPT": ["RCPT TO:<y@b.example>|550"], "DATA": ["RSET|250"], ".": []]))
        let delivered = dialogue(Self.plain)
        for vantage in Vantage.allCases {
            let (one, other) = (refused.fingerprints(at: vantage), delivered.fingerprints(at: vantage))
            #expect(one.speech == other.speech)
            #expect(one.course != other.course)
        }
    }

    @Test func headersAndEndingLieInTheLowerHalf() {
        let usual = dialogue(Self.plain).fingerprints(at: .wire)
        let headers = dialogue(Self.plain, headers: "To: b\r\nFrom: a\r\n").fingerprints(at: .wire)
        #expect(headers.course == usual.course && headers.trace != usual.trace && headers.greeting != usual.greeting)
        var left = dialogue(Self.plain.dropLast())
        left.closings = [.init(time: 9, isByClient: true, manner: .rst)]
        let ending = left.fingerprints(at: .wire)
        #expect(ending.course == usual.course && ending.trace != usual.trace && ending.greeting == usual.greeting)
    }

    @Test func orderBeforeTheFirstMailCounts() {
        let reset = dialogue(with(["EHLO": ["EHLO mail.a.example|250", "RSET|250"]])).fingerprints(at: .wire)
        #expect(reset.speech != dialogue(Self.plain).fingerprints(at: .wire).speech)
        #expect(reset.shape == "EHLO name; RSET; MAIL FROM:<> SIZE; RCPT TO:<>; DATA; message")
    }

    @Test func noVantageSharesAFingerprint() {
        let prints = Vantage.allCases.map { dialogue(Self.plain).fingerprints(at: $0) }
        #expect(Set(prints.map(\.speech)).count == prints.count)
        #expect(Set(prints.map(\.course)).count == prints.count)
        #expect(Set(prints.map(\.greeting)).count == prints.count)
    }

    @Test func whatIsNotMailIsTold() {
        let junk = dialogue(["GET / HTTP/1.1|500", "Host: secret.example|500", "\u{1}\u{2}|500"])
        #expect(junk.fingerprints(at: .wire).shape == "greets not; GET; Host; {junk}")
        #expect(
            dialogue(["EHLO hydra|250", "AUTH LOGIN dGVzdA==|334"]).fingerprints(at: .wire).shape
                == "EHLO label; AUTH LOGIN")
        #expect(dialogue(["EHLO a.example|250"]).fingerprints(at: .milterPostfix).shape == "greets full-name")
    }

    @Test func aStrangersFloodIsBounded() {
        let words = (0..<5_000).map { _ in "NOOP|250" } + (0..<5_000).map { "X\(["A", "B", "CDE"][$0 % 3])|500" }
        let print = dialogue(["EHLO a.example|250"] + words).fingerprints(at: .wire)
        #expect(print.shape.utf8.count <= DialectFingerprints.longestShape && print.shape.hasSuffix("..."))
        #expect(DialectFingerprints(text: print.text) == print)
    }

    @Test func textIsReadOrRefused() {
        let print = dialogue(Self.plain).fingerprints(at: .wire)
        #expect(DialectFingerprints(text: print.text) == print)
        for text in [
            "", "1 2 3", "1 2 3 y", "x 2 3 - y", "1 2 3 x y", "1 2 3 - \u{e4}",
            "1 2 3 - " + String(repeating: "a", count: 241), "1 2 3 - a\nb",
        ] {
            #expect(DialectFingerprints(text: text) == nil, "\(text)")
        }
    }

    @Test("who names no SIZE is compared with others only where it was offered")
    func sizeThatNobodyOffered() {
        func speech(_ size: String, offer: String?, code: UInt16 = 250) -> UInt64 {
            var dialogue = dialogue([
                "EHLO a.example|250", "MAIL FROM:<a@b.example>\(size)|250", "RCPT TO:<c@d.example>|250",
            ])
            let text = offer.map { "250-mx\r\n250-8BITMIME\r\n250 \($0)\r\n" } ?? "250 mx\r\n"
            dialogue.exchanges[0].reply = ServerReply(bytes: Array(text.utf8), codes: [code], form: .multiLine, time: 1)
            return dialogue.fingerprints(at: .wire).speech
        }
        #expect(speech("", offer: "SIZE 1000") == speech("", offer: "SIZE"))
        #expect(speech("", offer: "SIZE") != speech(" SIZE=5", offer: "SIZE"))
        #expect(speech("", offer: "PIPELINING") != speech("", offer: "SIZE"))
        #expect(speech("", offer: "PIPELINING") == speech("", offer: nil))
        // Nothing but 250 offers anything.
        #expect(speech("", offer: "SIZE", code: 259) == speech("", offer: nil))
    }

    @Test func bytesAreReadOrRefused() {
        var print = dialogue(Self.plain).fingerprints(at: .wire)
        for named in [nil, 0, UInt64.max] {
            print.named = named
            let bytes = print.bytes
            #expect(DialectFingerprints(bytes: bytes) == print)
            for count in 0..<bytes.count { #expect(DialectFingerprints(bytes: Array(bytes.prefix(count))) == nil) }
            #expect(DialectFingerprints(bytes: bytes + [0]) == nil)
            #expect(DialectFingerprints(bytes: bytes.dropLast() + [0xe4]) == nil)
            let course = bytes.dropFirst(DialectFingerprints.bytesBeforeCourse).prefix(4)
            #expect(course.reduce(0) { $0 << 8 | UInt32($1) } == print.course)
        }
    }

    @Test func aNameThatIsNotTheHostsOwnIsHashed() {
        func named(
            _ greeting: String, at vantage: Vantage = .wire, key: UInt64 = 1, resolution: HostResolution = .ok
        ) -> UInt64? {
            let peers = SessionPeers(
                client: Site.client, clientName: "host.mail.a.example", resolution: resolution,
                serverName: "mx.example.org")
            var dialogue = dialogue(with(["EHLO": ["\(greeting)|250"]]))
            dialogue.peers = peers
            let naming = GreetingNaming(peers: peers) { name in name.reduce(key) { ($0 &* 31) ^ UInt64($1) } }
            return dialogue.fingerprints(at: vantage, naming: naming).named
        }
        #expect(named("EHLO cx") != nil && named("EHLO cx") == named("EHLO cx"))
        #expect(named("EHLO cx") != named("EHLO cy") && named("EHLO cx") != named("HELO cx"))
        #expect(
            named("EHLO cx") != named("EHLO cx", key: 2) && named("EHLO cx") != named("EHLO cx", at: .milterPostfix))
        #expect(named("EHLO me.other.example") != nil)
        // Its own, or of its own organisation; nobody's name.
        for own in ["EHLO a.example", "EHLO host.mail.a.example", "EHLO x.a.example"] { #expect(named(own) == nil) }
        #expect(named("EHLO x.a.example", resolution: .forged) != nil)
        for other in ["EHLO localhost", "EHLO [192.0.2.1]", "EHLO 192.0.2.1", "EHLO"] { #expect(named(other) == nil) }
        #expect(dialogue(with(["EHLO": ["EHLO cx|250"]])).fingerprints(at: .wire).named == nil)
    }
}
