import Foundation
import SMTP
import Seeded
import Testing

@testable import SpamTracker

@Suite("The paper's score")
struct PaperScoreTests {
    @Test("S(r) is the largest (r · c)/|c|, counted out by hand", arguments: 1...10)
    func equalsTheFormula(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let clusters = (0..<6).map { _ -> SpamCluster in
            let domains = (0..<20).filter { _ in Int.random(in: 0..<3, using: &generator) == 0 } + [20]
            return SpamCluster(
                senderCount: 3, domains: domains.map(UInt32.init),
                average: domains.map { _ in Double.random(in: 0.1...4, using: &generator) })
        }
        let row = Sample.row((0..<20).map { ($0, Int.random(in: 0...5, using: &generator)) })
        let counts = Dictionary(uniqueKeysWithValues: zip(row.domains, row.counts.map(Double.init)))
        func similarity(_ cluster: SpamCluster, _ value: (Double) -> Double) -> Double {
            let dot = zip(cluster.domains, cluster.average).reduce(0) { $0 + value(counts[$1.0] ?? 0) * $1.1 }
            return dot / cluster.average.reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        let raw = clusters.map { similarity($0) { $0 } }.max()!
        #expect(abs(PaperScore(clusters).score(row) - raw) < 1e-9)
        let length = counts.values.reduce(0) { $0 + log1p($1) * log1p($1) }.squareRoot()
        let logarithmic = clusters.map { similarity($0) { log1p($0) } }.max()! / length
        #expect(abs(PaperScore(clusters, form: .logUnit).score(row) - logarithmic) < 1e-9)
        #expect(PaperScore(clusters, form: .logUnit).score(row) <= 1 + 1e-9)
    }

    @Test("raw scores grow with volume, unit ones do not; skewed clusters can be left out")
    func showsVolume() {
        let clusters = [
            SpamCluster(senderCount: 2, domains: [0, 1], average: [1, 1]),
            SpamCluster(senderCount: 2, domains: [2], average: [5]),
        ]
        let small = Sample.row([(0, 1), (1, 1)])
        let large = Sample.row([(0, 9), (1, 9)])
        #expect(PaperScore(clusters).score(large) > 8 * PaperScore(clusters).score(small))
        let unit = PaperScore(clusters, form: .unit)
        #expect(abs(unit.score(large) - unit.score(small)) < 1e-12)
        #expect(PaperScore(clusters).score(Sample.row([(2, 3)])) == 3)
        #expect(PaperScore(clusters, maximumSkew: 0.6).score(Sample.row([(2, 3)])) == 0)
        #expect(PaperScore(clusters).score(Sample.row([])) == 0)
        #expect(PaperScore([]).score(small) == 0)
    }
}

@Suite("Evidence of domains and networks")
struct EvidenceTests {
    @Test("taking a row's own part out gives the weights of a world without it", arguments: 1...5)
    func leavesOneOut(_ seed: UInt64) {
        let rows = Sample.traffic(seed: seed, bots: 20, honest: 10)
        var whole = DomainEvidence()
        for index in 0..<rows.count {
            let isSpam = rows.labels[index] == .spam
            whole.add(
                rows.row(index), isSpam: isSpam, backgroundWeight: isSpam ? 0 : 1, sensors: SensorTrust())
        }
        whole.fitPrior()
        for left in [0, 3, rows.count - 1] {
            var rest = DomainEvidence()
            for index in 0..<rows.count where index != left {
                let isSpam = rows.labels[index] == .spam
                rest.add(
                    rows.row(index), isSpam: isSpam, backgroundWeight: isSpam ? 0 : 1, sensors: SensorTrust())
            }
            rest.prior = whole.prior
            let isSpam = rows.labels[left] == .spam
            let row = rows.row(left)
            let logs = row.counts.map { log1p(Double($0)) }
            for (domain, value) in zip(row.domains, logs) {
                let share = value / logs.reduce(0, +)
                let own = (spam: isSpam ? share : 0, background: isSpam ? 0 : share)
                // The totals differ by the one row; the site's odds are added back.
                let offset = log(whole.spamTotal / whole.backgroundTotal) - log(rest.spamTotal / rest.backgroundTotal)
                #expect(abs(whole.weight(of: domain, without: own) + offset - rest.weight(of: domain)) < 1e-9)
            }
        }
    }

    @Test("domains of spammers speak against, domains of honest senders for a sender; volume does not matter")
    func separatesDomains() {
        var evidence = DomainEvidence()
        for _ in 0..<20 {
            evidence.add(Sample.row([(0, 1)]), isSpam: true, backgroundWeight: 0, sensors: SensorTrust())
            evidence.add(Sample.row([(1, 500)]), isSpam: false, backgroundWeight: 1, sensors: SensorTrust())
        }
        evidence.fitPrior()
        #expect(evidence.weight(of: 0) > 2)
        #expect(evidence.weight(of: 1) < -2)
        #expect(abs(evidence.weight(of: 0) + evidence.weight(of: 1)) < 1e-9)
        #expect(abs(evidence.weight(of: 7)) < abs(evidence.weight(of: 0)))
        #expect(evidence.discount(of: 0) < evidence.discount(of: 7))
        #expect(DomainEvidence().weight(of: 3) == 0)
    }

    @Test("untrusted domains gain no evidence")
    func trustsOnlySensors() {
        var evidence = DomainEvidence()
        let trust = SensorTrust(trusted: [0])
        evidence.add(Sample.row([(0, 1), (1, 9)]), isSpam: true, backgroundWeight: 0, sensors: trust)
        evidence.add(Sample.row([(1, 9)]), isSpam: true, backgroundWeight: 0, sensors: trust)
        #expect(evidence.spam == [1, 0])
        #expect(evidence.spamTotal == 1)
    }

    @Test("decay is the same in one step or in two")
    func decays() {
        var one = DomainEvidence()
        one.add(Sample.row([(0, 1), (1, 2)]), isSpam: true, backgroundWeight: 0, sensors: SensorTrust())
        var two = one
        one.decay(by: 0.25)
        two.decay(by: 0.5)
        two.decay(by: 0.5)
        #expect(zip(one.spam, two.spam).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(one.spamTotal == two.spamTotal)
    }

    @Test("the narrowest known network speaks, drawn towards the wider one")
    func inheritsHistory() throws {
        var history = NetworkHistory()
        func key(_ text: String) throws -> SenderKey { SenderKey(try #require(ClientAddress(text))) }
        for _ in 0..<10 { history.add(try key("192.0.2.1"), spam: 0, honest: 1) }
        for number in 0..<30 { history.add(try key("198.51.100.\(number)"), spam: 1, honest: 0) }
        let known = history.weight(of: try key("192.0.2.1"))
        let neighbour = history.weight(of: try key("192.0.2.77"))
        let distant = history.weight(of: try key("192.0.99.1"))
        #expect(known < neighbour)
        #expect(neighbour < distant)
        #expect(distant < 0)
        #expect(history.weight(of: try key("203.0.113.1")) == 0)
        #expect(history.weight(of: try key("198.51.100.200")) > 0)
        #expect(history.hasHonestNeighbour(of: try key("192.0.2.9")))
        #expect(!history.hasHonestNeighbour(of: try key("198.51.100.1")))
    }

    @Test("compiled weights equal the ones worked out", arguments: 1...3)
    func compiles(_ seed: UInt64) {
        var history = NetworkHistory()
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            let key = SenderKey(ClientAddress(ipv4: UInt32.random(in: 0..<4_000, using: &generator) << 4))
            history.add(key, spam: Double.random(in: 0...1, using: &generator), honest: 0.3)
        }
        var model = SenderModel()
        model.history = history
        let snapshot = ScoreSnapshot(model, created: UnixTime(seconds: 0))
        for _ in 0..<400 {
            let key = SenderKey(ClientAddress(ipv4: UInt32.random(in: 0..<70_000, using: &generator)))
            let weight = snapshot.score(of: key).features.history
            #expect(abs(weight - history.weight(of: key)) < 1e-5)
        }
    }

    @Test("a regular counts once for its network, however often it comes; strangers beside it are judged alike")
    func countsEachNeighbourOnce() throws {
        func key(_ text: String) throws -> SenderKey { SenderKey(try #require(ClientAddress(text))) }
        var seldom = NetworkHistory()
        for number in 0..<50 { seldom.add(try key("198.51.100.\(number)"), spam: 1, honest: 0) }
        seldom.add(try key("192.0.2.1"), spam: 0, honest: 1)
        var often = seldom
        for _ in 0..<20 { often.add(try key("192.0.2.1"), spam: 0, honest: 1) }
        // The site's own odds differ: what is compared is the share in the network.
        #expect(
            often.counts[NetworkHistory.Level.narrow.rawValue] == seldom.counts[NetworkHistory.Level.narrow.rawValue])
        #expect(
            often.counts[NetworkHistory.Level.region.rawValue] == seldom.counts[NetworkHistory.Level.region.rawValue])
        #expect(often.weight(of: try key("192.0.2.1")) < often.weight(of: try key("192.0.2.2")))
        // Ten spam senders of one /24 are one network of spam for the /16.
        let wide = NetworkHistory.Count(spam: 1, honest: 0)
        #expect(seldom.counts[NetworkHistory.Level.wide.rawValue][try key("198.51.0.0").bits] == wide)
    }

    @Test("taking a sender's own part out gives the history without it", arguments: 1...10)
    func leavesSendersOut(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        // Which neighbour stands for a network depends on who came first: here all in a network are of a kind.
        let senders = (0..<60).map { _ -> SenderKey in
            let parts = (0..<4).map { UInt32.random(in: 1...($0 == 0 ? 12 : 3), using: &generator) }
            return SenderKey(ClientAddress(ipv4: parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3]))
        }
        func count(_ sender: SenderKey) -> NetworkHistory.Count {
            (sender.bits >> 24) % 2 == 0
                ? NetworkHistory.Count(spam: 1, honest: 0) : NetworkHistory.Count(spam: 0, honest: 0.1)
        }
        var whole = NetworkHistory()
        for sender in senders { whole.add(sender, spam: count(sender).spam, honest: count(sender).honest) }
        for own in senders.indices {
            var rest = NetworkHistory()
            for (place, sender) in senders.enumerated() where place != own {
                rest.add(sender, spam: count(sender).spam, honest: count(sender).honest)
            }
            rest.total = whole.total
            let weight = whole.weight(of: senders[own], without: count(senders[own]))
            #expect(abs(weight - rest.weight(of: senders[own])) < 1e-9)
        }
    }

    @Test("history stays within its capacity and forgets the lightest")
    func trims() {
        var history = NetworkHistory(capacity: 10)
        for number in 0..<100 { history.add(Sample.key(number * 65_536), spam: Double(number), honest: 0) }
        history.trim()
        #expect(history.counts.allSatisfy { $0.count <= 10 })
        #expect(history.hasSeen(Sample.key(99 * 65_536)))
        #expect(!history.hasSeen(Sample.key(1 * 65_536)))
    }
}

@Suite("Calibration")
struct LogisticModelTests {
    private func examples(seed: UInt64, slope: Double, count: Int) -> [LogisticModel.Example] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            var features = ScoreFeatures()
            features.targets = Double.random(in: -3...3, using: &generator)
            features.history = Double.random(in: -1...1, using: &generator)
            let p = 1 / (1 + exp(-(0.5 + slope * features.targets)))
            return LogisticModel.Example(
                features: features, isSpam: Double.random(in: 0...1, using: &generator) < p, weight: 1)
        }
    }

    @Test("the fit finds the slope and intercept that made the data")
    func recovers() {
        let model = LogisticModel.fitted(to: examples(seed: 1, slope: 2, count: 4_000), usingHistory: true)
        #expect(abs(model.weights[0] - 2) < 0.2)
        #expect(abs(model.intercept - 0.5) < 0.2)
        #expect(abs(model.weights[4]) < 0.4)
    }

    @Test("probabilities are calibrated: of senders given p, a share of p is spam")
    func isCalibrated() {
        let model = LogisticModel.fitted(to: examples(seed: 2, slope: 1.5, count: 4_000), usingHistory: false)
        let judged = examples(seed: 3, slope: 1.5, count: 8_000)
        for low in stride(from: 0.0, to: 1, by: 0.2) {
            let inside = judged.filter {
                (low..<low + 0.2).contains(LogisticModel.probability(model.logOdds($0.features)))
            }
            let expected = inside.reduce(0) { $0 + LogisticModel.probability(model.logOdds($1.features)) }
            let found = Double(inside.count(where: \.isSpam))
            #expect(abs(expected - found) / Double(inside.count) < 0.05)
        }
    }

    @Test("separable, one-sided, empty or enormous data does not run away")
    func staysFinite() {
        var far = ScoreFeatures()
        far.targets = 1e4
        var near = ScoreFeatures()
        near.targets = -1e4
        let separable = [
            LogisticModel.Example(features: far, isSpam: true, weight: 1),
            LogisticModel.Example(features: near, isSpam: false, weight: 1e-3),
        ]
        let model = LogisticModel.fitted(to: separable, usingHistory: true)
        #expect(model.weights.allSatisfy { $0.isFinite })
        #expect(model.intercept.isFinite)
        #expect(LogisticModel.fitted(to: [], usingHistory: true) == .naive(usingHistory: true))
        #expect(LogisticModel.fitted(to: [separable[0]], usingHistory: false) == .naive(usingHistory: false))
    }

    @Test("few examples leave the weights near naive Bayes")
    func isDrawnToThePrior() {
        let model = LogisticModel.fitted(to: examples(seed: 4, slope: 3, count: 6), usingHistory: false)
        #expect(abs(model.weights[0] - 1) < 1)
        #expect(model.weights[4] == 0)
    }
}

@Suite("Contamination")
struct ContaminationTests {
    @Test("evidence is bounded both ways, keeps its order and sign, and is exact for the mixture")
    func bounds() {
        let epsilon = 0.05
        var last = -Double.infinity
        for step in -400...400 {
            let ratio = Double(step) / 10
            let bounded = Contamination.bounded(ratio, epsilon: epsilon)
            let mixture = ((1 - epsilon) * exp(ratio) + epsilon) / (1 - epsilon + epsilon * exp(ratio))
            #expect(abs(bounded - log(mixture)) < 1e-9)
            #expect(bounded >= last)
            #expect(abs(bounded) <= log(0.95 / 0.05) + 1e-12)
            last = bounded
        }
        #expect(Contamination.bounded(1e6, epsilon: epsilon).isFinite)
        #expect(Contamination.bounded(7, epsilon: 0) == 7)
    }
}
