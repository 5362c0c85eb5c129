import Glibc
import Seeded
import Spectral

/// What one run of one size cost.
struct Measurement {
    var fields: [(name: String, value: String)] = []

    /// Makes senders, folds them as they come and divides them; in a process of its own, for the peak of memory.
    init(rows: Int, columns: Int, campaigns: Int, leaves: Int, threads: Int, keptColumns: Int, share: Double) throws {
        let clock = ContinuousClock()
        var generator = CampaignGenerator(columns: columns, campaigns: campaigns > 0 ? campaigns : max(24, columns / 5), seed: 42)
        // The program's own pages are not the clustering's.
        _ = try Divide.tree(of: SparseMatrix(columnCount: 4, rows: [[(0, 1), (1, 1)], [(1, 1), (2, 1)], [(2, 1), (3, 1)]]))
        let base = ProcessMemory.now().resident

        let ingestStart = clock.now
        var matrix = Self.fold(rows: rows, columns: columns, of: &generator)
        let ingest = ingestStart.duration(to: clock.now)
        if keptColumns > 0, keptColumns < columns {
            matrix = matrix.hashingTail(keeping: keptColumns, buckets: 1_024).matrix.withUnitRows().folded().matrix
        }
        let (foldedRows, cells, bytes) = (matrix.rowCount, matrix.nonzeroCount, matrix.byteCount)

        let before = ProcessMemory.now().resident - base
        ProcessMemory.resetPeak()
        let options = DivideOptions(maximumLeaves: leaves, minimumShare: share, maximumThreads: threads)
        let start = clock.now
        let tree = try Divide.tree(of: consume matrix, options: options)
        let divide = start.duration(to: clock.now)
        let peak = ProcessMemory.now().peak - base
        let mergeStart = clock.now
        let partition = Merge.relaxedCorrelation(tree)
        let merge = mergeStart.duration(to: clock.now)

        let largest = tree.leaves.map { tree.nodes[$0].weight }.max() ?? 0
        fields = [
            ("rows", "\(rows)"), ("columns", "\(columns)"), ("folded_rows", "\(foldedRows)"), ("cells", "\(cells)"),
            ("threads", "\(threads)"), ("ingest_s", seconds(ingest)), ("divide_s", seconds(divide)),
            ("merge_s", seconds(merge)), ("leaves", "\(tree.leaves.count)"),
            ("clusters", "\(partition.clusters.count)"),
            ("largest_leaf_share", decimal(largest / Double(rows), 3)),
            ("folded_mb", decimal(Double(bytes) / 1_048_576, 2)),
            ("before_mb", decimal(Double(before) / 1_048_576, 2)),
            ("peak_mb", decimal(Double(peak) / 1_048_576, 2)),
            ("peak_over_folded", decimal(Double(peak) / Double(bytes), 2)),
        ]
    }

    private static func fold(rows: Int, columns: Int, of generator: inout CampaignGenerator) -> SparseMatrix {
        var row: [UInt32] = []
        let ones = [Float](repeating: 1, count: 128)
        var folder = RowFolder(columnCount: columns)
        for _ in 0..<rows {
            generator.next(into: &row)
            _ = folder.appendUnit(row[...], ones.prefix(row.count))
        }
        return folder.finished()
    }

    /// One line, `name=value` each.
    var line: String { fields.map { "\($0.name)=\($0.value)" }.joined(separator: " ") }
}

/// Resident memory of this process, in bytes, as the kernel tells.
struct ProcessMemory {
    var resident = 0
    var peak = 0

    static func now() -> ProcessMemory {
        var memory = ProcessMemory()
        guard let file = fopen("/proc/self/status", "r") else { return memory }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 256)
        while fgets(&buffer, 256, file) != nil {
            let line = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let number = Int(line.filter { $0.isNumber }) ?? 0
            if line.hasPrefix("VmRSS:") { memory.resident = number * 1_024 }
            if line.hasPrefix("VmHWM:") { memory.peak = number * 1_024 }
        }
        return memory
    }

    /// Lets the peak begin anew at what is resident now.
    static func resetPeak() {
        guard let file = fopen("/proc/self/clear_refs", "w") else { return }
        fputs("5", file)
        fclose(file)
    }
}

func seconds(_ duration: Duration) -> String { decimal(duration / .seconds(1), 3) }

func decimal(_ value: Double, _ digits: Int) -> String {
    let scale = pow(10.0, Double(digits))
    let rounded = Int((value * scale).rounded())
    let fraction = String(abs(rounded) % Int(scale))
    return "\(rounded < 0 ? "-" : "")\(abs(rounded) / Int(scale))."
        + String(repeating: "0", count: digits - fraction.count) + fraction
}
