import Foundation
import ScratchFiles
import Testing

/// Mails that `argot senders simulate` made, and a model learned from them.
private struct Simulated {
    let scratch: Scratch
    let mails: String
    let model: String

    init() throws {
        scratch = try Scratch()
        mails = scratch.path + "/mails.csv"
        model = scratch.path + "/site.senders"
        let made = try Argot(
            "senders", "simulate", "--bots", "200", "--periods", "3", "--domains", "40", "--multi-share", "0.6",
            "--output", mails)
        #expect(made.status == 0)
        #expect(made.errors.isEmpty)
        let learned = try Argot("senders", "cluster", mails, "--output", model)
        #expect(learned.status == 0)
        #expect(learned.output.contains("windows learned"))
    }
}

@Suite("argot senders")
struct SendersCommandTests {
    @Test("a simulated trace is clustered, listed, drawn and scored")
    func goesTheWholeWay() throws {
        let simulated = try Simulated()
        let clusters = try Argot("senders", "clusters", "--model", simulated.model)
        #expect(clusters.status == 0)
        #expect(clusters.output.hasPrefix("CLUSTER"))
        let json = try Argot("senders", "clusters", "--model", simulated.model, "--json")
        let listed = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        #expect(!listed.isEmpty)

        let map = try Argot("senders", "show", "--model", simulated.model)
        #expect(map.status == 0)
        #expect(map.output.contains("█") || map.output.contains("▓") || map.output.contains("▒"))
        #expect(!map.output.contains("\u{1b}"))
        let svg = simulated.scratch.path + "/map.svg"
        #expect(try Argot("senders", "show", "--model", simulated.model, "--svg", svg).status == 0)
        let picture = try String(contentsOfFile: svg, encoding: .utf8)
        #expect(picture.hasPrefix("<svg") && picture.hasSuffix("</svg>\n"))
        let cells = picture.components(separatedBy: "<title>").count - 1
        #expect(cells > 0)
        #expect(cells % listed.count == 0)

        let score = try Argot("senders", "score", "--model", simulated.model, "--json", "10.250.0.1", "d1.example")
        let judged = try #require(try JSONSerialization.jsonObject(with: Data(score.output.utf8)) as? [String: Any])
        #expect(judged["evidence"] as? String == "little")
        let probability = try #require(judged["probability"] as? Double)
        #expect((0...1).contains(probability))
        // Of whom nothing is known the table says whose probability that is, and its reasons add up to the log odds.
        let stranger = try Argot("senders", "score", "--model", simulated.model, "203.0.113.9").output
        #expect(stranger.contains("nothing is known about this one"))
        let table = try Argot("senders", "score", "--model", simulated.model, "10.250.0.1", "d1.example").output
        #expect(!table.contains("nothing is known"))
        let parts = table.split(separator: "\n").filter { $0.hasPrefix("log odds") }.compactMap {
            $0.split(separator: " ").last.flatMap { Double($0) }
        }
        #expect(parts.count > 1)
        #expect(abs(parts.reduce(0, +) - (try #require(judged["log_odds"] as? Double))) < 0.01)
    }

    @Test("the same mails give the same model, and the evaluation the same JSON in the form agreed")
    func isReproducible() throws {
        let simulated = try Simulated()
        let again = simulated.scratch.path + "/again.senders"
        _ = try Argot("senders", "cluster", simulated.mails, "--output", again)
        #expect(try Data(contentsOf: URL(filePath: again)) == Data(contentsOf: URL(filePath: simulated.model)))

        func evaluated() throws -> String {
            try Argot(
                "senders", "evaluate", simulated.mails, "--window", "2d", "--bootstrap", "50", "--json"
            ).output
        }
        let first = try evaluated()
        let second = try evaluated()
        #expect(first == second)
        let report = try #require(try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any])
        let scores = try #require(report["scores"] as? [String: [String: Any]])
        #expect(
            Set(scores.keys)
                == ["paper", "unit", "log", "multi_only", "contrast_one_window", "contrast", "history"])
        let baselines = try #require(report["baselines"] as? [String: [String: Any]])
        #expect(
            Set(baselines.keys) == ["popularity", "seen_before", "prefix_seen_before", "history_only", "hindsight"])
        #expect(report["n"] is [String: Any])
        for score in [scores["paper"], scores["contrast"], baselines["seen_before"]] {
            let areas = try #require(score?["auc"] as? [String: Double])
            #expect(Set(areas.keys) == ["all", "never_seen", "multi"])
            let recall = try #require(score?["recall_at_fpr"] as? [String: Double])
            #expect(Set(recall.keys) == ["0.001", "0.003", "0.01"])
        }
        let table = try Argot("senders", "evaluate", simulated.mails, "--bootstrap", "0")
        #expect(table.output.contains("contrast → history"))
        #expect(table.output.contains("Lead time"))
    }

    @Test("the window replay prints a step a line, the simulator its mails")
    func replaysWindows() throws {
        let simulated = try Simulated()
        let steps = try Argot("senders", "window", simulated.mails, "--step", "12h", "--json")
        let listed = try #require(try JSONSerialization.jsonObject(with: Data(steps.output.utf8)) as? [Any])
        #expect(listed.count == 12)
        let mails = try Argot("senders", "simulate", "--bots", "5", "--periods", "1", "--labels", "blocklist")
        let lines = mails.output.split(separator: "\n")
        #expect(lines.first == "t,ip,recipient,label,campaign")
        #expect(lines.count > 5)
        #expect(lines.dropFirst().allSatisfy { $0.contains(",10.") && !$0.contains(",ham,") })
    }

    @Test("a domain's name cannot steer the terminal")
    func namesArePrintable() throws {
        let scratch = try Scratch()
        let mails = (1...6).map { "\($0),192.0.2.\($0),a\u{1b}[2J.example,spam\n\($0),192.0.2.\($0),b.example,spam\n" }
        let file = try scratch.write("mails.csv", "t,ip,recipient,label\n" + mails.joined())
        let model = scratch.path + "/model"
        #expect(try Argot("senders", "cluster", file, "--output", model).status == 0)
        for words in [["clusters"], ["show"], ["show", "--svg", scratch.path + "/map.svg"]] {
            let run = try Argot(["senders"] + words + ["--model", model])
            #expect(run.status == 0, "\(run.errors)")
            #expect(!run.output.contains("\u{1b}[2"))
            #expect(words.count > 1 || run.output.contains("[2j.example"))
        }
        let picture = try String(contentsOfFile: scratch.path + "/map.svg", encoding: .utf8)
        #expect(picture.contains("[2j.example") && !picture.contains("\u{1b}"))
    }

    @Test("faults say where and what to do")
    func explainsFaults() throws {
        let scratch = try Scratch()
        let header = try scratch.write("header.csv", "a,b\n")
        let wrong = try Argot("senders", "evaluate", header)
        #expect(wrong.status != 0)
        #expect(wrong.errors.contains("header.csv:1: the first line must name the columns"))
        let short = try scratch.write("short.csv", "t,ip,recipient,label\n1,192.0.2.1,d,spam\nx,y\n")
        let single = try Argot("senders", "evaluate", short)
        #expect(single.status != 0)
        #expect(single.errors.contains("short.csv:3:"))
        #expect(single.errors.contains("--train"))
        let onlySpam = "t,ip,recipient,label\n1,192.0.2.1,d,spam\n300000,192.0.2.2,d,spam\n"
        let oneSided = try Argot("senders", "evaluate", try scratch.write("spam.csv", onlySpam))
        #expect(oneSided.status == 0)
        #expect(oneSided.errors.contains("spam.csv: no honest sender among those judged"))
        let model = try scratch.write("bad.senders", "argot-senders 2\nnonsense\n")
        let damaged = try Argot("senders", "clusters", "--model", model)
        #expect(damaged.status != 0)
        #expect(damaged.errors.contains("bad.senders:2:"))
        let missing = try Argot("senders", "clusters", "--model", scratch.path + "/none")
        #expect(missing.errors.contains("cannot be read"))
        #expect(try Argot("senders", "simulate", "--correlation", "2").status != 0)
    }
}
