import SMTP
import Seeded

@testable import SpamTracker

/// Small inputs that tests share.
enum Sample {
    static let day: Int64 = 86_400

    static func key(_ number: Int) -> SenderKey { SenderKey(ClientAddress(ipv4: UInt32(10 << 24 + number))) }

    static func row(_ cells: [(Int, Int)]) -> SenderRow {
        SenderRow(cells.map { (domain: UInt32($0.0), count: UInt32($0.1)) })
    }

    /// Rows from lines of (sender, label, cells), in the senders' order.
    static func rows(_ lines: [(sender: Int, label: SenderLabel?, cells: [(Int, Int)])]) -> SenderRows {
        var rows = SenderRows()
        for line in lines.sorted(by: { $0.sender < $1.sender }) {
            rows.append(sender: key(line.sender), label: line.label, row: row(line.cells))
        }
        return rows
    }

    static func table(_ count: Int) -> DomainTable { DomainTable(names: (0..<count).map { "d\($0).example" }) }

    /// Two campaigns of bots, each on domains of its own, and honest senders on two others.
    static func traffic(seed: UInt64, bots: Int = 60, honest: Int = 25, from first: Int = 0) -> SenderRows {
        var generator = SeededGenerator(seed: seed)
        var lines: [(sender: Int, label: SenderLabel?, cells: [(Int, Int)])] = []
        for bot in 0..<bots {
            let domains = bot % 2 == 0 ? 0..<6 : 6..<12
            let count = Int.random(in: 1...4, using: &generator)
            let cells = domains.shuffled(using: &generator).prefix(count).map { ($0, 1) }
            lines.append((first + bot * 300, .spam, cells))
        }
        for sender in 0..<honest {
            let cells = [(12 + sender % 2, Int.random(in: 1...9, using: &generator))]
            lines.append((5_000_000 + sender * 7, .honest, cells + (sender % 5 == 0 ? [(0, 1)] : [])))
        }
        return rows(lines)
    }

    /// A model that learned `periods` days of traffic.
    static func model(seed: UInt64, periods: Int = 3) throws -> SenderModel {
        var model = SenderModel()
        for period in 0..<periods {
            let rows = traffic(seed: seed &+ UInt64(period), from: period * 100_000)
            model.learn(rows, table: table(14), until: UnixTime(seconds: Int64(period + 1) * day))
            let spam = rows.selecting((0..<rows.count).filter { rows.labels[$0] == .spam })
            model.adopt(try SpamClusters(of: spam).clusters)
        }
        return model
    }
}
