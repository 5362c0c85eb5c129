import DialectLearning
public import Dialects
import Judgements
import Keeping
public import SMTP
import Spectral

/// How soon a site recognises a bot that nobody wrote down: each hostile dialect of a model in turn, unknown, among the
/// traffic of all honest programs.
public struct SiteExperiment {
    /// What is simulated.
    public struct Options: Sendable, Hashable {
        /// Where the site looks from.
        public var vantage = Vantage.wire

        /// What all chance follows from.
        public var seed: UInt64 = 1

        /// How many sessions of the hostile dialect there are.
        public var sessions = 200

        /// How many of them are judged spam, as a share.
        public var judgedShare = 0.05

        /// Whether the honest traffic is what was recorded, and not what a model's machines make up.
        public var isHonestRecorded = false

        /// The options as they are.
        public init() {}
    }

    /// A conversation that somebody recorded of a program, to be asked about beside those that the machines make up.
    public struct Recording: Sendable {
        /// The program.
        public var program: String

        /// Whether it is honest.
        public var isHonest: Bool

        /// What was said.
        public var dialogue: Dialogue

        /// Whether nothing unusual happened in it: the server made no odd reply.
        public var isUsual: Bool

        /// A recording from its parts.
        public init(program: String, isHonest: Bool, dialogue: Dialogue, isUsual: Bool = true) {
            self.isUsual = isUsual
            self.program = program
            self.isHonest = isHonest
            self.dialogue = dialogue
        }

        /// Whether it is of this dialect: the program bears its name, or a variant's.
        func isOf(_ dialect: String) -> Bool { program == dialect || program.hasPrefix(dialect + "-") }
    }

    /// What became of one hostile dialect.
    public struct Outcome: Sendable, Hashable {
        /// Its name in the model.
        public var name: String

        /// How many honest dialects can look like it in a plain delivery.
        public var lookAlikes: Int

        /// How many of its sessions were judged spam.
        public var judged: Int

        /// After how many of its sessions at least half of its further ones are called; `nil` when never.
        public var recognisedAfter: Int?

        /// The share of further sessions called at a recipient, after all sessions.
        public var calledAtRecipient: Double

        /// The share called in the end.
        public var called: Double

        /// The share called by nothing but the name that they greet with.
        public var calledByName: Double

        /// The state of most of its sessions.
        public var state: SiteDialect.State

        /// What else tells its speakers from honest ones.
        public var distinctions: [SiteDialect.Distinction]

        /// Replies that tell it from honest dialects that look like it, and from how many.
        public var question: String?

        /// What it looks like.
        public var shape: String

        /// How many recorded conversations there are of it, and how many of them are called.
        public var recorded = 0

        /// How many of them are called.
        public var recordedCalled = 0
    }

    /// What was found.
    public struct Report: Sendable, Hashable {
        /// The hostile dialects, in the model's order.
        public var outcomes: [Outcome] = []

        /// Honest programs some session of which was called at some time, and how many of those sessions.
        public var honestCalled: [String: Int] = [:]

        /// How many honest programs there were.
        public var honestPrograms = 0

        /// How many honest sessions were asked about, each time.
        public var honestSessions = 0

        /// How many recorded conversations of honest programs were asked about, after all sessions of each dialect.
        public var honestRecorded = 0

        /// Programs of which recorded conversations were called at some time, and how many of those.
        public var honestRecordedCalled: [String: Int] = [:]

        /// Recorded conversations of honest programs that ended before any recipient, and speak like what is hostile: there
        /// nobody is deferred.
        public var honestRecordedBeforeRecipient = 0

        /// By such a program, what it was called for: depth, shape, and whom the site had met.
        public var honestRecordedCauses: [String: Set<String>] = [:]

        /// How many sightings of honest programs the site had in all.
        public var honestSightings = 0
    }

    private let model: DialectModel
    private let options: Options
    private let traffic: HonestTraffic
    /// What the model knows of honest software, and so the site too.
    private let software: DialectVoices
    private let pairs: DialectPairs
    private let recordings: [(recording: Recording, prints: DialectFingerprints)]

    /// An experiment with a model's dialects, asking about `recordings` too.
    public init(
        model: DialectModel, options: Options = Options(), recordings: [Recording] = []
    ) throws(FullConstruction.TooLarge) {
        self.recordings = recordings.map { recording in
            let naming = GreetingNaming(peers: recording.dialogue.peers) { FNVHash($0).value }
            return (recording, recording.dialogue.fingerprints(at: options.vantage, naming: naming))
        }
        self.model = model
        self.options = options
        traffic =
            options.isHonestRecorded
            ? HonestTraffic(recorded: self.recordings, at: options.vantage, seed: options.seed)
            : HonestTraffic(model, at: options.vantage, seed: options.seed)
        software = DialectVoices(ofHonestSoftwareIn: model, at: [options.vantage])
        pairs = try DialectPairs(machine: DecisionMachine(model: model, vantage: options.vantage))
    }

    private static let checkpoints = 10

    /// Runs it; `progress` is told each dialect's name.
    public func run(progress: (String) -> Void = { _ in }) -> Report {
        var report = Report()
        report.honestPrograms = traffic.fresh.count
        report.honestSessions = traffic.fresh.reduce(0) { $0 + $1.sessions.count }
        report.honestSightings = traffic.sightings.count
        for (number, dialect) in model.dialects.enumerated() where dialect.dialectClass.isHostile {
            progress(dialect.name)
            var generator = SplitMix64(seed: options.seed &* 1_000 &+ UInt64(number))
            report.outcomes.append(outcome(of: dialect, number, &report, &generator))
        }
        report.honestRecorded = recordings.count(where: \.recording.isHonest)
        return report
    }

    private func outcome(
        of dialect: Dialect, _ number: Int, _ report: inout Report, _ generator: inout SplitMix64
    ) -> Outcome {
        let layout = SpeakingHost.layouts[number % SpeakingHost.layouts.count]
        let speaker = DialectSpeaker(dialect)
        let span = HonestTraffic.end - HonestTraffic.arrival
        func session(_ index: Int, _ generator: inout SplitMix64) -> SimulatedSighting {
            let host = SpeakingHost.line(100_000 + Int(generator.next() % 2_000), layout: layout)
            return SimulatedSighting(
                speaker.dialogue(from: host, &generator), from: host, at: options.vantage,
                time: HonestTraffic.arrival + span * Int64(index) / Int64(max(1, options.sessions)),
                number: 1_000_000 + index)
        }
        let sources: [JudgementSource] = [.blocklist, .blocklist, .filterLog, .trap]
        let met = (0..<options.sessions).map { index in
            let one = session(index, &generator)
            guard generator.unit() < options.judgedShare else { return one }
            return one.judged(.spam, by: sources[Int(generator.next() % 4)])
        }
        let further = (0..<60).map { session(options.sessions + $0, &generator) }
        var recognisedAfter: Int?
        var last = SiteDialects([])
        for step in 1...Self.checkpoints {
            let count = options.sessions * step / Self.checkpoints
            last = site(met.prefix(count), until: HonestTraffic.arrival + span * Int64(step) / Int64(Self.checkpoints))
            let share = Self.share(further) { last.hostile(by: $0.prints) != nil }
            if share >= 0.5 {
                recognisedAfter = recognisedAfter ?? count
            } else {
                recognisedAfter = nil
            }
            for (name, sessions) in traffic.fresh {
                let called = sessions.count {
                    $0.hasRecipient && last.hostile(speech: $0.prints.speech, named: $0.prints.named) != nil
                        || last.hostile(by: $0.prints) != nil
                }
                if called > 0 { report.honestCalled[name, default: 0] += called }
            }
        }
        let states = further.map { last.state(of: $0.prints) }
        let state =
            SiteDialect.State.allCases.max { one, other in
                states.count { $0 == one } < states.count { $0 == other }
            } ?? .unknown
        let usual = further.first { last.state(of: $0.prints) == state } ?? further[0]
        let alike = lookAlikes(of: dialect.name)
        for (recording, prints) in recordings where recording.isHonest {
            guard let hostile = last.hostile(by: prints) else { continue }
            guard recording.dialogue.exchanges.contains(where: { $0.message.verb == .rcpt }) else {
                report.honestRecordedBeforeRecipient += 1
                continue
            }
            report.honestRecordedCalled[recording.program, default: 0] += 1
            report.honestRecordedCauses[recording.program, default: []].insert(
                "\(dialect.name), \(hostile.depth.rawValue): \(prints.shape)")
        }
        let recorded = recordings.filter { !$0.recording.isHonest && $0.recording.isOf(dialect.name) }
        return Outcome(
            name: dialect.name, lookAlikes: alike.count,
            judged: met.count { !$0.sighting.judgements.isEmpty }, recognisedAfter: recognisedAfter,
            calledAtRecipient: Self.share(further) {
                $0.hasRecipient && last.hostile(speech: $0.prints.speech, named: $0.prints.named) != nil
            },
            called: Self.share(further) { last.hostile(by: $0.prints) != nil },
            calledByName: Self.share(further) { last.hostile(by: $0.prints)?.depth == .named }, state: state,
            distinctions: distinctions(usual.prints, in: last), question: question(alike), shape: usual.prints.shape,
            recorded: recorded.count, recordedCalled: recorded.count { last.hostile(by: $0.prints) != nil })
    }

    /// What the site knows at a time, having met these sessions.
    private func site(_ met: ArraySlice<SimulatedSighting>, until now: UnixTime) -> SiteDialects {
        let all = (traffic.sightings.prefix { $0.sighting.time <= now } + met).map(\.sighting)
        var clients = ReturningClients()
        for sighting in all { clients.add(sighting) }
        var reputation = DialectReputation(at: now)
        for sighting in all { reputation.add(sighting, isHonestClient: clients.isHonest(sighting)) }
        let mixed = reputation.dialects(software: software).dialects.filter { $0.state == .mixed }
        var study = MixedDialectStudy(of: mixed)
        if now >= HonestTraffic.end {
            for sighting in all { study.add(sighting, isHonestClient: clients.isHonest(sighting)) }
        }
        return reputation.dialects(software: software, study: study)
    }

    private func distinctions(_ prints: DialectFingerprints, in site: SiteDialects) -> [SiteDialect.Distinction] {
        if let course = site.dialect(course: prints.course), !course.distinctions.isEmpty { return course.distinctions }
        return site.dialect(speech: prints.speech)?.distinctions ?? []
    }

    private static func share(_ sessions: [SimulatedSighting], _ isCounted: (SimulatedSighting) -> Bool) -> Double {
        Double(sessions.count(where: isCounted)) / Double(max(1, sessions.count))
    }

    private func lookAlikes(of name: String) -> [DialectPairs.Pair] {
        pairs.ambiguous.filter { pair in
            (pair.one.name == name || pair.other.name == name)
                && pair.one.dialectClass.isHostile != pair.other.dialectClass.isHostile
        }
    }

    /// The reply that tells most of the pairs apart, with how many.
    private func question(_ pairs: [DialectPairs.Pair]) -> String? {
        var counts: [String: Int] = [:]
        for pair in pairs {
            if case .reply(let variation, _, _) = pair.distinction { counts[variation.id, default: 0] += 1 }
        }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }.map {
            "\($0.key) (\($0.value) of \(pairs.count))"
        }
    }
}
