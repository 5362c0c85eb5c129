import Memory
import Decision
import KeyedHashing
import Policy
import SMTP
import Testing

/// When Argot says that a recipient does not exist, and when never.
struct LieTests {
    private func decision(
        _ site: Site, peers: SessionPeers = .nameless(), sender: String = "<x@bot.example>",
        _ recipient: String = "<b@example.org>"
    ) -> Decision {
        var session = Session.festi(site, peers: peers, sender: sender)
        return session.recipient(recipient)
    }

    @Test func withFractionOneEveryRecipientIsLiedAbout() throws {
        let site = try Site { $0.lie() }
        for number in 0..<50 {
            let decision = decision(site, "<User\(number)@Example.org>")
            #expect(
                decision.reply?.description == "550 5.1.1 <User\(number)@Example.org>: Recipient address rejected: "
                    + "User unknown in local recipient table")
            #expect(decision.record.applied == .fakeReject)
            #expect(decision.lie?.recipient == site.memory.key.hash(recipient: "user\(number)@example.org"))
        }
    }

    @Test func behindSendmailTheTextIsSendmails() throws {
        let decision = decision(try Site { $0.lie() }, peers: .nameless(mta: .sendmail))
        #expect(decision.reply?.description == "550 5.1.1 User unknown")
    }

    @Test func withFractionZeroNobodyIs() throws {
        let site = try Site { $0.lie(fraction: 0) }
        for number in 0..<50 {
            let decision = decision(site, "<user\(number)@example.org>")
            #expect(decision.record.verdict == .tempfail)
            #expect(decision.lie == nil && decision.spared == nil)
        }
    }

    @Test func withAHalfAboutHalfOfThemAreAlwaysTheSameOnes() throws {
        let site = try Site { $0.lie(fraction: 0.5) }
        let recipients = (0..<1_000).map { "<user\($0)@example.org>" }
        let lies = recipients.filter { decision(site, $0).record.verdict == .fakeReject }
        #expect(400...600 ~= lies.count)
        // The same answer again, from another address of the network, and by another instance with the same key.
        let again = try Site { $0.lie(fraction: 0.5) }
        #expect(recipients.filter { decision(again, $0).record.verdict == .fakeReject } == lies)
        let neighbour = SessionPeers.nameless("203.0.113.200")
        let upper = recipients.map { $0.uppercased() }
        let neighbours = zip(recipients, upper).filter {
            decision(again, peers: neighbour, $1).record.verdict == .fakeReject
        }
        #expect(neighbours.map(\.0) == lies)
        // Another network is told the same: a spammer's bots compare what they were told.
        let stranger = SessionPeers.nameless("198.18.0.1")
        #expect(recipients.filter { decision(again, peers: stranger, $0).record.verdict == .fakeReject } == lies)
    }

    @Test func whoIsSparedIsTheControlGroup() throws {
        let site = try Site { $0.lie(fraction: 0.5) }
        for number in 0..<100 {
            let decision = decision(site, "<u\(number)@example.org>")
            let isTold = decision.record.verdict == .fakeReject
            #expect((decision.lie != nil) == isTold && (decision.spared != nil) != isTold)
            #expect(decision.record.words.contains("lie.spared") != isTold)
            let arms = decision.lieChanges.compactMap { change -> LieRecord.Arm? in
                if case .lie(let record) = change { record.arm } else { nil }
            }
            #expect(arms == [isTold ? .told : .spared])
        }
        // Nobody is spared what would not be said.
        let observing = try Site {
            $0.lie(fraction: 0.5)
            $0.mode = .observe
        }
        let refusing = try Site {
            $0.lie(fraction: 0.5)
            $0.enforcedVerdicts = [.tempfail]
        }
        for number in 0..<20 {
            #expect(decision(observing, "<u\(number)@example.org>").lieChanges.isEmpty)
            #expect(decision(refusing, "<u\(number)@example.org>").lieChanges.isEmpty)
            #expect(decision(site, peers: .nameless("10.1.2.3"), "<u\(number)@example.org>").spared == nil)
        }
    }

    @Test func aLieThatWasToldIsToldAgainWhateverTheDraw() throws {
        let before = try Site { $0.lie() }
        let recipients = (0..<50).map { "<u\($0)@example.org>" }
        let told = recipients.compactMap { decision(before, $0).lie }
        // After a restart, with a smaller fraction; another server has told of the last one.
        let site = try Site { $0.lie(fraction: 0.1) }
        let time = UnixTime(seconds: Site.epoch)
        site.memory.restore(
            toldLies: told.dropLast().map { ToldLie($0, first: time, last: time, domain: "example.org") }, at: time)
        let last = try #require(told.last)
        _ = site.memory.take(.lie(LieRecord(time: time, key: last, recipientShown: "x")), from: ServerID(7), at: time)
        #expect(recipients.allSatisfy { decision(site, $0).lie != nil })
        // Nobody tells them once lies are off, and none that was undone, whoever has told it.
        let off = try Site { $0.lie(fraction: 0) }
        off.memory.restore(
            toldLies: [ToldLie(told[0], first: time, last: time, domain: "example.org")], at: time)
        #expect(decision(off, recipients[0]).lie == nil)
        site.memory.addUndoneLies([told[0]])
        _ = site.memory.take(
            .lie(LieRecord(time: time, key: told[0], recipientShown: "x")), from: ServerID(7), at: time)
        #expect(decision(site, recipients[0]).reply == nil)
        // What was removed is drawn again.
        site.memory.forget(.recipient(last.recipient))
        #expect(site.memory.knownUndoneLies == [told[0]])
        site.memory.forget(.everything(labels: false))
        let again = recipients.filter { decision(site, $0).lie != nil }
        #expect(again.count < 20)
    }

    @Test func aGrowingFractionNeverTakesALieBack() throws {
        var before: Set<Int> = []
        for fraction in [0.1, 0.3, 0.7, 1] {
            let site = try Site { $0.lie(fraction: fraction) }
            let lies = Set(
                (0..<200).filter { decision(site, "<u\($0)@example.org>").record.verdict == .fakeReject })
            #expect(lies.isSuperset(of: before))
            #expect(lies.count > before.count)
            before = lies
        }
        #expect(before.count == 200)
    }

    @Test func nobodyExemptIsEverLiedTo() throws {
        let site = try Site { $0.lie() }
        // A bot's dialect and a second detector: whom RFC 5321 wants reached is asked to come back, and no more.
        #expect(decision(site, sender: "<>").lie == nil)
        for exempt in [decision(site, "<Postmaster@example.org>"), decision(site, "<abuse@example.org>")] {
            #expect(exempt.record.applied == .tempfail && exempt.reply?.isTemporary == true)
            #expect(exempt.record.words.contains { $0.hasPrefix("limit.") })
            #expect(exempt.lie == nil)
        }
        #expect(decision(site, peers: .nameless("10.1.2.3")).reply == nil)
        // A history does not outweigh a confirmed bot, and ends with it; whoever had one is not lied to.
        try site.remember("203.0.113.50", messages: 5)
        let fallen = decision(site, peers: .nameless("203.0.113.50"))
        #expect(fallen.record.applied == .tempfail && fallen.record.words.contains("lie.history"))
        #expect(fallen.lie == nil && fallen.changes.count > 1)
        var session = Session(site, peers: .nameless())
        session.helo("192.0.2.77")
        session.authenticated()
        session.mail("<x@bot.example>")
        #expect(session.recipient("<b@example.org>").reply == nil)
        // While anybody else is.
        #expect(decision(site).record.applied == .fakeReject)
    }

    @Test func oneDetectorIsNotEnough() throws {
        let site = try Site { $0.lie() }
        let decision = decision(site, peers: .sample("203.0.113.9", name: "h.example", resolution: .ok))
        #expect(decision.record.verdict == .tempfail)
        #expect(decision.lie == nil)
    }

    @Test func aLieThatIsUndoneIsNotToldAgain() throws {
        let site = try Site { $0.lie() }
        let lie = try #require(decision(site).lie)
        site.memory.setUndoneLies([lie])
        let undone = decision(site)
        #expect(undone.reply == nil)
        #expect(undone.lie == nil)
        #expect(undone.record.verdict == .accept)
        #expect(undone.record.words.first == "lie.undone")
        // It holds for the network and for this recipient.
        #expect(decision(site, peers: .nameless("203.0.113.77")).reply == nil)
        #expect(decision(site, "<c@example.org>").record.applied == .fakeReject)
        #expect(decision(site, peers: .nameless("198.18.0.1")).record.applied == .fakeReject)
        site.memory.setUndoneLies([])
        #expect(decision(site).lie == lie)
    }

    @Test func inObserveNothingIsSaidAndNoLieRecorded() throws {
        let site = try Site {
            $0.lie()
            $0.mode = .observe
        }
        let decision = decision(site)
        #expect(decision.record.verdict == .fakeReject)
        #expect(decision.record.applied == .accept)
        #expect(decision.lie == nil)
        #expect(decision.reply == nil)
    }

    @Test func theLieIsWhatTheServerSaidOfARefusedRecipient() throws {
        let site = try Site { $0.lie() }
        var honest = Session.postfix(site)
        honest.refused("<nosuch@Virtual.example>", "Recipient address rejected: User unknown in virtual mailbox table")
        honest.refused("<n@relay.example>", "Relay access denied", code: "5.7.1")
        let words = "Recipient address rejected: User unknown in"
        #expect(
            decision(site, "<b@virtual.example>").reply?.description
                == "550 5.1.1 <b@virtual.example>: \(words) virtual mailbox table")
        #expect(
            decision(site, "<b@example.org>").reply?.description
                == "550 5.1.1 <b@example.org>: \(words) local recipient table")
        #expect(
            decision(site, "<b@relay.example>").reply?.description
                == "550 5.1.1 <b@relay.example>: \(words) local recipient table")
    }

    @Test func theConfiguredTableIsNamedUntilTheServerHasSpoken() throws {
        let site = try Site {
            $0.lie()
            $0.unknownUserTable = .relayRecipient
        }
        #expect(decision(site).reply?.description.hasSuffix("User unknown in relay recipient table") == true)
    }

    private let unprintable: [UInt8] = [0x3c, 0x61, 0xff, 0x40, 0x64, 0x3e]

    @Test func anAddressThatCannotBePrintedIsGreylistedInstead() throws {
        let site = try Site { $0.lie() }
        for (time, applied) in [(0, Verdict.tempfail), (100, .accept)] as [(Int64, Verdict)] {
            var session = Session.festi(site, at: time)
            let decision = session.recipient(bytes: unprintable)
            #expect(decision.record.verdict == .fakeReject)
            #expect(decision.record.applied == applied)
            #expect(decision.lie == nil)
        }
    }

    @Test func aRefusalThatIsNotSwitchedOnDoesNotTakeALiesPlace() throws {
        let site = try Site {
            $0.lie()
            $0.enforcedVerdicts = [.fakeReject]
        }
        var session = Session.festi(site)
        #expect(session.recipient(bytes: unprintable).reply == nil)
        #expect(session.recipient("<b@example.org>").record.applied == .fakeReject)
        var unknown = Session.festi(site, peers: .nameless(mta: .unknown))
        #expect(unknown.recipient("<b@example.org>").reply == nil)
    }
}
