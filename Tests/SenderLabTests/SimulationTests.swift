import SMTP
import SpamTracker
import Testing

@testable import SenderLab

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
