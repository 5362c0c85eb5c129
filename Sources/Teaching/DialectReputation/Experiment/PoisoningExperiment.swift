public import Dialects
import Judgements
import Keeping
public import SMTP
import Spectral

/// What strangers who want an honest program to be greylisted can reach, and what those can who want their own not to be.
public struct PoisoningExperiment {
    /// One attack, and what came of it.
    public struct Row: Sendable, Hashable {
        /// What the stranger does.
        public var attack: String

        /// How many messages that takes.
        public var messages: Int

        /// From how many networks.
        public var networks: Int

        /// Of how many organisations.
        public var organisations: Int

        /// Whether somebody honest speaks so here already.
        public var isInUse: Bool

        /// What the site then says of the dialect.
        public var state: SiteDialect.State

        /// The share of honest sessions of that program that are called, of those that ask for recipients.
        public var honestCalled: Double
    }

    private struct Attack {
        var words: String
        var messages: Int
        var networks: Int
        var organisations: Int
        var source: JudgementSource
        var isInUse = true
        var hasReturn = false
        var isKnown = false
    }

    private static let attacks = [
        Attack(
            words: "10,000 messages from one network, refused by a blocklist", messages: 10_000, networks: 1,
            organisations: 1, source: .blocklist),
        Attack(
            words: "the same, and nobody honest speaks so yet", messages: 10_000, networks: 1, organisations: 1,
            source: .blocklist, isInUse: false),
        Attack(
            words: "knows the traps: 10,000 messages from four networks", messages: 10_000, networks: 4,
            organisations: 1, source: .trap),
        Attack(
            words: "the same, and nobody honest speaks so yet", messages: 10_000, networks: 4, organisations: 1,
            source: .trap, isInUse: false),
        Attack(
            words: "200 networks of one provider, to traps, nobody honest yet", messages: 10_000, networks: 200,
            organisations: 1, source: .trap, isInUse: false),
        Attack(
            words: "controls a source of low rank: unknown recipients", messages: 10_000, networks: 200,
            organisations: 50, source: .unknownRecipients),
        Attack(
            words: "the same, and nobody honest speaks so yet", messages: 10_000, networks: 200, organisations: 50,
            source: .unknownRecipients, isInUse: false),
        Attack(
            words: "a botnet that speaks like the program, to traps", messages: 10_000, networks: 200,
            organisations: 50, source: .trap),
        Attack(
            words: "the same, and nobody honest speaks so yet", messages: 10_000, networks: 200, organisations: 50,
            source: .trap, isInUse: false),
        Attack(
            words: "the same, once one honest client has come back", messages: 10_000, networks: 200, organisations: 50,
            source: .trap, isInUse: false, hasReturn: true),
        Attack(
            words: "the same, and nobody honest yet, but the model knows the program", messages: 10_000, networks: 200,
            organisations: 50, source: .trap, isInUse: false, isKnown: true),
    ]

    /// Runs all attacks on a program of a model, as seen from `vantage`; every honest program is in use but, where a row
    /// says so, those that speak like the one attacked. The model does not know the program but in the last row.
    public static func run(
        model: DialectModel, program: String, vantage: Vantage, seed: UInt64
    ) -> [Row] {
        guard let dialect = model.dialects.first(where: { $0.name == program }) else { return [] }
        let traffic = HonestTraffic(model, at: vantage, seed: seed)
        let speaker = DialectSpeaker(dialect)
        let software = DialectVoices(ofHonestSoftwareIn: model, at: [vantage])
        let now = HonestTraffic.end
        return attacks.map { attack in
            var generator = SplitMix64(seed: seed)
            let host = SpeakingHost.server(900_000, &generator)
            let fresh = (0..<200).map {
                SimulatedSighting(
                    speaker.dialogue(from: host, &generator), from: host, at: vantage, time: now, number: $0)
            }
            // The stranger repeats what he has heard, in the program's proportions.
            var all = traffic.sightings.map(\.sighting)
            if !attack.isInUse {
                let speeches = Set(fresh.map(\.prints.speech))
                all.removeAll { speeches.contains($0.dialect?.speech ?? 0) }
            }
            for number in 0..<attack.messages {
                var sighting = fresh[number % fresh.count].sighting
                let network = number % attack.networks
                sighting.client = KeyedHash(bits: UInt128(7_000_000 + network) << 32)
                sighting.network = KeyedHash(bits: UInt128(7_000_000 + network))
                sighting.organisation = KeyedHash(bits: UInt128(7_000_000 + network % attack.organisations) << 64)
                sighting.judgements = [MailJudgement(.spam, from: attack.source, at: now)]
                all.append(sighting)
            }
            if attack.hasReturn {
                for number in 0..<60 {
                    var sighting = fresh[number].sighting
                    sighting.client = KeyedHash(bits: 8_000_000 << 32)
                    sighting.network = KeyedHash(bits: 8_000_000)
                    sighting.time = now + -Int64(number % 3) * 86_400
                    all.append(sighting)
                }
            }
            var clients = ReturningClients()
            for sighting in all { clients.add(sighting) }
            var reputation = DialectReputation(at: now)
            for sighting in all { reputation.add(sighting, isHonestClient: clients.isHonest(sighting)) }
            let site = reputation.dialects(software: attack.isKnown ? software : nil)
            // Without a recipient there is nothing to decide.
            let asked = fresh.filter(\.hasRecipient)
            let called = asked.count { site.hostile(by: $0.prints) != nil }
            let usual = asked.first ?? fresh[0]
            return Row(
                attack: attack.words, messages: attack.messages, networks: attack.networks,
                organisations: attack.organisations, isInUse: attack.isInUse, state: site.state(of: usual.prints),
                honestCalled: Double(called) / Double(max(1, asked.count)))
        }
    }
}
