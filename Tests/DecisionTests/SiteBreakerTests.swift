import Decision
import Dialects
import Policy
import SMTP
import Testing

/// The breaker in a running site.
struct SiteBreakerTests {
    @Test func refusalsOfKnownClientsTripItAndSuspendRefusals() throws {
        let site = try Site {
            $0.breaker.minimumCount = 2
            $0.breaker.cooldown = 1_000
        }
        for number in 0..<3 { try site.remember("203.0.113.\(number)", messages: 1) }
        var trips: [Bool] = []
        for number in 0..<3 {
            var session = Session.festi(site, peers: .nameless("203.0.113.\(number)"), sender: "<x\(number)@b.example>")
            let decision = session.recipient("<b@example.org>")
            trips.append(decision.tripsBreaker)
            #expect(decision.record.applied == (number < 2 ? .tempfail : .accept))
            #expect(decision.record.mode == (number < 2 ? .enforce : .observe))
            #expect(decision.record.verdict == .tempfail)
        }
        #expect(trips == [false, true, false])
        #expect(site.memory.isBreakerTripped(at: UnixTime(seconds: Site.epoch + 999)))
        // Strangers are let through, too, until it closes.
        var stranger = Session.festi(site, at: 999, peers: .nameless("198.18.0.1"))
        #expect(stranger.recipient("<c@example.org>").reply == nil)
        var later = Session.festi(site, at: 1_000, peers: .nameless("198.18.7.1"), sender: "<y@b.example>")
        #expect(later.recipient("<c@example.org>").reply != nil)
    }

    @Test func refusalsOfStrangersDoNotCount() throws {
        let site = try Site { $0.breaker.minimumCount = 1 }
        for number in 0..<50 {
            var session = Session.festi(site, peers: .nameless("203.0.113.\(number)"))
            #expect(!session.recipient("<b\(number)@example.org>").tripsBreaker)
        }
        #expect(!site.memory.isBreakerTripped(at: UnixTime(seconds: Site.epoch)))
    }

    @Test func aReloadClosesIt() throws {
        let site = try Site { $0.breaker.minimumCount = 1 }
        try site.remember("203.0.113.9", messages: 1)
        var session = Session.festi(site)
        #expect(session.recipient("<b@example.org>").tripsBreaker)
        site.memory.reconfigure(site.snapshot.policy.configuration)
        #expect(!site.memory.isBreakerTripped(at: UnixTime(seconds: Site.epoch)))
    }

    @Test func observingReachesSessionsUnderWayAndEnforcingDoesNot() throws {
        let site = try Site()
        var session = Session.festi(site)
        #expect(session.recipient("<b@example.org>").record.applied == .tempfail)
        site.memory.setMode(.observe)
        let decision = session.recipient("<c@example.org>")
        #expect(decision.reply == nil && decision.record.applied == .accept && decision.record.mode == .observe)
        #expect(decision.record.verdict == .tempfail)
        let observing = try Site { $0.mode = .observe }
        var other = Session.festi(observing)
        observing.memory.setMode(.enforce)
        #expect(other.recipient("<b@example.org>").reply == nil)
    }

    @Test func aSnapshotUnderAnotherPolicyDecidesByIt() throws {
        let site = try Site()
        var policy = site.snapshot.policy.configuration
        policy.allowedAddresses = [try #require(AddressPrefix("203.0.113.9"))]
        let other = site.snapshot.under(policy)
        #expect(other.policy.configuration == policy && other.modelSource == site.snapshot.modelSource)
        let machine = (site.snapshot.machine(for: .milterPostfix), other.machine(for: .milterPostfix))
        #expect(machine.0.matches == machine.1.matches)
    }

    @Test func observeNeverCounts() throws {
        let site = try Site {
            $0.mode = .observe
            $0.breaker.minimumCount = 1
        }
        try site.remember("203.0.113.9", messages: 1)
        var session = Session.festi(site)
        #expect(!session.recipient("<b@example.org>").tripsBreaker)
    }
}
