import Decision
import Dialects
import Memory
import Policy
import SMTP
import Testing

/// The breaker in a running site.
struct SiteBreakerTests {
    private static let start = UnixTime(seconds: Site.epoch)

    /// A site that knows `count` clients in different networks, all with a good history.
    private func site(knowing count: Int, _ change: (inout PolicyConfiguration) -> Void = { _ in }) throws -> Site {
        let site = try Site(change)
        try site.remember((0..<count).map(Self.client), messages: 10)
        return site
    }

    private static func client(_ number: Int) -> String { "203.\(number / 200).\(number % 200).9" }

    /// A client that says it is the server: a strong signal, which its history exempts it from.
    private func claimOurName(_ site: Site, _ number: Int, at time: Int64 = 0, rcpt: String = "<b@example.org>")
        -> Decision
    {
        var session = Session(site, at: time, peers: .sample(Self.client(number)))
        session.helo("mx.example.org")
        session.mail("<a@example.net>")
        return session.recipient(rcpt)
    }

    @Test func whatHitsClientsOfGoodHistoryIsSwitchedOffByItself() throws {
        let site = try site(knowing: 12)
        let decisions = (0..<6).map { claimOurName(site, $0) }
        #expect(decisions.map(\.trip) == [nil, nil, nil, nil, .narrow(.detector(.helo)), nil])
        // Their history lets them in all the while.
        #expect(decisions.allSatisfy { $0.record.verdict == .accept })
        #expect(!site.memory.isBreakerTripped(at: Self.start))
        #expect(site.memory.suspended(at: Self.start) == [.detector(.helo)])
        // A stranger who says so is let in too, and the log says why.
        var stranger = Session(site, at: 60, peers: .sample("198.18.0.1"))
        stranger.helo("mx.example.org")
        stranger.mail("<x@b.example>")
        let decision = stranger.recipient("<c@example.org>")
        #expect(decision.record.verdict == .accept && decision.record.words == ["helo.ours", "breaker.helo"])
        // Everything else is judged as before.
        var bot = Session.festi(site, at: 60, peers: .nameless("198.18.0.2"))
        #expect(bot.recipient("<c@example.org>").record.applied == .tempfail)
        // And when it is over, it is over.
        var later = Session(site, at: 86_400, peers: .sample("198.18.0.3"))
        later.helo("mx.example.org")
        later.mail("<x@b.example>")
        #expect(later.recipient("<c@example.org>").record.applied == .tempfail)
    }

    @Test func onlyWhenThatDoesNotHelpAllRefusalsAreSuspended() throws {
        let site = try site(knowing: 40) { $0.deniedDomains = ["denied.example"] }
        for number in 0..<5 { _ = claimOurName(site, number) }
        var trips: [BreakerTrip?] = []
        for number in 10..<16 {
            var session = Session(
                site, at: 60,
                peers: .sample(Self.client(number), name: "h\(number).o\(number).example", resolution: .ok))
            session.helo("mail.gmail.com")
            session.mail("<a@example.net>")
            _ = session.recipient("<b@example.org>")
            session.message(("Received", " from x by y"))
            trips.append(session.decisions.lazy.compactMap(\.trip).first)
        }
        // The claim to be Gmail is judged at the end of the message.
        #expect(trips.compactMap(\.self) == [.whole])
        #expect(site.memory.isBreakerTripped(at: Self.start + 60))
        var bot = Session.festi(site, at: 120, peers: .nameless("198.18.0.2"))
        let let_in = bot.recipient("<c@example.org>").record
        #expect(let_in.verdict == .tempfail && let_in.applied == .accept && let_in.mode == .observe)
        // The administrator's own word holds.
        var denied = Session(site, at: 120, peers: .sample("198.18.0.3", name: "h.x.example", resolution: .ok))
        denied.helo("h.x.example")
        denied.mail("<x@denied.example>")
        #expect(denied.recipient("<c@example.org>").record.applied == .reject)
    }

    @Test("A stranger who has been clean once comes again and again", arguments: [250, 3_000])
    func aStrangerCannotTripIt(sessions: Int) throws {
        let site = try Site()
        var first = Session(site, peers: .sample("198.51.7.7", name: "host.stranger.example", resolution: .ok))
        first.helo("host.stranger.example")
        first.mail("<a@stranger.example>")
        first.recipient("<b@example.org>")
        first.message(("From", " a"))
        #expect(!first.changes.isEmpty)
        for number in 0..<sessions {
            let time = Int64(number) * 3_600 / Int64(sessions)
            var session = Session(site, at: time, peers: .sample("198.51.7.7"))
            session.helo("mx.example.org")
            session.mail("<x\(number)@stranger.example>")
            #expect(session.recipient("<b\(number)@example.org>").trip == nil)
        }
        #expect(!site.memory.isBreakerTripped(at: Self.start + 3_600))
        #expect(site.memory.suspended(at: Self.start + 3_600).isEmpty)
        #expect(site.memory.breakerCounts(at: Self.start + 3_600) == (0, 0))
    }

    @Test func oneNetworkAndOneOrganisationWeighOne() throws {
        let site = try Site { $0.breaker.minimumCount = 2 }
        let clients = (1...20).map { "203.0.113.\($0)" } + (1...20).map { "198.51.\($0).1" }
        try site.remember(clients, messages: 10)
        for (number, client) in clients.enumerated() {
            // One network without a name, and one organisation all over the world.
            let name = number < 20 ? nil : "host\(number).stranger.co.uk"
            var session = Session(
                site, peers: .sample(client, name: name, resolution: name == nil ? .unknown : .ok))
            session.helo("mx.example.org")
            session.mail("<x@b.example>")
            let trip = session.recipient("<b@example.org>").trip
            #expect(trip == (number == 20 ? .narrow(.detector(.helo)) : nil), "\(client)")
        }
        #expect(site.memory.breakerCounts(at: Self.start).known == 2)
    }

    @Test func whoSpeaksABotsDialectOrHitsTrapsHasNoStanding() throws {
        let site = try site(knowing: 40) { $0.trapAddresses = ["trap@example.org"] }
        for number in 0..<20 {
            var session = Session.festi(site, peers: .nameless(Self.client(number)))
            #expect(session.recipient("<b@example.org>").trip == nil)
            var other = Session(site, peers: .sample(Self.client(20 + number)))
            other.helo("mx.example.org")
            other.mail("<a@example.net>")
            #expect(other.recipient("<trap@example.org>").trip == nil)
        }
        #expect(site.memory.suspended(at: Self.start).isEmpty && !site.memory.isBreakerTripped(at: Self.start))
    }

    @Test func aNewModelThatCallsGoodClientsBotsLosesThatDialect() throws {
        let site = try site(knowing: 40)
        site.memory.beginProbation(at: Self.start)
        var trips: [BreakerTrip?] = []
        for number in 0..<6 {
            var session = Session.festi(site, at: 3_600, peers: .nameless(Self.client(number)))
            trips.append(session.recipient("<b@example.org>").trip)
        }
        #expect(trips.compactMap(\.self) == [.narrow(.dialect("festi"))])
        // A day later the model is no news.
        let later = try self.site(knowing: 40)
        later.memory.beginProbation(at: Self.start)
        for number in 0..<6 {
            var session = Session.festi(later, at: 86_401, peers: .nameless(Self.client(number)))
            #expect(session.recipient("<b@example.org>").trip == nil)
        }
    }

    @Test func aReloadClosesIt() throws {
        let site = try site(knowing: 12)
        for number in 0..<5 { _ = claimOurName(site, number) }
        #expect(!site.memory.suspended(at: Self.start).isEmpty)
        site.memory.reconfigure(site.snapshot.policy.configuration)
        #expect(site.memory.suspended(at: Self.start).isEmpty)
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

    @Test func listsHoldInSessionsUnderWay() throws {
        let site = try Site()
        var session = Session.postfix(site)
        #expect(session.recipient("<b@example.org>").reply == nil)
        var policy = site.snapshot.policy.configuration
        policy.deniedDomains = ["example.net"]
        session.adoptLists(of: site.snapshot.under(policy))
        let decision = session.recipient("<c@example.org>")
        #expect(decision.record.applied == .reject && decision.record.words == ["list.denied"])
        session.adoptLists(of: site.snapshot)
        #expect(session.recipient("<d@example.org>").reply == nil)
    }

    @Test func aSnapshotUnderAnotherPolicyDecidesByIt() throws {
        let site = try Site()
        var policy = site.snapshot.policy.configuration
        policy.allowedAddresses = [try #require(AddressPrefix("203.0.113.9"))]
        let other = site.snapshot.under(policy)
        #expect(other.policy.configuration == policy && other.modelSource == site.snapshot.modelSource)
        let machine = (site.snapshot.machine(for: .milterPostfix), other.machine(for: .milterPostfix))
        #expect(machine.0 === machine.1)
    }

    @Test func observeNeverCounts() throws {
        let site = try site(knowing: 12) {
            $0.mode = .observe
            $0.breaker.minimumCount = 1
        }
        #expect(claimOurName(site, 0).trip == nil)
    }
}
