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

    /// How often each dialect is made to speak.
    private static let sessions = 24

    /// The kin of what is seen from `vantages`, in a model.
    public init(model: DialectModel, vantages: Set<Vantage>) {
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
}
