import ClientLab
import Configuration
import Decision
import FakeMTA
import Foundation
import Policy
import SiteLab

/// What several settings cost honest senders, against what they do to spam: the corpus of awkward sessions beside judged
/// mail.
struct TradeTable {
    /// A setting, and what comes of it.
    struct Row: Encodable {
        let setting: String
        let fresh_delayed: Int
        let fresh_lost: Int
        let later_delayed: Int
        let later_lost: Int
        let honest: Int
        let honest_touched: Int
        let spam: Int
        let spam_touched: Int
    }

    /// The settings that are compared; none is what Argot ships.
    static let settings: [[String]] = [
        [], ["retry_exemptions=/dev/null"], ["greylist_delay=300s"], ["greylist_auto_allow=0"], ["history_messages=0"],
        ["judge_headers=no"], ["live_probe=yes"],
    ]

    private(set) var rows: [Row] = []

    /// Judges the corpus and `mail`, a file as for `argot replay --envelopes`, under every setting.
    init(mail: String) throws {
        let clients = try AwkwardCorpus.all()
        for setting in Self.settings {
            let configuration = try Configuration.load(files: [], overrides: setting).get()
            var policy = configuration.policy
            policy.retryList = try RetryListFile.read(configuration.retryListFile)
            let fresh = try AwkwardReplay(clients, policy: policy, observing: false)
            let later = try AwkwardReplay(clients, policy: policy, observing: true)
            let judged = try Self.judged(mail, setting)
            let (honest, spam) = (judged["ham"] ?? (0, 0), judged["spam"] ?? (0, 0))
            rows.append(
                Row(
                    setting: setting.isEmpty ? "as shipped" : setting.joined(separator: ", "),
                    fresh_delayed: fresh.delayed, fresh_lost: fresh.lost, later_delayed: later.delayed,
                    later_lost: later.lost, honest: honest.all, honest_touched: honest.touched, spam: spam.all,
                    spam_touched: spam.touched))
        }
    }

    private struct Group: Decodable {
        let label: String
        let sessions: Int
        let verdicts: [String: Int]
    }

    private static func judged(_ mail: String, _ settings: [String]) throws -> [String: (all: Int, touched: Int)] {
        let scratch = try ScratchDirectory(prefix: "argot-trade")
        let output = "\(scratch.path)/summary"
        try "".write(toFile: "\(scratch.path)/empty.conf", atomically: true, encoding: .utf8)
        let arguments =
            [
                "replay", "--envelopes", mail, "--summary", "--no-senders", "--json", "--config",
                "\(scratch.path)/empty.conf",
            ]
            + settings.flatMap { ["--set", $0] }
        let child = try ChildProcess(
            FilterProcess.executable("argot"), arguments, output: output, errors: "\(scratch.path)/errors")
        guard child.wait(until: .after(.seconds(300))) == .exited(0) else {
            let errors = try? String(contentsOfFile: "\(scratch.path)/errors", encoding: .utf8)
            throw LabError(.refused, "argot replay fails: \(errors ?? "")", at: mail)
        }
        let groups = try JSONDecoder().decode([Group].self, from: Data(contentsOf: URL(filePath: output)))
        return Dictionary(
            groups.map { ($0.label, ($0.sessions, $0.sessions - ($0.verdicts["accept"] ?? 0))) },
            uniquingKeysWith: { $1 })
    }

    /// The table.
    var lines: [String] {
        var table = MarkdownTable(
            [
                "setting", "fresh: delayed", "lost", "after two weeks: delayed", "lost", "honest mail touched",
                "spam touched",
            ], numeric: [1, 2, 3, 4, 5, 6])
        for row in rows {
            let share = (Double(row.spam_touched) / Double(max(row.spam, 1)) * 1_000).rounded() / 1_000
            table.rows.append(
                [row.setting] + [row.fresh_delayed, row.fresh_lost, row.later_delayed, row.later_lost].map(String.init)
                    + ["\(row.honest_touched) of \(row.honest)", "\(share) of \(row.spam)"])
        }
        return table.lines
    }

    /// The same as JSON.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(rows), as: UTF8.self)
    }
}
