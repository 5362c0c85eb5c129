import Foundation
import ScratchFiles
import Testing

/// From stored mail to figures: `argot envelopes import`, `train`, `evaluate`.
@Suite struct EnvelopeImportTests {
    /// A message that arrived on one of six days.
    private func mail(_ number: Int, isSpam: Bool) -> String {
        let day = 1 + number % 6
        let address = "203.0.\(number % 100).\(isSpam ? 9 : 7)"
        let name = isSpam ? "dsl-203-0-\(number % 100)-9.net\(number % 40).example" : "mail.org\(number % 40).example"
        return """
            From a@org\(number % 40).example Mon Nov \(day) 10:00:00 2026
            Return-Path: <a@org\(number % 40).example>
            Received: from \(isSpam ? "BOT\(number)" : name) (\(name) [\(address)])
            \tby mx.example.org (Postfix) with \(isSpam ? "SMTP" : "ESMTPS") id A\(number);
            \tMon, \(day) Nov 2026 10:00:00 +0000
            \(isSpam ? "Subject: x\nFrom: a\nTo: b" : "Date: Mon, \(day) Nov 2026 10:00:00 +0000\nFrom: a\nTo: b\nSubject: x")
            Message-ID: <\(number)@org\(number % 40).example>

            text


            """
    }

    @Test func storedMailIsImportedLearnedAndJudged() throws {
        let scratch = try Scratch()
        let spam = try scratch.write("spam", (0..<120).map { mail($0, isSpam: true) }.joined())
        let honest = try scratch.write("honest", (0..<120).map { mail($0, isSpam: false) }.joined())
        let records = scratch.path + "/judged.jsonl"
        let run = try Argot("envelopes", "import", "--spam", spam, "--honest", honest, "--output", records)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("240 records (spam 120, honest 120, unknown 0)"), "\(run.errors)")
        let model = scratch.path + "/model"
        let train = try Argot("envelopes", "train", records, "--output", model)
        #expect(train.status == 0, "\(train.errors)")
        // In one command the same comes out.
        let direct = scratch.path + "/direct"
        let once = try Argot("envelopes", "import", "--spam", spam, "--honest", honest, "--model", direct)
        #expect(once.status == 0 && once.output.isEmpty, "\(once.errors)")
        let texts = try [model, direct].map { try String(contentsOfFile: $0, encoding: .utf8) }
        #expect(texts[0] == texts[1] && texts[0].hasPrefix("argot-envelopes"))
        let evaluate = try Argot("envelopes", "evaluate", records, "--json")
        #expect(evaluate.status == 0, "\(evaluate.errors)")
        #expect(evaluate.output.contains("\"n_spam\" : 40") && evaluate.output.contains("\"auc\" : 1"))
    }

    @Test func nothingToImportFails() throws {
        let scratch = try Scratch()
        let file = try scratch.write("mbox", "Subject: x\n\ny")
        let run = try Argot("envelopes", "import", "--spam", file)
        #expect(run.status == 1 && run.errors.contains("no Received field"))
        #expect(try Argot("envelopes", "import").status == 64)
        #expect(try Argot("envelopes", "import", "--spam", "-").status == 64)
    }
}
