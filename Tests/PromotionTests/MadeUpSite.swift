import Envelopes
import Judgements
import Keeping
import SMTP
import Seeded

@testable import EnvelopeTraining

/// The sightings of a made-up site, in memory.
struct MadeUpSite: Sightings {
    var all: [Sighting] = []
    private var generator: SeededGenerator

    /// Servers that come back, bots that do not, over so many days from `start` on.
    init(
        days: Int, start: Int64 = 1_000 * 86_400, servers: Int = 30, bots: Int = 240, seed: UInt64 = 1,
        judged: [JudgementSource: JudgementKind] = [:], looksSwapped: Bool = false
    ) {
        generator = SeededGenerator(seed: seed)
        for number in 0..<servers {
            for day in 0..<days where day % 2 == number % 2 || number % 3 == 0 {
                add(1_000 + number, looksBad: looksSwapped, day: day, start: start, [:])
            }
        }
        for number in 0..<bots {
            add(
                10_000 + number, looksBad: !looksSwapped, day: Int.random(in: 0..<days, using: &generator),
                start: start,
                judged)
        }
    }

    private mutating func add(
        _ number: Int, looksBad: Bool, day: Int, start: Int64, _ judged: [JudgementSource: JudgementKind]
    ) {
        let isOdd = Int.random(in: 0..<20, using: &generator) == 0
        let bad = looksBad != isOdd
        let time = UnixTime(seconds: start + Int64(day) * 86_400 + Int64.random(in: 0..<80_000, using: &generator))
        let record = EnvelopeRecord(
            time: time, client: ClientAddress(ipv4: UInt32(0x0a00_0000 + number * 256)), label: .unknown,
            isExtended: !bad, helo: bad ? "BOT\(number)" : "mail.o\(number).example",
            clientName: bad ? nil : "mail.o\(number).example", resolution: bad ? .fail : .ok,
            senderDomain: "o\(number).example",
            headers: bad ? ["From", "To", "Subject"] : ["Date", "From", "To", "Subject"])
        all.append(
            Sighting(
                id: "s\(all.count).1", time: time, client: KeyedHash(bits: UInt128(number)),
                network: KeyedHash(bits: UInt128(number) << 64),
                organisation: bad ? nil : KeyedHash(bits: UInt128(number) << 32),
                vantage: .milterPostfix, envelope: EnvelopeSummary(record.observer, hasHeaders: true),
                judgements: judged.map { MailJudgement($1, from: $0, at: time) }))
    }

    /// When its last message came.
    var end: UnixTime { all.map(\.time).max() ?? UnixTime(seconds: 0) }

    func sightings(since: UnixTime, _ take: (Sighting) -> Void) throws(StoreError) -> Int {
        for sighting in all.sorted(by: { $0.time < $1.time }) where sighting.time >= since { take(sighting) }
        return 0
    }

    func judge(_ name: MessageName, _ judgement: MailJudgement) throws(StoreError) -> Int { 0 }
}
