import Dialects
import Judgements
import SMTP

/// What is known of one fingerprint at one depth.
struct FingerprintEvidence {
    let vantage: Vantage
    private(set) var shape: String
    private var sightings = 0
    private var seen = NetworkTally()
    private var spam = NetworkTally()
    private var honest = NetworkTally()
    private var bestSpamRank = Int.max
    private var sources: [JudgementSource: Set<KeyedHash>] = [:]

    init(vantage: Vantage, shape: String) {
        self.vantage = vantage
        self.shape = shape
    }

    /// How many networks were judged: what must not be forgotten first.
    var judged: Int { spam.count + honest.count }

    mutating func add(_ witness: Witness, rules: ReputationRules) {
        sightings += 1
        let most = rules.mostNetworks
        seen.add(witness.network, of: witness.organisation, at: witness.time, most: most)
        switch witness.kind {
        case .spam?:
            spam.add(witness.network, of: witness.organisation, at: witness.time, most: most)
            bestSpamRank = min(bestSpamRank, witness.sources.map(\.rank).min() ?? .max)
        case .honest?: honest.add(witness.network, of: witness.organisation, at: witness.time, most: most)
        case nil: break
        }
        for source in witness.sources where sources[source, default: []].count < most {
            sources[source, default: []].insert(witness.network)
        }
    }

    /// What it amounts to.
    func dialect(
        _ depth: SiteDialect.Depth, _ fingerprint: UInt64, at now: UnixTime, rules: ReputationRules
    ) -> SiteDialect {
        let spam = spam.side(at: now, halfLife: rules.halfLife, without: honest)
        let honest = honest.side(at: now, halfLife: rules.halfLife)
        let isHonest = honest.weight >= rules.honestWeight
        let state: SiteDialect.State
        if isHonest {
            state = spam.networks > 0 ? .mixed : .honest
        } else {
            let seen = seen.side(at: now, halfLife: rules.halfLife)
            let isCrowd =
                seen.networks >= rules.crowd && seen.organisations >= rules.crowdOrganisations && seen.days >= 3
            let isEnough =
                spam.networks >= (isCrowd ? rules.networksInCrowd : rules.networks)
                && spam.weight >= (isCrowd ? rules.weightInCrowd : rules.weight)
            state =
                isEnough && spam.organisations >= rules.organisations && bestSpamRank <= rules.witnessRank
                ? .hostile : .unknown
        }
        return SiteDialect(
            depth: depth, fingerprint: fingerprint, vantage: vantage, state: state, shape: shape,
            sightings: sightings, networks: seen.count, spam: spam, honest: honest,
            sources: Dictionary(
                sources.map { ($0.key.rawValue, $0.value.count) }, uniquingKeysWith: { one, _ in one }))
    }
}
