import Decision
import Policy
import SMTP
import Testing

/// What a stranger may claim or earn, and how far that carries it.
struct StrangerTests {
    /// A session that says it is Gmail, which only the end of the message shows to be false.
    private func gmailClaim(_ site: Site, sender: String = "<a@example.net>") -> Session {
        var session = Session(
            site, peers: .sample("203.0.113.9", name: "h1.stranger.example", resolution: .ok))
        session.helo("mail-a.google.com")
        session.mail(sender)
        return session
    }

    @Test("Headers are judged whoever is asked for first", arguments: [true, false])
    func postmasterFirst(isFirst: Bool) throws {
        let site = try Site()
        var session = gmailClaim(site)
        let recipients = ["<postmaster@example.org>", "<b@example.org>"]
        for recipient in isFirst ? recipients : recipients.reversed() {
            #expect(session.recipient(recipient).reply == nil)
        }
        session.message(("From", " a"))
        let last = try #require(session.decisions.last)
        #expect(last.record.applied == .tempfail && last.record.words.contains("claim.helo"))
        #expect(last.record.recipient == "b@example.org")
        #expect(session.changes.isEmpty)
    }

    @Test func mailToThePostmasterAloneIsNot() throws {
        let site = try Site()
        var session = gmailClaim(site)
        session.recipient("<postmaster@example.org>")
        session.message(("From", " a"))
        #expect(session.decisions.allSatisfy { $0.reply == nil })
    }

    @Test func aForgedSenderOnTheAllowListOnlyPutsTheVerdictOff() throws {
        let site = try Site { $0.allowedDomains = ["friend.example"] }
        var bot = Session.festi(site, sender: "<ceo@friend.example>")
        let first = bot.recipient("<b@example.org>")
        #expect(first.reply == nil && first.record.words.first == "exempt.allowed-sender")
        bot.message(("From", " a"))
        let last = try #require(bot.decisions.last)
        #expect(last.record.applied == .tempfail && last.record.words.contains("dialect.bot"))
        // The friend itself, by a name that leads back to it.
        var friend = Session(site, peers: .sample("192.0.2.10", name: "mx.friend.example", resolution: .ok))
        friend.helo("localhost")
        friend.mail("<ceo@friend.example>")
        #expect(friend.recipient("<b@example.org>").record.words.first == "exempt.allowed-domain")
        friend.message(("From", " a"))
        #expect(friend.decisions.count == 1)
        // And a user of the friend's who sends from elsewhere, with nothing against it: no word at the end.
        var guest = Session(site, peers: .sample("192.0.2.11", name: "h.guest.example", resolution: .ok))
        guest.helo("h.guest.example")
        guest.mail("<ceo@friend.example>")
        guest.recipient("<b@example.org>")
        guest.message(("From", " a"))
        #expect(guest.decisions.count == 1 && guest.decisions[0].reply == nil)
    }

    @Test func judgingHeadersOrNotAPutOffVerdictComes() throws {
        let site = try Site {
            $0.allowedDomains = ["friend.example"]
            $0.judgesHeaders = false
        }
        var bot = Session.festi(site, sender: "<ceo@friend.example>")
        bot.recipient("<b@example.org>")
        bot.message(("From", " a"))
        #expect(bot.decisions.last?.record.applied == .tempfail)
    }

    @Test func aTrapEndsAHistory() throws {
        let site = try Site { $0.trapAddresses = ["trap@example.org"] }
        try site.remember("203.0.113.9", messages: 100)
        var session = Session(site, peers: .sample("203.0.113.9"))
        session.helo("mx.example.org")
        session.mail("<a@example.net>")
        #expect(session.recipient("<b@example.org>").record.words.first == "exempt.good-history")
        #expect(session.recipient("<trap@example.org>").record.verdict != .accept)
        #expect(session.recipient("<c@example.org>").record.verdict != .accept)
        // For a month, whatever it sends meanwhile.
        for day in 1...29 {
            var clean = Session.postfix(site, at: Int64(day) * 86_400, peers: .sample("203.0.113.9"))
            clean.recipient("<b@example.org>")
            clean.message(("From", " a"))
        }
        var later = Session(site, at: 29 * 86_400 + 3_600, peers: .sample("203.0.113.9"))
        later.helo("mx.example.org")
        later.mail("<z@example.net>")
        #expect(later.recipient("<z@example.org>").record.verdict == .tempfail)
    }

    /// A device in a home or office: no name, a HELO name without a domain, and no second attempt.
    private func device(_ site: Site, at time: Int64 = 0, client: String = "203.0.113.9") -> Decision {
        var session = Session(site, at: time, peers: .nameless(client))
        session.helo("NPI3F2A11")
        session.mail("<scanner@office.example>")
        let decision = session.recipient("<b\(time)@example.org>")
        if decision.reply == nil { session.message(("From", " scanner")) }
        return decision
    }

    @Test func observingTeachesWhoMailsHere() throws {
        let fresh = try Site()
        #expect(device(fresh).record.applied == .tempfail)
        let site = try Site { $0.mode = .observe }
        #expect(device(site).record.verdict == .tempfail)
        // The same memory, enforcing: the network has delivered.
        let enforcing = try site.enforcing()
        #expect(device(enforcing, at: 86_400).reply == nil)
        #expect(device(enforcing, at: 86_401, client: "203.0.113.77").reply == nil)
        #expect(device(enforcing, at: 86_402, client: "203.0.114.9").record.applied == .tempfail)
        // A bot from there is none the less one.
        var bot = Session.festi(enforcing, at: 86_403, peers: .nameless("203.0.113.9"))
        #expect(bot.recipient("<b@example.org>").record.applied == .tempfail)
    }

    @Test func whatWasRefusedAtTheEndHasDeliveredNothing() throws {
        let site = try Site()
        var session = gmailClaim(site)
        session.recipient("<b@example.org>")
        session.message(("From", " a"))
        #expect(session.decisions.last?.reply != nil)
        #expect(device(site, at: 60).record.applied == .tempfail)
    }

    @Test func whileTheMailServerKnowsNoNamesNobodyLacksOne() throws {
        let site = try Site { $0.nameLookups = .auto }
        var first = Session(site, peers: .nameless("198.18.0.1"))
        first.helo("smtp")
        first.mail("<a@example.net>")
        #expect(first.recipient("<b@example.org>").record.words == ["helo.not-fqdn"])
        // One name is enough to know that they are looked up.
        _ = Session.postfix(site)
        var second = Session(site, peers: .nameless("198.18.0.2"))
        second.helo("smtp")
        second.mail("<a@example.net>")
        let decision = second.recipient("<b@example.org>")
        #expect(decision.record.words == ["greylist.new", "helo.not-fqdn", "name.missing"])
        // Where they are known not to be looked up, no name tells anything.
        let blind = try Site { $0.nameLookups = .no }
        _ = Session.postfix(blind)
        var third = Session(blind, peers: .nameless("198.18.0.2"))
        third.helo("smtp")
        third.mail("<a@example.net>")
        #expect(third.recipient("<b@example.org>").record.words == ["helo.not-fqdn"])
    }

    @Test func aContactFormOnTheServerItselfMaySayItsName() throws {
        let site = try Site()
        for client in ["198.51.100.25", "203.0.113.50"] {
            var session = Session(site, peers: .sample(client))
            session.helo("mx.example.org")
            session.mail("<www-data@example.org>")
            let isOwn = client == "198.51.100.25"
            #expect(session.recipient("<b@example.org>").record.words.contains("helo.ours") != isOwn, "\(client)")
        }
    }

    @Test func helloWithoutExtensionsIsAWeakSignWhereItIsTold() throws {
        let site = try Site()
        for (proto, reasons) in [("SMTP", ["helo.plain", "name.missing"]), ("ESMTP", ["name.missing"])] {
            var session = Session(site, peers: .nameless(mta: .sendmail))
            session.helo("mail.some.example")
            session.proto(proto)
            session.mail("<a@example.net>")
            let words = session.recipient("<b@example.org>").record.words
            #expect(words.filter { $0.hasPrefix("helo.") || $0.hasPrefix("name.") } == reasons)
        }
    }
}
