import EnvelopeTraining
import Judgements
import SMTP
import Spectral
import Testing

@testable import Evaluation

@Suite struct TeachingSimulationTests {
    private func records(spam: Int, honest: Int) throws -> [EnvelopeRecord] {
        try (0..<spam + honest).map { number in
            EnvelopeRecord(
                time: UnixTime(seconds: Int64(number)),
                client: try #require(ClientAddress("10.0.\(number / 200).\(number % 200)")),
                label: number < spam ? .spam : .ham)
        }
    }

    private static func tenthOfADayLater(_ record: EnvelopeRecord) -> EnvelopeRecord {
        var record = record
        record.time = UnixTime(seconds: record.time.seconds * 8_640)
        return record
    }

    @Test(arguments: [
        ("filter:miss=0.3,wrong=0.1", 0.7, 0.1), ("blocklist:0.5", 0.5, 0), ("traps:0.05", 0.05, 0),
        ("people:0.2,wrong=0.01", 0.2, 0.01), ("none", 0, 0),
    ])
    func sourcesSayWhatTheyAreSaidToSay(word: String, spam: Double, honest: Double) throws {
        let source = try SimulatedSource(word)
        var generator = SplitMix64(seed: 3)
        let words = source.words(on: try records(spam: 4_000, honest: 4_000), &generator)
        #expect(abs(Double(words[..<4_000].count { $0 == .spam }) / 4_000 - spam) < 0.03)
        #expect(abs(Double(words[4_000...].count { $0 == .spam }) / 4_000 - honest) < 0.03)
    }

    @Test(arguments: ["", "filter:miss=2", "traps:x", "nobody", "filter:lost=0.1", "blocklist:nan"])
    func wordsThatAreNoneAreNamed(word: String) {
        #expect(throws: SimulatedSource.Fault.self) { try SimulatedSource(word) }
    }

    @Test(arguments: ["snowshoe", "snowshoe:0", "newcomers:1", "newcomers:x", "frogs:3"])
    func plantsThatAreNoneAreNamed(word: String) {
        #expect(throws: SimulatedSource.Fault.self) { try PlantedSenders(word) }
    }

    @Test func plantedSendersHaveAddressesOfTheirOwn() throws {
        var generator = SplitMix64(seed: 3)
        let planted = try PlantedSenders("newcomers:0.5").records(among: try records(spam: 900, honest: 10), &generator)
        #expect(planted.count == 900)
        #expect(Set(planted.map(\.client)).count == 900)
        #expect(planted.allSatisfy { PlantedSenders.isPlanted($0) && $0.label == .ham })
        let daily = try PlantedSenders("snowshoe:20").records(
            among: try records(spam: 9, honest: 9).map(Self.tenthOfADayLater), &generator)
        #expect(Set(daily.map(\.client)).count == 20)
    }

    @Test func aSiteWithNothingSaysWhatIsMissing() throws {
        var all = try records(spam: 30, honest: 30)
        for index in all.indices { all[index].time = UnixTime(seconds: Int64(index) * 10_000) }
        let simulation = TeachingSimulation(
            all, sources: [try SimulatedSource("filter:miss=0.1")], planted: [], seed: 1, source: "here")
        #expect(simulation.days == 7)
        let day = simulation.after(4)
        #expect(day.taught == nil)
        #expect(day.problem?.contains("came back") ?? false)
        #expect(day.judged_spam > 0)
    }
}
