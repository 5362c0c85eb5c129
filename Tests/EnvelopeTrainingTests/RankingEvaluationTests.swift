import SMTP
import Seeded
import Testing

@testable import EnvelopeTraining

@Suite struct RankingEvaluationTests {
    private func judged(_ generator: inout SeededGenerator, count: Int) -> [RankingEvaluation.Judged] {
        (0..<count).map { _ in
            RankingEvaluation.Judged(
                // Few values, so that there are ties.
                score: Double(Int.random(in: 0..<12, using: &generator)), isSpam: Bool.random(using: &generator),
                client: ClientAddress(ipv4: UInt32.random(in: 0..<20, using: &generator)))
        }
    }

    @Test func areaIsTheShareOfPairsInTheRightOrder() throws {
        var generator = SeededGenerator(seed: 71)
        for _ in 0..<50 {
            let mails = judged(&generator, count: 60)
            var weights: [ClientAddress: Double] = [:]
            for mail in mails { weights[mail.client, default: 0] += 1 }
            var right = 0.0
            var all = 0.0
            for spam in mails where spam.isSpam {
                for honest in mails where !honest.isSpam {
                    let weight = 1 / (weights[spam.client] ?? 1) / (weights[honest.client] ?? 1)
                    all += weight
                    right += spam.score > honest.score ? weight : spam.score == honest.score ? weight / 2 : 0
                }
            }
            let area = try #require(RankingEvaluation(mails).areaPerSender)
            #expect(abs(area - right / all) < 1e-9)
        }
    }

    @Test(arguments: [0.0, 0.05, 0.1, 0.3, 1])
    func recallIsThatOfTheLowestAllowedScore(rate: Double) {
        var generator = SeededGenerator(seed: 72)
        for _ in 0..<50 {
            let mails = judged(&generator, count: 60)
            var counts: [ClientAddress: Double] = [:]
            for mail in mails { counts[mail.client, default: 0] += 1 }
            let honest = mails.filter { !$0.isSpam }
            let spam = mails.filter(\.isSpam)
            var best = (mails: 0.0, senders: 0.0)
            for border in 0...12 {
                let wrong = honest.filter { $0.score >= Double(border) }
                let recall = Double(spam.count { $0.score >= Double(border) }) / Double(spam.count)
                if Double(wrong.count) <= rate * Double(honest.count) { best.mails = max(best.mails, recall) }
                let share = wrong.reduce(0) { $0 + 1 / (counts[$1.client] ?? 1) }
                let all = honest.reduce(0) { $0 + 1 / (counts[$1.client] ?? 1) }
                if share <= rate * all + 1e-12 { best.senders = max(best.senders, recall) }
            }
            let evaluation = RankingEvaluation(mails)
            #expect(abs(evaluation.recall(atMailRate: rate) - best.mails) < 1e-9)
            #expect(abs(evaluation.recall(atSenderRate: rate) - best.senders) < 1e-9)
        }
    }

    @Test func nothingIsNotJudged() {
        let evaluation = RankingEvaluation([])
        #expect(evaluation.areaPerSender == nil)
        #expect(evaluation.recall(atMailRate: 1) == 0)
    }
}
