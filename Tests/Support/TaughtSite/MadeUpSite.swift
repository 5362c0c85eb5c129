import EnvelopeTraining
import Envelopes
public import Judgements
public import Keeping
import KeyedHashing
public import SMTP
import SQLiteStore
import Seeded

/// The sightings of a made-up site, in memory.
public struct MadeUpSite: Sightings {
    /// The sightings, in the order in which they were made up.
    public var all: [Sighting] = []
    private var generator: SeededGenerator

    /// Servers that come back, bots that do not, over so many days from `start` on.
    public init(
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
        // One bot in twenty looks like a server.
        let bad = looksBad && (number < 10_000 || Int.random(in: 0..<20, using: &generator) > 0)
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
    public var end: UnixTime { all.map(\.time).max() ?? UnixTime(seconds: 0) }

    /// Hands over the sightings in the order of time.
    public func sightings(since: UnixTime, _ take: (Sighting) -> Void) throws(StoreError) -> Int {
        for sighting in all.sorted(by: { $0.time < $1.time }) where sighting.time >= since { take(sighting) }
        return 0
    }

    /// Nobody judges later.
    public func judge(_ name: MessageName, _ judgement: MailJudgement) throws(StoreError) -> Int { 0 }

    /// Puts the sightings into a database and its key beside it, as argotd would have kept them.
    public func fill(_ directory: DataDirectory) throws {
        let key = try HashingKey.loadOrCreate(file: directory.hashingKey)
        let store = try Store(path: directory.database, hashingKey: key)
        try store.apply(all.map { .sighting($0) })
    }
}
