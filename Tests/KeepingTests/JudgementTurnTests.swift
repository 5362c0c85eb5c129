import Judgements
import Keeping
import SMTP
import Testing

@Suite struct JudgementTurnTests {
    /// Ten days of so many messages; each source calls so many of a day's spam.
    private func report(_ spam: [JudgementSource: (Int) -> Int], messages: (Int) -> Int = { _ in 100 })
        -> JudgementReport
    {
        var report = JudgementReport()
        for day in 0..<10 {
            let time = UnixTime(seconds: Int64(day) * 86_400 + 10)
            for number in 0..<messages(day) {
                report.add(
                    spam.filter { number < $0.value(day) }.map { MailJudgement(.spam, from: $0.key, at: time) },
                    at: time)
            }
        }
        return report
    }

    @Test func aLogThatStopsIsNamed() throws {
        let turns = report([.filterLog: { $0 < 8 ? 40 : 0 }, .trap: { _ in 5 }]).turns
        #expect(turns.map(\.source) == [.filterLog])
        #expect(try #require(turns.first).reason.contains("nothing for 2 days, after 40"))
    }

    @Test func aFilterThatSuddenlyCallsEverythingSpamIsNamed() throws {
        let turns = report([.filterHeader: { $0 < 8 ? 60 : 100 }, .blocklist: { _ in 97 }]).turns
        #expect(turns.map(\.source) == [.filterHeader])
    }

    @Test func whatIsAsBeforeIsNot() {
        #expect(report([.filterLog: { _ in 40 }, .person: { $0 == 1 ? 3 : 0 }]).turns.isEmpty)
        #expect(JudgementReport().turns.isEmpty)
    }

    @Test func aWeekWithoutMailSaysNothingOfTheSources() {
        #expect(report([.filterLog: { $0 < 8 ? 40 : 0 }], messages: { $0 < 8 ? 100 : 3 }).turns.isEmpty)
    }
}
