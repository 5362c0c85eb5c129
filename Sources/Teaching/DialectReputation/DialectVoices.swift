import DialectLearning
public import Dialects
public import SMTP
import Spectral

/// How the dialects of a model speak, as fingerprints: which of them could have spoken like something seen.
///
/// Every dialect is made to speak until ``patience`` sessions in a row have brought nothing new, or ``mostSessions`` times:
/// with the forms of HELO, the refusals and the ways that its machine can take, at a server that offers SIZE. Where the
/// answer to EHLO shows, at one that does not as well; elsewhere a client that cannot name SIZE would be taken for one that
/// does not. Sessions that somebody's lost connection cut short are nobody's way to speak.
public struct DialectVoices {
    private struct Voice: Hashable {
        let depth: SiteDialect.Depth
        let fingerprint: UInt64
    }

    private var voices: [Voice: [DialectMatch.DialectName]] = [:]

    /// After how many sessions without anything new a dialect has said what it can.
    static let patience = 64

    /// How often a dialect is made to speak at most.
    static let mostSessions = 1_024

    /// What these dialects say, as seen from `vantages`. O(dialects x sessions x vantages).
    public init(of dialects: some Sequence<Dialect>, at vantages: Set<Vantage>) {
        guard !vantages.isEmpty else { return }
        let seeing = vantages.filter { $0.filteredServer == nil }
        var generator = SplitMix64(seed: 1)
        for dialect in dialects {
            var spoken = Self.voices(of: DialectSpeaker(dialect, losesConnections: false), at: vantages, &generator)
            if !seeing.isEmpty {
                spoken.formUnion(
                    Self.voices(
                        of: DialectSpeaker(dialect, losesConnections: false, offersSize: false), at: seeing, &generator)
                )
            }
            for voice in spoken { voices[voice, default: []].append(DialectMatch.DialectName(dialect)) }
        }
    }

    /// The same of the honest software of a model. What conversations without a label have taught is not known to be any
    /// (``ModelLearner/proposal``).
    public init(ofHonestSoftwareIn model: DialectModel, at vantages: Set<Vantage>) {
        self.init(
            of: model.dialects.lazy.filter {
                !$0.dialectClass.isHostile && !$0.name.hasPrefix(ModelLearner.proposal)
            }, at: vantages)
    }

    private static func voices(
        of speaker: DialectSpeaker, at vantages: Set<Vantage>, _ generator: inout SplitMix64
    ) -> Set<Voice> {
        var spoken: Set<Voice> = []
        var (number, quiet) = (0, 0)
        while number < mostSessions, quiet < patience {
            let dialogue = speaker.dialogue(from: SpeakingHost.server(number, &generator), &generator)
            let before = spoken.count
            for vantage in vantages {
                let prints = dialogue.fingerprints(at: vantage)
                spoken.insert(Voice(depth: .speech, fingerprint: prints.speech))
                spoken.insert(Voice(depth: .course, fingerprint: UInt64(prints.course)))
            }
            number += 1
            quiet = spoken.count == before ? quiet + 1 : 0
        }
        return spoken
    }

    /// The dialects that can speak like `dialect`, in the model's order. Of names that somebody greets with nothing is
    /// known. O(1).
    public func names(like dialect: SiteDialect) -> [DialectMatch.DialectName] {
        voices[Voice(depth: dialect.depth, fingerprint: dialect.fingerprint)] ?? []
    }
}
