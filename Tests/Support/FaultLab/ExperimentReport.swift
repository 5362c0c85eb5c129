import Foundation

/// What came of experiments, for people and programs.
struct ExperimentReport {
    /// A line of the report.
    struct Row: Encodable {
        let name: String
        let what: String
        let right: String
        let held: Bool
        let offered: Int
        let delivered: Int
        let delayed: Int
        let lost: Int
        let broken: [String]
        let notes: [String]
        let seconds: Double
    }

    private struct Document: Encodable {
        let seed: UInt64
        let held: Int
        let broken: Int
        let experiments: [Row]
    }

    let seed: UInt64
    private(set) var rows: [Row] = []

    init(seed: UInt64) { self.seed = seed }

    /// Whether everything held.
    var isSound: Bool { rows.allSatisfy(\.held) }

    /// Runs an experiment; one that cannot be run is broken.
    mutating func run(_ experiment: Experiment) {
        let clock = ContinuousClock()
        let begin = clock.now
        var outcome = Experiment.Outcome()
        do {
            outcome = try experiment.run(seed)
            outcome.require(outcome.lost == 0, "\(outcome.lost) messages are lost")
        } catch {
            outcome.broken.append("cannot be run: \(error)")
        }
        let (seconds, attoseconds) = (clock.now - begin).components
        rows.append(
            Row(
                name: experiment.name, what: experiment.what, right: experiment.right, held: outcome.broken.isEmpty,
                offered: outcome.offered, delivered: outcome.delivered, delayed: outcome.delayed, lost: outcome.lost,
                broken: outcome.broken, notes: outcome.notes,
                seconds: ((Double(seconds) + Double(attoseconds) / 1e18) * 10).rounded() / 10))
    }

    /// The last line in words, for somebody who waits.
    var progress: String {
        guard let row = rows.last else { return "" }
        let head = "\(row.held ? "held  " : "BROKEN") \(row.name) (\(row.seconds) s)"
        return ([head] + row.broken.map { "       \($0.split(separator: "\n").first ?? "")" }).joined(separator: "\n")
    }

    /// The table.
    var lines: [String] {
        var table = MarkdownTable(
            ["experiment", "what is done", "what must hold", "offered", "delivered", "delayed", "lost", ""],
            numeric: [3, 4, 5, 6])
        for row in rows {
            table.rows.append(
                [row.name, row.what, row.right] + [row.offered, row.delivered, row.delayed, row.lost].map(String.init)
                    + [row.held ? "held" : "**broken**"])
        }
        let broken = rows.filter { !$0.held }
        return table.lines + ["", "\(rows.count - broken.count) of \(rows.count) held."]
            + broken.flatMap { row in [""] + row.broken.map { "- \(row.name): \($0)" } }
    }

    /// The same as JSON.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let held = rows.count { $0.held }
        let document = Document(seed: seed, held: held, broken: rows.count - held, experiments: rows)
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }
}
