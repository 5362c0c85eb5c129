import DialectLearning
public import Dialects
public import SMTP
import Spectral

/// Which dialects of a model speak like what a site has seen: proposals for names.
///
/// Every dialect of the model is made to speak a few times, and its fingerprints are remembered.
public struct DialectKin {
    private struct Voice: Hashable {
        let depth: SiteDialect.Depth
        let fingerprint: UInt64
    }

    private var voices: [Voice: [DialectMatch.DialectName]] = [:]
    private let pairs: [Vantage: [DialectPairs.Pair]]

    /// How often each dialect is made to speak.
    private static let sessions = 24

    /// The kin of what is seen from `vantages`, in a model. For one too large to be compared no questions are proposed.
    public init(model: DialectModel, vantages: Set<Vantage>) {
        pairs = Dictionary(
            uniqueKeysWithValues: vantages.map { vantage in
                let pairs = try? DialectPairs(machine: DecisionMachine(model: model, vantage: vantage))
                return (vantage, pairs?.ambiguous ?? [])
            })
        var generator = SplitMix64(seed: 1)
        for dialect in model.dialects {
            let name = DialectMatch.DialectName(dialect)
            let speaker = DialectSpeaker(dialect)
            var spoken: Set<Voice> = []
            for number in 0..<Self.sessions {
                let host = SpeakingHost.server(number, &generator)
                let dialogue = speaker.dialogue(from: host, &generator)
                for vantage in vantages {
                    let prints = dialogue.fingerprints(at: vantage)
                    spoken.insert(Voice(depth: .speech, fingerprint: prints.speech))
                    spoken.insert(Voice(depth: .course, fingerprint: UInt64(prints.course)))
                }
            }
            for voice in spoken { voices[voice, default: []].append(name) }
        }
    }

    /// The dialects that can speak like `dialect`, in the model's order; those that only share the commands up to the
    /// first recipient are not told from it at that depth.
    public func names(like dialect: SiteDialect) -> [DialectMatch.DialectName] {
        voices[Voice(depth: dialect.depth, fingerprint: dialect.fingerprint)] ?? []
    }

    /// The reply after which most of the bots that speak so do something else than the honest software that does; `nil`
    /// where none is known, or only one side speaks so.
    func question(about dialect: SiteDialect) -> SiteProposal? {
        let names = names(like: dialect)
        let hostile = Set(names.filter(\.dialectClass.isHostile).map(\.name))
        let honest = Set(names.map(\.name)).subtracting(hostile)
        let apart = (pairs[dialect.vantage] ?? []).filter { pair in
            hostile.contains(pair.one.name) && honest.contains(pair.other.name)
                || hostile.contains(pair.other.name) && honest.contains(pair.one.name)
        }
        var counts: [String: Int] = [:]
        for pair in apart {
            if case .reply(let variation, _, _) = pair.distinction { counts[variation.id, default: 0] += 1 }
        }
        let best = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
        return best.map { .ask($0.key, pairs: $0.value, of: apart.count) }
    }
}
