import SMTP
import Testing

@testable import SpamTracker

@Suite("The simulator")
struct SimulationTests {
    @Test("the same knobs give the same mails; another seed gives others")
    func repeatsItself() {
        var options = SimulationOptions()
        options.bots = 200
        options.periods = 2
        var (one, other) = (TrafficSimulator(options: options), TrafficSimulator(options: options))
        let mails = one.mails()
        #expect(mails == other.mails())
        #expect(mails.map(\.time) == mails.map(\.time).sorted())
        options.seed = 2
        var third = TrafficSimulator(options: options)
        #expect(third.mails() != mails)
    }

    @Test("its traffic meets the published anchors")
    func meetsAnchors() {
        var options = SimulationOptions()
        options.periods = 2
        var simulator = TrafficSimulator(options: options)
        let mails = simulator.mails()
        let spam = mails.filter(\.isSpam)
        var domains: [SenderKey: Set<Int>] = [:]
        var perDomain = [Int](repeating: 0, count: 115)
        for mail in spam {
            domains[SenderKey(mail.sender), default: []].insert(mail.domain)
            perDomain[mail.domain] += 1
        }
        // The paper: about 15 % of senders to more than one domain, 90 % of spam in 84 of 115 domains.
        let multi = Double(domains.values.count { $0.count > 1 }) / Double(domains.count)
        #expect((0.11...0.2).contains(multi))
        var sum = 0
        let ninety = perDomain.sorted(by: >).prefix { count in
            defer { sum += count }
            return sum * 10 < spam.count * 9
        }.count
        #expect((70...98).contains(ninety))
        // Public mail of 2007: 96 to 98 % of a period's bots are new.
        let cut = mails[0].time.seconds + options.periodSeconds
        let first = Set(spam.filter { $0.time.seconds < cut }.map(\.sender))
        let second = Set(
            spam.filter { $0.time.seconds >= cut && $0.time.seconds < 2 * cut - mails[0].time.seconds }
                .map(\.sender))
        #expect(Double(second.intersection(first).count) / Double(second.count) < 0.05)
        let senders = Set(mails.filter { $0.time.seconds < cut }.map(\.sender))
        let honest = Double(senders.count - first.count) / Double(senders.count)
        #expect((0.08...0.16).contains(honest))
        #expect(mails.allSatisfy { $0.sender.bits >> 24 == 10 })
    }

    @Test("an evasion costs what it says")
    func evadesAtAPrice() throws {
        var options = SimulationOptions()
        options.bots = 400
        options.periods = 3
        options.domains = 60
        options.multiDomainShare = 1
        let outcomes = try EvasionSuite.outcomes(options: options)
        func outcome(_ evasion: Evasion, _ role: EvasionSuite.SensorRole? = nil) throws -> EvasionSuite.Outcome {
            try #require(outcomes.first { $0.evasion == evasion && $0.role == role })
        }
        let base = try outcome(.none)
        #expect(outcomes.count == 6 + 2 * 3)
        #expect(base.areaByContrast > 0.9)
        #expect(try outcome(.oneDomain).reachPerBot == 1)
        #expect(try outcome(.oneDomain).areaByContrast < base.areaByContrast)
        #expect(try outcome(.oneMail).mailsPerBot == 1)
        #expect(try outcome(.camouflage).mailsPerBot > 3 * base.mailsPerBot)
        #expect(try outcome(.repetition).mailsPerBot > 3 * base.mailsPerBot)
        #expect(try outcome(.mimicry).reachPerBot < base.reachPerBot)
        // A sensor that only reports mails cannot have innocents flagged, one that judges can.
        for evasion in [Evasion.poisoning, .framing] {
            let judge = try outcome(evasion, .judge).innocentProbability
            #expect(try outcome(evasion, .witness).innocentProbability < judge / 2)
            #expect(try outcome(evasion, .untrusted).innocentProbability < judge / 2)
        }
    }
}

@Suite("The tracker")
struct SenderTrackerTests {
    private func tracker() -> SenderTracker {
        SenderTracker(
            options: SenderTracker.Options(limits: MatrixLimits(slotSeconds: 3_600, slotCount: 200)))
    }

    private func events() throws -> [SenderEvent] {
        var options = SimulationOptions()
        options.bots = 150
        options.periods = 2
        options.domains = 30
        options.multiDomainShare = 1
        var simulator = TrafficSimulator(options: options)
        return simulator.mails().map {
            SenderEvent(
                sender: SenderKey($0.sender), domain: $0.domainName, time: $0.time,
                label: $0.isSpam ? .spam : .honest)
        }
    }

    @Test("whole periods are learned once, clusters come from the window, and the snapshot scores")
    func works() throws {
        var tracker = tracker()
        let events = try events()
        for event in events { tracker.record(event) }
        let now = try #require(events.last?.time)
        let result = try tracker.workload(at: now, window: 2 * Sample.day).run()
        #expect(result.model.canJudge)
        #expect(!result.model.clusters.isEmpty)
        #expect(result.senders.spam > 0)
        #expect(result.snapshot.created == now)
        tracker.adopt(result)
        let learned = tracker.model.learnedUntil
        #expect(learned.map { $0 <= now && now - $0 < Sample.day } == true)
        // Nothing new has ended: the same again learns nothing twice.
        let again = try tracker.workload(at: now, window: 2 * Sample.day).run()
        #expect(SenderModelDocument.text(for: again.model) == SenderModelDocument.text(for: result.model))
    }

    @Test("after a restart, stored events and the stored model give the same result")
    func survivesRestart() throws {
        var running = tracker()
        let events = try events()
        for event in events { running.record(event) }
        let now = try #require(events.last?.time)
        running.adopt(try running.workload(at: now, window: Sample.day).run())
        let text = SenderModelDocument.text(for: running.model)
        var restarted = SenderTracker(
            options: running.options, model: try SenderModelDocument.model(from: text, file: "m"), seed: 77)
        for event in events.shuffledOnce() { restarted.record(event) }
        let one = try running.workload(at: now + 3 * Sample.day, window: 5 * Sample.day).run()
        let other = try restarted.workload(at: now + 3 * Sample.day, window: 5 * Sample.day).run()
        #expect(SenderModelDocument.text(for: one.model) == SenderModelDocument.text(for: other.model))
    }

    @Test("cancelled work leaves the tracker as it was")
    func cancels() throws {
        var tracker = tracker()
        for event in try events() { tracker.record(event) }
        let work = tracker.workload(at: UnixTime(seconds: 1_176_000_000), window: Sample.day)
        #expect(throws: (any Error).self) { _ = try work.run(isCancelled: { true }) }
        #expect(tracker.model.learnedUntil == nil)
    }
}

extension Array {
    /// Every second element first: another order, the same each time.
    fileprivate func shuffledOnce() -> [Element] {
        enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
            + enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    }
}
