import DialectLearning
import Dialects
import Judgements
import Keeping
import SMTP
import Spectral

/// What a simulated site receives besides the dialect that it does not know: eleven days of honest programs, all those of a
/// model, or all that somebody has recorded.
///
/// Each program is spoken by eight hosts that come back (once a day), by twelve that write once, and by four
/// whose accounts somebody else uses to send spam. One in twenty of the spam is judged; two in a thousand of the honest
/// messages are judged spam by mistake.
struct HonestTraffic {
    /// When the site begins.
    static let start = UnixTime(seconds: 1_893_456_000)

    /// How many days it is watched before somebody unknown comes.
    static let quietDays = 7

    /// How many days it is watched in all.
    static let days = 11

    /// When the unknown one comes, and when the watch is over.
    static let arrival = start + Int64(quietDays) * 86_400
    static let end = start + Int64(days) * 86_400

    /// The sightings, in the order of their times.
    let sightings: [SimulatedSighting]

    /// Sessions of hosts that were not seen before, by program.
    let fresh: [(name: String, sessions: [SimulatedSighting])]

    /// An honest program: a session of one of its hosts, which is given by its number.
    private struct Program {
        let name: String
        let speak: (_ host: Int, _ generator: inout SplitMix64) -> (dialogue: Dialogue, host: SpeakingHost)
        /// The same of hosts that were not seen before.
        let speakAfresh: (_ host: Int, _ generator: inout SplitMix64) -> (dialogue: Dialogue, host: SpeakingHost)
    }

    /// Programs that speak as the machines of a model do.
    init(_ model: DialectModel, at vantage: Vantage, seed: UInt64) {
        let programs = model.dialects.filter { !$0.dialectClass.isHostile }.map { dialect in
            let speaker = DialectSpeaker(dialect)
            func speak(_ number: Int, _ generator: inout SplitMix64) -> (Dialogue, SpeakingHost) {
                // A host is the same whenever it speaks.
                var own = SplitMix64(seed: seed &* 7_919 &+ UInt64(number))
                let host = SpeakingHost.server(number, &own)
                return (speaker.dialogue(from: host, &generator), host)
            }
            return Program(name: dialect.name, speak: speak, speakAfresh: speak)
        }
        self.init(programs, at: vantage, seed: seed)
    }

    /// Programs that speak as they were recorded. Nine of ten sessions meet with nothing unusual, one with a reply of a
    /// catalogue, as far as there are recordings of either. Every second one is kept for hosts that come afresh.
    init(
        recorded: [(recording: SiteExperiment.Recording, prints: DialectFingerprints)], at vantage: Vantage,
        seed: UInt64
    ) {
        let byName = Dictionary(grouping: recorded.map(\.recording).filter(\.isHonest), by: \.program)
        let programs = byName.sorted { $0.key < $1.key }.map { name, all in
            let halves = [0, 1].map { half in all.enumerated().filter { $0.offset % 2 == half }.map(\.element.dialogue)
            }
            let usual = all.filter(\.isUsual).map(\.dialogue)
            func draw(_ half: [Dialogue], _ number: Int, _ generator: inout SplitMix64) -> (Dialogue, SpeakingHost) {
                let isUsual = generator.unit() < 0.9 && !usual.isEmpty
                let from = isUsual || half.isEmpty ? (usual.isEmpty ? all.map(\.dialogue) : usual) : half
                let dialogue = from[Int(generator.next() % UInt64(from.count))]
                return (dialogue, SpeakingHost.recorded(dialogue.peers, number: number))
            }
            return Program(
                name: name, speak: { draw(halves[0], $0, &$1) },
                speakAfresh: { number, generator in
                    let from = halves[1].isEmpty ? halves[0] : halves[1]
                    let dialogue = from[Int(generator.next() % UInt64(from.count))]
                    return (dialogue, SpeakingHost.recorded(dialogue.peers, number: number))
                })
        }
        self.init(programs, at: vantage, seed: seed)
    }

    private init(_ programs: [Program], at vantage: Vantage, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var sightings: [SimulatedSighting] = []
        var fresh: [(name: String, sessions: [SimulatedSighting])] = []
        var number = 0
        func time(_ day: Int, _ generator: inout SplitMix64) -> UnixTime {
            Self.start + (Int64(day) * 86_400 + Int64(generator.next() % 86_400))
        }
        for program in programs {
            func session(of host: Int, day: Int) -> SimulatedSighting {
                number += 1
                let (dialogue, host) = program.speak(host, &generator)
                return SimulatedSighting(
                    dialogue, from: host, at: vantage, time: time(day, &generator), number: number)
            }
            for kind in 0..<24 {
                number += 1
                let host = number
                switch kind {
                case 0..<8:
                    for day in 0..<Self.days { sightings.append(session(of: host, day: day)) }
                case 8..<20: sightings.append(session(of: host, day: Int(generator.next() % UInt64(Self.days))))
                default:
                    for _ in 0..<3 {
                        let spam = session(of: host, day: Int(generator.next() % UInt64(Self.days)))
                        sightings.append(generator.unit() < 0.05 ? spam.judged(.spam, by: .filterLog) : spam)
                    }
                }
            }
            fresh.append(
                (
                    program.name,
                    (0..<30).map { _ in
                        number += 1
                        let (dialogue, host) = program.speakAfresh(number, &generator)
                        return SimulatedSighting(
                            dialogue, from: host, at: vantage, time: time(0, &generator), number: number)
                    }
                ))
        }
        for index in sightings.indices where sightings[index].sighting.judgements.isEmpty && generator.unit() < 0.002 {
            sightings[index] = sightings[index].judged(.spam, by: .filterHeader)
        }
        self.sightings = sightings.sorted {
            ($0.sighting.time, $0.sighting.id) < ($1.sighting.time, $1.sighting.id)
        }
        self.fresh = fresh
    }
}
