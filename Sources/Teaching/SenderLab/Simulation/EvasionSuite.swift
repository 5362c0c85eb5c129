import SMTP
public import SpamTracker
public import Spectral

/// Measures what each evasion gains and what it costs, on simulated traffic: all periods but the last teach, the last is
/// judged.
public enum EvasionSuite {
    /// One experiment.
    public struct Outcome: Sendable {
        /// What half of the campaigns did.
        public let evasion: Evasion

        /// What the compromised sensor may teach; `nil` where none lies.
        public let role: SensorRole?

        /// Mails per evading bot.
        public let mailsPerBot: Double

        /// Distinct domains of its campaign's interest that an evading bot reached.
        public let reachPerBot: Double

        /// Share of evading bots flagged by targets alone, at a threshold that flags 1 % of honest senders.
        public let recallByContrast: Double

        /// Share of evading bots flagged by targets and history, at such a threshold.
        public let recallByHistory: Double

        /// Area under the ROC curve, evading bots against honest senders, targets alone.
        public let areaByContrast: Double

        /// Share of honest senders that score above the base line's threshold, targets and history.
        public let honestFlagged: Double

        /// Mean probability of the innocent senders that a lying sensor accused, or of all honest ones.
        public let innocentProbability: Double
    }

    /// What a sensor may teach.
    public enum SensorRole: String, CaseIterable, Sendable {
        /// Its mails and its judgements of senders are both taken.
        case judge = "judges senders"

        /// Its mails are taken, its judgements not: Argot's rule for all but the administrator's own sources.
        case witness = "reports mails"

        /// Nothing that it says shapes clusters, profiles or labels.
        case untrusted
    }

    // The liar is the domain third in favour with honest senders: it sees many of them.
    private static let accusedShare = 0.3
    private static let framedCount = 50

    /// Runs all experiments.
    ///
    /// - Parameters:
    ///   - options: The traffic.
    ///   - progress: Called after each experiment with the number done and in all.
    public static func outcomes(
        options: SimulationOptions, clustering: ClusterOptions = ClusterOptions(),
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(SpectralError) -> [Outcome] {
        var outcomes: [Outcome] = []
        var baseThreshold = Double.infinity
        let experiments: [(Evasion, SensorRole?)] = Evasion.allCases.flatMap { evasion -> [(Evasion, SensorRole?)] in
            evasion.needsSensor ? SensorRole.allCases.map { (evasion, $0) } : [(evasion, nil)]
        }
        for (evasion, role) in experiments {
            let run = try Run(evasion, role: role, options: options, clustering: clustering)
            if evasion == .none { baseThreshold = run.threshold(of: run.honest.map(\.logOdds)) }
            outcomes.append(run.outcome(baseThreshold: baseThreshold))
            progress(outcomes.count, experiments.count)
        }
        return outcomes
    }

    private struct Run {
        let evasion: Evasion
        let role: SensorRole?
        var honest: [SenderScore] = []
        var evaders: [SenderScore] = []
        var accused: [SenderScore] = []
        var mails = 0
        var reach = 0

        init(
            _ evasion: Evasion, role: SensorRole?, options: SimulationOptions, clustering: ClusterOptions
        ) throws(SpectralError) {
            self.evasion = evasion
            self.role = role
            var simulator = TrafficSimulator(options: options, evasion: evasion)
            let traffic = simulator.mails()
            let lists = simulator.lists
            let start = traffic.first?.time.seconds ?? 0
            func period(_ mail: SimulatedMail) -> Int { Int((mail.time.seconds - start) / options.periodSeconds) }
            let liar = simulator.popularWithHonest[min(2, options.domains - 1)]
            let innocents = Set(traffic.filter { !$0.isSpam }.map { SenderKey($0.sender) }).sorted()
            let accusedKeys: Set<SenderKey> =
                switch evasion {
                case .poisoning: Set(innocents.prefix(Int(Double(innocents.count) * accusedShare)))
                case .framing: Set(innocents.prefix(framedCount))
                default: []
                }

            var table = DomainTable()
            for domain in 0..<options.domains { _ = table.number(interning: "d\(domain).example") }
            var settings = ModelSettings()
            if role == .untrusted {
                settings.sensors.trusted = Set((0..<UInt32(options.domains)).filter { $0 != UInt32(liar) })
            }
            var model = SenderModel(settings: settings)
            let last = options.periods - 1
            for number in 0..<last {
                var matrix = Self.matrix(traffic.filter { period($0) == number }, options)
                // The lie: mails to the liar's own domain that were never sent, called spam.
                for sender in accusedKeys.sorted() {
                    matrix.record(
                        sender: sender, domain: UInt32(liar),
                        at: UnixTime(seconds: start + Int64(number) * options.periodSeconds), weight: 3,
                        label: role == .judge ? .spam : nil)
                }
                let from = UnixTime(seconds: start + Int64(number) * options.periodSeconds)
                let until = from + options.periodSeconds
                let rows = matrix.rows(from: from, until: until)
                model.learn(rows, table: table, until: until)
                model.adopt(try SpamClusters(of: rows.spam, options: clustering, sensors: settings.sensors).clusters)
            }
            let from = UnixTime(seconds: start + Int64(last) * options.periodSeconds)
            let snapshot = ScoreSnapshot(model, created: from)
            let judged = traffic.filter { period($0) == last }
            let rows = Self.matrix(judged, options).rows(from: from, until: from + options.periodSeconds)
            var campaigns: [SenderKey: Int] = [:]
            for mail in judged { if let campaign = mail.campaign { campaigns[SenderKey(mail.sender)] = campaign } }
            for index in 0..<rows.count {
                let sender = rows.senders[index]
                let score = snapshot.score(of: sender, row: rows.row(index))
                guard let campaign = campaigns[sender] else {
                    honest.append(score)
                    if accusedKeys.contains(sender) { accused.append(score) }
                    continue
                }
                guard TrafficSimulator.evades(campaign) else { continue }
                evaders.append(score)
                mails += Int(rows.row(index).mailCount)
                reach += rows.row(index).domains.count { lists[campaign].contains(Int($0)) }
            }
        }

        private static func matrix(_ mails: [SimulatedMail], _ options: SimulationOptions) -> SenderMatrix {
            var matrix = SenderMatrix(
                limits: MatrixLimits(slotSeconds: options.periodSeconds / 8, slotCount: 17, maximumCells: .max / 2))
            for mail in mails {
                matrix.record(
                    sender: SenderKey(mail.sender), domain: UInt32(mail.domain), at: mail.time,
                    label: mail.isSpam ? .spam : .honest)
            }
            return matrix
        }

        /// The score that 1 % of `values` exceed.
        func threshold(of values: [Double]) -> Double {
            let sorted = values.sorted(by: >)
            return sorted.isEmpty ? .infinity : sorted[sorted.count / 100]
        }

        func outcome(baseThreshold: Double) -> Outcome {
            let count = Double(max(evaders.count, 1))
            let byContrast = threshold(of: honest.map(\.contrast))
            let byHistory = threshold(of: honest.map(\.logOdds))
            let accused = accused.isEmpty ? honest : accused
            let samples =
                evaders.map { (true, $0.contrast) } + honest.map { (false, $0.contrast) }
            let pairs = DayPairs(
                samples.map {
                    RankingSample(
                        window: 0, day: 0, isSpam: $0.0, isNeverSeen: false, isMulti: false, scores: [$0.1])
                }, score: 0, group: .all)
            return Outcome(
                evasion: evasion, role: role, mailsPerBot: Double(mails) / count,
                reachPerBot: Double(reach) / count,
                recallByContrast: Double(evaders.count { $0.contrast > byContrast }) / count,
                recallByHistory: Double(evaders.count { $0.logOdds > byHistory }) / count,
                areaByContrast: pairs.area ?? 0,
                honestFlagged: Double(honest.count { $0.logOdds > baseThreshold }) / Double(max(honest.count, 1)),
                innocentProbability: accused.reduce(0) { $0 + $1.probability } / Double(max(accused.count, 1)))
        }
    }
}
