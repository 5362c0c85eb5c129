import Decision
import Memory
import Policy
import SMTP
import Testing

/// Whole sessions without sockets: events in, decisions out.
struct SessionJudgeTests {
    @Test func anHonestPostfixIsAcceptedAndRemembered() throws {
        let site = try Site { $0.enforcedVerdicts = Set(Verdict.allCases) }
        var session = Session.postfix(site)
        let decision = session.recipient("<b@example.org>")
        session.message(("From", " a"))
        #expect(decision.reply == nil)
        #expect(decision.record.verdict == .accept)
        #expect(decision.record.applied == .accept)
        #expect(decision.record.words == ["none"])
        #expect(decision.changes.isEmpty)
        #expect(decision.record.dialect.contains("postfix"))
        #expect(session.changes.count == 2)
        #expect(site.memory.counts == (0, 1))
    }

    @Test func aBotIsTempfailedInEnforce() throws {
        let site = try Site()
        var session = Session.festi(site)
        let decision = session.recipient("<b@example.org>")
        #expect(decision.reply?.description == "451 4.7.1 Greylisted, please try again later")
        #expect(decision.record.verdict == .tempfail)
        #expect(decision.record.applied == .tempfail)
        #expect(
            decision.record.words == [
                "greylist.new", "dialect.bot", "helo.bare-address", "helo.other-address", "name.missing",
            ])
        #expect(decision.record.dialect == "festi")
        #expect(decision.record.dialectState == "festi:rcpt")
        #expect(decision.record.mode == .enforce)
        // A hostile dialect has no pool: one key. And what history the client had has ended.
        let attempts = decision.changes.filter { if case .greylist = $0 { true } else { false } }
        #expect(attempts.count == 1 && decision.changes.count == 2)
        #expect(session.changes.isEmpty)
    }

    @Test(
        "a sender that changes at every attempt passes like one that does not",
        arguments: [
            ("<bounce-1-b=example.org@list.example>", "<bounce-2-b=example.org@list.example>", true),
            ("<prvs=0123456789=a@one.example>", "<prvs=abcdef0123=a@one.example>", true),
            ("<SRS0=aB3d=4T=one.example=a@f.example>", "<SRS0=Zz09=4U=one.example=a@f.example>", true),
            ("<a@b\u{fc}cher.example>", "<A@xn--bcher-kva.example.>", true),
            ("<bob2@mail.example>", "<bob3@mail.example>", false),
            ("<anna.1970@mail.example>", "<anna.1971@mail.example>", false),
        ])
    func changingSenders(first: String, second: String, passes: Bool) throws {
        let site = try Site()
        var session = Session.festi(site, sender: first)
        #expect(session.recipient("<b@example.org>").record.words.first == "greylist.new")
        var later = Session.festi(site, at: 300, sender: second)
        #expect(
            later.recipient("<B@Example.org.>").record.words.first == (passes ? "greylist.passed" : "greylist.new"))
    }

    @Test func aBotIsLetThroughWithARecordInObserve() throws {
        let site = try Site { $0.mode = .observe }
        var session = Session.festi(site)
        let decision = session.recipient("<b@example.org>")
        session.message()
        #expect(decision.reply == nil)
        #expect(decision.record.verdict == .tempfail)
        #expect(decision.record.applied == .accept)
        #expect(decision.record.mode == .observe)
        #expect(decision.record.reply == "")
        #expect(decision.record.words.contains("dialect.bot"))
        // Mail that something speaks against is no clean mail.
        #expect(session.changes.isEmpty)
    }

    @Test func recordHoldsWhatTheLogNeeds() throws {
        let site = try Site()
        var session = Session(site, peers: .sample("203.0.113.9", name: "h.example", resolution: .forged))
        session.helo("192.0.2.77")
        session.mail("<@r:\"x y\"@Bot.example>")
        session.wait(7)
        let record = session.recipient("<B@Example.org>").record
        #expect(record.time == UnixTime(seconds: Site.epoch + 7))
        #expect(record.client == "203.0.113.9")
        #expect(record.clientName == "h.example")
        #expect(record.helo == "192.0.2.77")
        #expect(record.sender == "x y@Bot.example")
        #expect(record.recipient == "B@Example.org")
        #expect(record.reply == "451 4.7.1 Greylisted, please try again later")
    }

    @Test func aNamelessHostOnANamelessLineIsAskedToComeBack() throws {
        let site = try Site()
        var session = Session(
            site, peers: .sample("203.0.113.9", name: "203-0-113-9.pool.isp.example", resolution: .ok))
        session.helo("friend")
        session.mail("<a@elsewhere.example>")
        let decision = session.recipient("<b@example.org>")
        #expect(decision.record.words == ["greylist.new", "helo.not-fqdn", "name.generic"])
        #expect(decision.record.applied == .tempfail)
    }

    @Test(arguments: [
        ("friend", "mail.example.net", "helo.not-fqdn"),
        ("mail.example.net", "203-0-113-9.isp.example", "name.generic"),
    ])
    func eitherAloneIsNoReasonAndNoHindranceToAHistory(helo: String, name: String, reason: String) throws {
        let site = try Site()
        var session = Session(site, peers: .sample("203.0.113.9", name: name, resolution: .ok))
        session.helo(helo)
        session.mail("<a@elsewhere.example>")
        let decision = session.recipient("<b@example.org>")
        session.message(("From", " a"))
        #expect(decision.reply == nil)
        #expect(decision.record.words == [reason])
        #expect(session.changes.count == 2)
    }

    @Test func aBotThatComesBackPasses() throws {
        let site = try Site()
        for (time, verdict) in [(0, Verdict.tempfail), (30, .tempfail), (60, .accept), (90, .accept)]
            as [(Int64, Verdict)]
        {
            var session = Session.festi(site, at: time)
            #expect(session.recipient("<b@example.org>").record.applied == verdict)
        }
        var other = Session.festi(site, at: 100)
        #expect(other.recipient("<c@example.org>").record.applied == .tempfail)
    }

    @Test func anUnknownDialectIsNotABot() throws {
        let site = try Site()
        var session = Session(site, peers: .sample("192.0.2.10", name: "h.example", resolution: .ok))
        session.helo("h.example")
        session.unknown("WHAT")
        session.mail("<a@example.net>", "X-STRANGE=1")
        let decision = session.recipient("<b@example.org>")
        #expect(decision.record.dialect == "")
        #expect(decision.record.applied == .accept)
        #expect(decision.record.words == ["none"])
    }

    @Test func eachRecipientHasItsOwnVerdict() throws {
        let site = try Site { $0.enforcedDomains = ["example.org"] }
        var session = Session.festi(site)
        #expect(session.recipient("<b@example.org>").reply != nil)
        #expect(session.recipient("<c@example.org>").reply != nil)
        #expect(session.recipient("<b@example.com>").reply == nil)
        #expect(session.decisions.map(\.record.verdict) == [.tempfail, .tempfail, .tempfail])
        var other = Session(site, peers: .nameless("203.0.113.99"))
        other.helo("mx.example.org")
        other.mail("<x@bot.example>")
        #expect(other.recipient("<postmaster@example.org>").record.words.first == "exempt.recipient")
        #expect(other.recipient("<b@example.org>").record.verdict == .tempfail)
    }

    @Test func whoLogsInIsLeftAlone() throws {
        let site = try Site()
        var session = Session(site, peers: .nameless())
        session.helo("192.0.2.77")
        session.authenticated()
        session.mail("<x@bot.example>")
        #expect(session.recipient("<b@example.org>").record.words.first == "exempt.authenticated")
        #expect(session.recipient("<b@example.org>").reply == nil)
    }

    @Test func harvestingShowsAfterTheThreshold() throws {
        let site = try Site()
        let peers = SessionPeers.sample("192.0.2.10", name: "mail.example.net", resolution: .forged)
        var session = Session.postfix(site, peers: peers)
        #expect(session.recipient("<b@example.org>").reply == nil)
        for number in 0..<3 { session.refused("<nosuch\(number)@example.org>") }
        let decision = session.recipient("<c@example.org>")
        #expect(decision.record.words == ["greylist.new", "recipients.unknown", "name.forged"])
        #expect(decision.record.applied == .tempfail)
    }

    @Test func relayDenialsAreNoHarvesting() throws {
        let site = try Site()
        let peers = SessionPeers.sample("192.0.2.10", name: "mail.example.net", resolution: .forged)
        var session = Session.postfix(site, peers: peers)
        for number in 0..<5 { session.refused("<n\(number)@example.com>", "Relay access denied", code: "5.7.1") }
        #expect(session.recipient("<c@example.org>").record.applied == .accept)
    }

    @Test func secondTransactionIsJudgedByItsOwnSender() throws {
        let site = try Site()
        var session = Session(site, peers: .nameless())
        session.helo("mx.example.org")
        session.mail("<>")
        #expect(session.recipient("<b@example.org>").record.words.first == "exempt.null-sender")
        session.message()
        session.mail("<x@bot.example>")
        #expect(session.recipient("<b@example.org>").record.verdict == .tempfail)
    }

    @Test func cleanMailOfManyDaysMakesAGoodHistory() throws {
        let site = try Site()
        for day in 0..<5 as Range<Int64> {
            var session = Session.postfix(site, at: day * 86_400)
            session.recipient("<b@example.org>")
            session.message()
        }
        // The same client, suddenly with our own name in its mouth: its history lets it in.
        var odd = Session(site, at: 6 * 86_400, peers: .nameless("192.0.2.10"))
        odd.helo("mx.example.org")
        odd.mail("<a@example.net>")
        let spared = odd.recipient("<b@example.org>")
        #expect(spared.record.words == ["exempt.good-history", "helo.ours", "name.missing"])
        #expect(spared.reply == nil)
        // Suddenly with a bot's manners: a history does not outweigh that, and is lost.
        var bot = Session.festi(site, at: 6 * 86_400, peers: .nameless("192.0.2.10"))
        #expect(bot.recipient("<b@example.org>").record.applied == .tempfail)
        var after = Session(site, at: 6 * 86_400 + 60, peers: .nameless("192.0.2.10"))
        after.helo("mx.example.org")
        after.mail("<a@example.net>")
        #expect(after.recipient("<b@example.org>").record.applied == .tempfail)
    }

    @Test func mailBehindAnUnknownProtocolNameKeepsItsDialect() throws {
        let site = try Site()
        var session = Session(site, peers: .sample("192.0.2.10", name: "h.example", resolution: .ok, mta: .unknown))
        session.helo("mail.example.net")
        session.proto("ESMTP")
        session.mail("<a@example.net>", "SIZE=5")
        #expect(session.recipient("<b@example.org>").record.dialect.contains("postfix"))
    }
}
