import KeyedHashing
import Memory
import Policy
import SMTP
import Testing

@testable import Decision

/// Whom Argot does not lie to, or about, although two detectors agree: each with its word in the journal.
@Suite("What keeps lies from being told")
struct LieObstacleTests {
    private func decision(
        _ site: Site, peers: SessionPeers = .nameless(), sender: String = "<x@bot.example>",
        _ recipient: String = "<b@example.org>", at time: Int64 = 0
    ) -> Decision {
        var session = Session.festi(site, at: time, peers: peers, sender: sender)
        return session.recipient(recipient)
    }

    /// An honest message from a client.
    private func deliver(_ site: Site, _ client: String, sender: String = "<a@example.net>", at time: Int64 = 0) {
        var session = Session(
            site, at: time, peers: .sample(client, name: "mail.example.net", resolution: .ok))
        session.helo("mail.example.net")
        session.mail(sender, "SIZE=1234")
        _ = session.recipient("<b@example.org>")
        session.message(("From", " a@example.net"), ("Subject", " x"))
    }

    /// That a lie is not told, for this reason alone, and that greylisting takes its place.
    private func expect(
        _ decision: Decision, refusedFor word: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(decision.lie == nil && decision.spared == nil, sourceLocation: sourceLocation)
        #expect(decision.record.verdict == .tempfail, sourceLocation: sourceLocation)
        #expect(
            decision.record.words.filter { $0.hasPrefix("lie.") } == [word], "\(decision.record.words)",
            sourceLocation: sourceLocation)
    }

    @Test func withTrapsAloneOnlyTrapsAreLiedAbout() throws {
        let site = try Site {
            $0.lie()
            $0.lieLimits.recipients = .traps
            $0.trapAddresses = ["trap@example.org"]
            $0.trapDomains = [".trap.example"]
        }
        #expect(decision(site, "<Trap@example.org>").record.applied == .fakeReject)
        #expect(decision(site, "<any@a.trap.example>").lie != nil)
        expect(decision(site), refusedFor: "lie.recipient")
        // Applied alone, it does nothing to anybody else.
        let harmless = try Site {
            $0.lie()
            $0.lieLimits.recipients = .traps
            $0.trapAddresses = ["trap@example.org"]
            $0.enforcedVerdicts = [.fakeReject]
        }
        #expect(decision(harmless).reply == nil)
        #expect(decision(harmless, "<trap@example.org>").lie != nil)
    }

    @Test func recipientsAreSelectedAndLeftOut() throws {
        let site = try Site {
            $0.lie()
            $0.lieLimits.recipients = RecipientSelection(["b@example.org", ".lab.example"])
            $0.lieLimits.exceptions = RecipientSelection(["boss@lab.example", "mail.lab.example"])
        }
        #expect(decision(site, "<B@Example.org>").lie != nil)
        #expect(decision(site, "<x@a.lab.example>").lie != nil)
        expect(decision(site, "<c@example.org>"), refusedFor: "lie.recipient")
        expect(decision(site, "<Boss@lab.example>"), refusedFor: "lie.opted-out")
        expect(decision(site, "<c@Mail.lab.example>"), refusedFor: "lie.opted-out")
    }

    @Test func whoeverOptsOutIsNotLiedAboutAgain() throws {
        let site = try Site { $0.lie() }
        let lie = try #require(decision(site).lie)
        var policy = site.snapshot.policy.configuration
        policy.lieLimits.exceptions = RecipientSelection(["b@example.org"])
        let later = Site(snapshot: site.snapshot.under(policy), memory: site.memory)
        expect(decision(later), refusedFor: "lie.opted-out")
        #expect(decision(site).lie == lie)
    }

    @Test func whereHonestMailHasComeFromNobodyIsLiedTo() throws {
        let site = try Site { $0.lie() }
        deliver(site, "203.0.113.77")
        // Even when its standing has been lost since, twice over.
        expect(decision(site), refusedFor: "lie.history")
        expect(decision(site), refusedFor: "lie.history")
        #expect(decision(site, peers: .nameless("198.18.0.1")).lie != nil)
    }

    @Test func whoIsKnownForRetryingBadlyIsNotLiedTo() throws {
        let list = try RetryList(document: "203.0.113.0/24 elsewhere a pool", file: "list")
        let site = try Site {
            $0.lie()
            $0.retryList = list
        }
        expect(decision(site), refusedFor: "lie.pool")
    }

    @Test func aRelayIsNotLiedTo() throws {
        let site = try Site {
            $0.lie()
            $0.trapAddresses = ["trap@example.org"]
        }
        // An honest dialect without a name, at a trap: two detectors, and mail of many.
        func relay(_ number: Int) -> Decision {
            var session = Session(site, peers: .nameless("198.18.0.1"))
            session.helo("relay.example.com")
            session.mail("<a@sender\(number).example>", "SIZE=1234")
            return session.recipient("<trap@example.org>")
        }
        let decisions = (0..<6).map(relay)
        #expect(decisions[0].lie != nil)
        #expect(decisions[5].lie == nil && decisions[5].record.words.contains("lie.relay"))
        // A bot that speaks as bots alone do invents as many senders as it likes.
        let bot = (0..<9).map { decision(site, sender: "<x@s\($0).example>") }
        #expect(bot.allSatisfy { $0.lie != nil })
        // But for authenticated mail of two organisations its network is spared.
        for organisation in ["example.com", "example.edu"] {
            site.memory.noteAuthenticated(
                try #require(OrganisationName(host: organisation)),
                of: site.memory.key.keys(of: try #require(ClientAddress("203.0.113.9"))).network)
        }
        expect(decision(site), refusedFor: "lie.relay")
    }

    @Test func whereOneClientBringsMostOfTheMailNobodyIsLiedTo() throws {
        let site = try Site { $0.lie() }
        for number in 0..<40 { deliver(site, "192.0.2.10", at: Int64(number)) }
        #expect(site.memory.lieReport(at: UnixTime(seconds: Site.epoch)).standsDown)
        expect(decision(site), refusedFor: "lie.front")
        // It is over when others bring as much.
        for number in 0..<80 { deliver(site, "198.51.\(number).7", at: Int64(number)) }
        #expect(!site.memory.lieReport(at: UnixTime(seconds: Site.epoch)).standsDown)
        #expect(decision(site).lie != nil)
        // The site's own hosts, and who is let in by the administrator, are none of it.
        let trusting = try Site {
            $0.lie()
            $0.trustedNetworks = ["192.0.2.0/25"].compactMap { AddressPrefix($0) }
            $0.allowedAddresses = ["192.0.2.128/25"].compactMap { AddressPrefix($0) }
        }
        for client in ["192.0.2.10", "192.0.2.200"] { for _ in 0..<40 { deliver(trusting, client) } }
        #expect(decision(trusting).lie != nil)
    }

    @Test func limitsHoldForNewLiesOnly() throws {
        let site = try Site {
            $0.lie()
            ($0.lieLimits.hourlyLimit, $0.lieLimits.domainLimit, $0.lieLimits.recipientLimit) = (5, 3, 2)
        }
        func network(_ number: Int) -> SessionPeers { .nameless("198.18.\(number).1") }
        #expect((0..<2).allSatisfy { decision(site, peers: network($0)).lie != nil })
        expect(decision(site, peers: network(2)), refusedFor: "lie.limit.recipient")
        #expect(decision(site, "<c@example.org>").lie != nil)
        expect(decision(site, "<d@example.org>"), refusedFor: "lie.limit.domain")
        #expect(decision(site, "<d@a.example>").lie != nil && decision(site, "<e@a.example>").lie != nil)
        expect(decision(site, "<f@a.example>"), refusedFor: "lie.limit.hour")
        // Who was told before is told again.
        #expect(decision(site, peers: network(0)).lie != nil)
        #expect(site.memory.lieReport(at: UnixTime(seconds: Site.epoch)).toldThisHour == 5)
        #expect(decision(site, "<f@a.example>", at: 3_600).lie != nil)
        // A restart does not forget them, and what other servers tell counts too.
        let again = try Site {
            $0.lie()
            $0.lieLimits.hourlyLimit = 2
        }
        let now = UnixTime(seconds: Site.epoch)
        let one = try #require(decision(site).lie)
        again.memory.restore(toldLies: [ToldLie(one, first: now, last: now, domain: "example.org")], at: now)
        let other = LieKey(recipient: one.network, network: one.recipient)
        _ = again.memory.take(
            .lie(LieRecord(time: now, key: other, recipientShown: "x***@a.example")), from: ServerID(3), at: now)
        expect(decision(again, "<z@z.example>"), refusedFor: "lie.limit.hour")
    }

    @Test func noMoreRecipientsAreUnknownThanIsPlausible() throws {
        let site = try Site {
            $0.lie()
            $0.lieLimits.share = 0.2
        }
        var lies = 0
        for number in 0..<100 {
            let decision = decision(site, "<u\(number)@example.org>")
            if decision.lie != nil {
                lies += 1
            } else {
                expect(decision, refusedFor: "lie.share")
            }
        }
        // 20, and 1.65 standard deviations of 4.
        #expect(15...26 ~= lies)
        // Genuine refusals count.
        let peers = SessionPeers.nameless("198.18.0.1")
        for number in 0..<30 {
            var session = Session.festi(site, peers: peers)
            session.refused(
                "<gone\(number)@example.org>", "Recipient address rejected: User unknown in local recipient table")
        }
        expect(decision(site, peers: peers), refusedFor: "lie.share")
        #expect(decision(site, "<u0@example.org>").lie != nil)
    }

    @Test func theSharesAreThoseOfTheSiteUnlessSet() throws {
        let site = try Site {
            $0.lie()
            $0.lieLimits.share = 0
        }
        for number in 0..<400 {
            var honest = Session.postfix(
                site, peers: .sample("198.51.\(number % 200).10", name: "mail.example.net", resolution: .ok))
            if number % 2 == 0 {
                honest.refused(
                    "<gone\(number)@example.org>",
                    "Recipient address rejected: User unknown in local recipient table")
            } else {
                _ = honest.recipient("<b@example.org>")
            }
        }
        let report = site.memory.lieReport(at: UnixTime(seconds: Site.epoch))
        #expect(abs(report.learnedShare - 0.42) < 0.03 && report.seenShare == nil)
        let lies = (0..<100).filter { decision(site, "<u\($0)@example.org>").lie != nil }.count
        #expect(35...55 ~= lies)
    }

    @Test func whatCannotBeSaidHasItsWord() throws {
        let site = try Site { $0.lie() }
        var unknown = Session.festi(site, peers: .nameless(mta: .unknown))
        let decision = unknown.recipient("<b@example.org>")
        #expect(decision.lie == nil && decision.record.words.last == "lie.wording")
    }
}
