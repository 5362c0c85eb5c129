import SMTP
import ScratchFiles
import Testing

@testable import Evaluation

struct EnvelopeEvaluatorTests {
    /// Mail of so many days, a spam and an honest message an hour.
    private func file(_ scratch: Scratch, days: Int, name: String = "mails.jsonl") throws -> String {
        let lines = (0..<days * 24).flatMap { hour in
            ["spam", "ham"].map { label in
                "{\"t\": \(1_000_000_000 + hour * 3_600), \"ip\": \"10.0.\(hour % 200).\(label == "spam" ? 1 : 2)\", "
                    + "\"label\": \"\(label)\", \"helo\": \"\(label == "spam" ? "BOT" : "mx.example.org")\"}\n"
            }
        }
        return try scratch.write(name, lines.joined())
    }

    @Test("The first two thirds of the days teach, the rest is judged")
    func splits() throws {
        let scratch = try Scratch()
        let report = try EnvelopeEvaluator(files: [file(scratch, days: 6)]).report()
        #expect(report.n_train_spam == 4 * 24 && report.n_train_ham == 4 * 24)
        #expect(report.n_spam == 2 * 24 && report.n_ham == 2 * 24)
        #expect(report.auc == 1)
    }

    @Test("With a file to learn from, all of the others is judged")
    func trains() throws {
        let scratch = try Scratch()
        let train = try file(scratch, days: 1, name: "train.jsonl")
        let report = try EnvelopeEvaluator(files: [file(scratch, days: 2)], train: [train]).report()
        #expect(report.n_train_spam == 24 && report.n_spam == 48)
    }

    @Test("Two days are too few to learn from the earlier and judge the later")
    func tooFewDays() throws {
        let scratch = try Scratch()
        let path = try file(scratch, days: 2)
        let fault = try #require(throws: DocumentFault.self) { try EnvelopeEvaluator(files: [path]) }
        #expect(fault.file == path && fault.problem.contains("--train"))
    }
}
