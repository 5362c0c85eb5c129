import Control
import SMTP
import Terminal

/// One round of `argot top`.
struct TopText {
    private let status: StatusDocument
    private let earlier: StatusDocument
    private let seconds: Double

    init(_ status: StatusDocument, after earlier: StatusDocument, seconds: Double) {
        self.status = status
        self.earlier = earlier
        self.seconds = seconds
    }

    /// The whole view, one table below the other.
    var lines: [String] {
        let tables = [verdicts, reasons, dialects(within: .max), latency]
        return [title] + tables.flatMap { [""] + $0 } + (problems.isEmpty ? [] : [""] + problems)
    }

    /// The view in a window: tables side by side where they have room, and only the first rows of long ones.
    func lines(columns: Int, rows: Int) -> [String] {
        let head = [title] + problems.prefix(3)
        let room = max(rows - head.count - 1, 0)
        let body: [String]
        if columns >= Self.width(of: [verdicts, reasons]) + 3 + Self.leastRight {
            let left = Self.stack([verdicts, reasons], rows: room)
            let width = Self.width(of: [verdicts, reasons])
            let right = Self.stack([latency, dialects(within: columns - width - 3)], rows: room)
            body = (0..<max(left.count, right.count)).map { row in
                let cell = row < left.count ? left[row] : ""
                guard row < right.count else { return cell }
                return cell + String(repeating: " ", count: width - cell.count + 3) + right[row]
            }
        } else {
            body = Self.stack([verdicts, latency, reasons, dialects(within: columns)], rows: room)
        }
        return (head + [""] + body).prefix(max(rows, 1)).map { String($0.prefix(columns)) }
    }

    /// The width that the tables on the right need to be of use.
    private static let leastRight = 38

    private static func width(of tables: [[String]]) -> Int { tables.joined().map(\.count).max() ?? 0 }

    /// Tables below each other in so many rows, with an empty row between two: the longest ones lose their last rows.
    private static func stack(_ tables: [[String]], rows: Int) -> [String] {
        var tables = tables
        func excess() -> Int { tables.reduce(tables.count - 1) { $0 + $1.count } - rows }
        while excess() > 0, let longest = tables.indices.max(by: { tables[$0].count < tables[$1].count }),
            tables[longest].count > 2
        {
            tables[longest].removeLast()
        }
        return Array(tables.joined(separator: [""]).prefix(rows))
    }

    private var title: String {
        "argotd \(PrintableText(status.version))  \(PrintableText(status.mode))\(status.breaker.tripped ? " (breaker tripped)" : "")  "
            + "up \(FigureText.age(status.uptime_seconds))  \(status.sessions.open) sessions open, "
            + "\(rate(status.sessions.begun, earlier.sessions.begun))/s"
    }

    private var problems: [String] { status.problems.map { "PROBLEM   \(PrintableText($0))" } }

    private var verdicts: [String] {
        let rows = status.verdicts.map { verdict in
            let before = earlier.verdicts.first { $0.action == verdict.action && $0.applied == verdict.applied }?.count
            return [
                PrintableText(verdict.action).description, PrintableText(verdict.applied).description,
                "\(verdict.count)", rate(verdict.count, before ?? 0),
            ]
        }
        return TextTable(["VERDICT", "APPLIED", "COUNT", "PER S"], rows, .numbers).lines
    }

    private var reasons: [String] {
        TextTable(["REASON", "COUNT", "PER S"], counts(status.reasons, earlier.reasons), .numbers).lines
    }

    /// The dialects; long names lose their ends, so that the table is not wider than `columns`.
    private func dialects(within columns: Int) -> [String] {
        let rows = counts(status.dialects, earlier.dialects).map { [$0[0].isEmpty ? "(unknown)" : $0[0]] + $0[1...] }
        let header = ["DIALECT", "COUNT", "PER S"]
        let excess = max(Self.width(of: [TextTable(header, rows, .numbers).lines]) - columns, 0)
        let longest = rows.map(\.[0].count).max() ?? 0
        let room = max(longest - excess, header[0].count)
        let fitting = rows.map { $0[0].count > room ? ["\($0[0].prefix(room - 1))…"] + $0[1...] : $0 }
        return TextTable(header, fitting, .numbers).lines
    }

    private var latency: [String] {
        let rows = status.latency.filter { $0.count > 0 }.map {
            [PrintableText($0.callback).description, "\($0.count)", "\($0.p50_us)", "\($0.p99_us)"]
        }
        return TextTable(["CALLBACK", "COUNT", "P50 ≤ µs", "P99 ≤ µs"], rows, .numbers).lines
    }

    private func counts(_ now: [StatusDocument.Count], _ before: [StatusDocument.Count]) -> [[String]] {
        now.prefix(8).map { count in
            [
                PrintableText(count.name).description, "\(count.count)",
                rate(count.count, before.first { $0.name == count.name }?.count ?? 0),
            ]
        }
    }

    private func rate(_ now: UInt64, _ before: UInt64) -> String {
        let tenths = (Double(now >= before ? now - before : now) / seconds * 10).rounded()
        return "\(tenths / 10)"
    }
}
