import Glibc

/// Measurements as a table and as growth curves; runs of one size count with their median.
struct Report {
    private struct Line {
        var fields: [String: String] = [:]

        init(_ text: String) {
            for field in text.split(separator: " ") {
                let pair = field.split(separator: "=", maxSplits: 1)
                if pair.count == 2 { fields[String(pair[0])] = String(pair[1]) }
            }
        }

        func number(_ name: String) -> Double { fields[name].flatMap { Double($0) } ?? 0 }
    }

    private struct Size: Hashable {
        let rows, columns, kept, threads: Int
    }

    private var sizes: [Size] = []
    private var runs: [Size: [Line]] = [:]

    init(lines: [String]) {
        for line in lines.map({ Line($0) }) where line.number("rows") > 0 {
            let size = Size(
                rows: Int(line.number("rows")), columns: Int(line.number("columns")), kept: Int(line.number("kept")),
                threads: Int(line.number("threads")))
            if runs[size] == nil { sizes.append(size) }
            runs[size, default: []].append(line)
        }
    }

    private func median(_ name: String, _ size: Size) -> Double {
        let values = (runs[size] ?? []).map { $0.number(name) }.sorted()
        guard !values.isEmpty else { return 0 }
        return (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
    }

    /// A Markdown table, a row for each size.
    var table: String {
        var text = """
            | senders | domains | threads | folded rows | cells | ingest s | divide s | divide CPU s | merge s | leaves \
            | folded MB | tree MB | peak MB | peak / folded |
            |--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
            """
        for size in sizes {
            let columns = size.kept > 0 ? "\(size.columns) (\(size.kept) + hashed tail)" : "\(size.columns)"
            text += "\n| \(size.rows) | \(columns) | \(size.threads) | \(Int(median("folded_rows", size)))"
            text += " | \(Int(median("cells", size))) | \(decimal(median("ingest_s", size), 2))"
            text += " | \(decimal(median("divide_s", size), 3)) | \(decimal(median("divide_cpu_s", size), 3))"
            text += " | \(decimal(median("merge_s", size), 4)) | \(Int(median("leaves", size)))"
            text += " | \(decimal(median("folded_mb", size), 2)) | \(decimal(median("tree_mb", size), 2))"
            text += " | \(decimal(median("peak_mb", size), 2))"
            text += " | \(decimal(median("peak_over_folded", size), 2)) |"
        }
        return text
    }

    /// Writes `divide-time.svg` and `divide-memory.svg`: a curve for each number of domains.
    func draw(in directory: String) throws {
        mkdir(directory, 0o755)
        let groups = Set(sizes.filter { $0.kept == 0 }.map { [$0.columns, $0.threads] }).sorted { $0[0] < $1[0] }
        func curves(_ fields: [(name: String, label: String)]) -> [GrowthPlot.Curve] {
            groups.flatMap { group in
                fields.map { field in
                    let points = sizes.filter { $0.kept == 0 && [$0.columns, $0.threads] == group }
                        .sorted { $0.rows < $1.rows }
                        .map { (x: Double($0.rows), y: median(field.name, $0)) }
                    return GrowthPlot.Curve(label: "\(group[0]) domains\(field.label)", points: points)
                }
            }
        }
        let time = GrowthPlot(
            title: "Division into 64 leaves, \(groups.first?[1] ?? 0) threads", xLabel: "senders", yLabel: "seconds",
            curves: curves([("divide_s", ""), ("divide_cpu_s", ", processor time")]))
        try TextFile.write(time.svg, to: directory + "/divide-time.svg")
        let memory = GrowthPlot(
            title: "Memory of the division", xLabel: "senders", yLabel: "MB",
            curves: curves([("peak_mb", ", peak"), ("folded_mb", ", folded matrix")]))
        try TextFile.write(memory.svg, to: directory + "/divide-memory.svg")
    }
}
