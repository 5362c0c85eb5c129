import Foundation
import ScratchFiles
import Testing

@Suite struct EnvelopeCommandTests {
    /// Mails of six days: bots that say HELO from access lines, and servers.
    private static let mails = (0..<600).map { number -> String in
        let isSpam = number % 2 == 0
        let looksBad = isSpam != (number % 10 == 0)
        let time = 1_000_000_000 + number * 864
        let (high, low) = (number / 200, number % 200)
        let name = looksBad ? "dsl-10-\(high)-\(low)-7.net\(number % 40).example" : "mail.org\(number % 40).example"
        return "{\"t\": \(time), \"ip\": \"10.\(high).\(low).7\", \"label\": \"\(isSpam ? "spam" : "ham")\", "
            + "\"proto\": \"\(looksBad ? "SMTP" : "ESMTP")\", \"helo\": \"\(looksBad ? "BOT\(number)" : name)\", "
            + "\"rdns\": \"\(name)\", \"forged\": false, \"by\": \"mx\", \"mailer\": null, \"hdr_order\": "
            + "[\"Received\", \(looksBad ? "" : "\"Received\", ")\"From\", \"To\"], \"mail_from_domain\": \"a.example\"}\n"
    }.joined()

    private struct Report: Decodable {
        let recall_at_fpr: [String: Double]
        let auc: Double
        let n_spam: Int
        let n_ham: Int
        let before_data: Part
        let after_headers: Part

        struct Part: Decodable {
            let recall_at_fpr: [String: Double]
            let auc: Double
        }
    }

    @Test func laterDaysAreJudgedByEarlierOnes() throws {
        let scratch = try Scratch()
        let file = try scratch.write("mails.jsonl", Self.mails)
        let run = try Argot("envelopes", "evaluate", file, "--json")
        #expect(run.status == 0, "\(run.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        // The last two of six days.
        #expect(report.n_spam == 100)
        #expect(report.n_ham == 100)
        #expect(Set(report.recall_at_fpr.keys) == ["0.001", "0.003", "0.01"])
        #expect(report.recall_at_fpr == report.after_headers.recall_at_fpr)
        // One in ten of the spam looks good; every honest mail does.
        #expect(report.before_data.auc > 0.75)
        #expect(report.auc < 1)
        let again = try Argot("envelopes", "evaluate", file, "--train", file)
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.output.contains("judged 300 spam and 300 honest messages"))
        let moved = try Argot("dialects", "evaluate", "--envelopes", file)
        #expect(moved.status == 64 && moved.errors.contains("argot envelopes evaluate"), "\(moved.errors)")
    }

    @Test func aModelIsTrainedAndShown() throws {
        let scratch = try Scratch()
        let file = try scratch.write("mails.jsonl", Self.mails)
        let model = scratch.path + "/model"
        let train = try Argot("envelopes", "train", file, "--output", model)
        #expect(train.status == 0, "\(train.errors)")
        let text = try String(contentsOfFile: model, encoding: .utf8)
        #expect(!text.contains("org1"))
        #expect(try Argot("envelopes", "train", file).output == text)
        let show = try Argot("envelopes", "show", model, "--top", "3")
        #expect(show.status == 0)
        #expect(show.output.contains("before-data"))
    }

    private struct Group: Decodable {
        let label: String
        let sessions: Int
        let clients: Int
        let clients_touched: Int
        let verdicts: [String: Int]
        let reasons: [String: Int]
    }

    @Test func judgedMailsAreReplayedWithTheModelInForce() throws {
        let scratch = try Scratch()
        let file = try scratch.write("mails.jsonl", Self.mails)
        let words = [
            "replay", "--envelopes", file, "--summary", "--no-senders", "--set", "trusted_networks=", "--set",
            "data_directory=\(scratch.path)",
        ]
        let run = try Argot(words + ["--json"])
        #expect(run.status == 0, "\(run.errors)")
        let groups = try JSONDecoder().decode([Group].self, from: Data(run.output.utf8))
        #expect(groups.map(\.label) == ["ham", "spam"])
        #expect(groups.map(\.sessions) == [300, 300] && groups.map(\.clients) == [300, 300])
        // Nine in ten of the bots show what they are; nobody else does.
        #expect(groups[0].verdicts == ["accept": 300] && groups[0].clients_touched == 0)
        #expect(groups[1].verdicts == ["accept": 60, "tempfail": 240] && groups[1].clients_touched == 240)
        #expect(groups[1].reasons == ["helo.not-fqdn,helo.plain,name.generic": 240])

        let model = scratch.path + "/model"
        #expect(try Argot("envelopes", "train", file, "--output", model).status == 0)
        let table = try Argot(words + ["--set", "envelope_model=\(model)", "--set", "envelope_threshold=0.6"])
        #expect(table.output.hasPrefix("LABEL"))
        #expect(table.output.contains("helo.not-fqdn,helo.plain,envelope.spam,name.generic"), "\(table.output)")
    }

    @Test(
        arguments: [
            ("nonsense\n", ":1: this is not an envelope record"),
            (mails + "{\"t\": 1, \"ip\": \"nobody\", \"label\": \"ham\"}\n", ":601: \"nobody\" is not an IP address"),
            ("{\"t\": 1, \"ip\": \"10.0.0.1\", \"label\": \"maybe\"}\n", ":1: the label is \"maybe\""),
            ("", "it contains no envelope records"),
            ("{\"t\": 1, \"ip\": \"10.0.0.1\", \"label\": \"ham\"}\n", "both kinds are needed"),
        ])
    func faultsAreToldWithTheirPlace(text: String, problem: String) throws {
        let scratch = try Scratch()
        let file = try scratch.write("mails.jsonl", text)
        let run = try Argot("envelopes", "train", file)
        #expect(run.status == 1)
        #expect(run.errors.contains(problem), "\(run.errors)")
    }

    @Test func aModelOfAnotherFormatIsRefused() throws {
        let scratch = try Scratch()
        let run = try Argot("envelopes", "show", try scratch.write("model", "argot-envelopes 9\n"))
        #expect(run.status == 1)
        #expect(run.errors.contains(":1: this is not an envelope model of this version"))
    }
}
