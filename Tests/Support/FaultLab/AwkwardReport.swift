import Foundation
import Policy
import SMTP
import SiteLab

/// What becomes of the corpus of awkward sessions, as a table.
struct AwkwardReport {
    private struct Row: Encodable {
        let session: String
        let fresh: String
        let after_two_weeks: String
        let reasons: [String]
    }

    private struct Document: Encodable {
        let sessions: Int
        let fresh: [String: Int]
        let after_two_weeks: [String: Int]
        let touched: [Row]
    }

    private let fresh: AwkwardReplay
    private let later: AwkwardReplay

    init() throws {
        let clients = try AwkwardCorpus.all()
        fresh = try AwkwardReplay(clients, policy: PolicyConfiguration(), observing: false)
        later = try AwkwardReplay(clients, policy: PolicyConfiguration(), observing: true)
    }

    private var rows: [Row] {
        zip(fresh.outcomes, later.outcomes).filter { $0.fate != .untouched || $1.fate != .untouched }.map {
            Row(
                session: $0.client.name, fresh: Self.text($0.fate), after_two_weeks: Self.text($1.fate),
                reasons: $1.reasons.isEmpty ? $0.reasons : $1.reasons)
        }
    }

    /// The tables.
    var lines: [String] {
        var sums = MarkdownTable(["site", "sessions", "untouched", "delayed", "lost"], numeric: [1, 2, 3, 4])
        for (name, replay) in [("fresh, enforcing at once", fresh), ("after two weeks of observing", later)] {
            let count = replay.outcomes.count
            sums.rows.append([name] + [count, count - replay.touched, replay.delayed, replay.lost].map(String.init))
        }
        var table = MarkdownTable(["session", "fresh", "after two weeks", "reasons"])
        for row in rows {
            table.rows.append([row.session, row.fresh, row.after_two_weeks, row.reasons.joined(separator: ", ")])
        }
        return sums.lines + [""] + table.lines
    }

    /// The same as JSON.
    func json() throws -> String {
        func counts(_ replay: AwkwardReplay) -> [String: Int] {
            ["touched": replay.touched, "delayed": replay.delayed, "lost": replay.lost]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(
            sessions: fresh.outcomes.count, fresh: counts(fresh), after_two_weeks: counts(later), touched: rows)
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    private static func text(_ fate: AwkwardReplay.Fate) -> String {
        switch fate {
        case .untouched: "-"
        case .delayed(let seconds): seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min"
        case .lost: "lost"
        }
    }
}
