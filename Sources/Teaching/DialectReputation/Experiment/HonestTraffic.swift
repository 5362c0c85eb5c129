import Dialects
import Judgements
import Keeping
import SMTP
import Spectral

/// What a simulated site receives besides the dialect that it does not know: eleven days of all honest programs of a model.
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

    init(_ model: DialectModel, at vantage: Vantage, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var sightings: [SimulatedSighting] = []
        var fresh: [(name: String, sessions: [SimulatedSighting])] = []
        var number = 0
        func time(_ day: Int, _ generator: inout SplitMix64) -> UnixTime {
            Self.start + (Int64(day) * 86_400 + Int64(generator.next() % 86_400))
        }
        for dialect in model.dialects where !dialect.dialectClass.isHostile {
            let speaker = DialectSpeaker(dialect)
            func session(of host: SpeakingHost, day: Int) -> SimulatedSighting {
                number += 1
                return SimulatedSighting(
                    speaker.dialogue(from: host, &generator), from: host, at: vantage, time: time(day, &generator),
                    number: number)
            }
            for kind in 0..<24 {
                number += 1
                let host = SpeakingHost.server(number, &generator)
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
                    dialect.name,
                    (0..<30).map { _ in
                        number += 1
                        return session(of: SpeakingHost.server(number, &generator), day: 0)
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
