import Spectral

/// What one run of one size cost.
struct Measurement {
    private let fields: [(name: String, value: String)]

    /// One line, `name=value` each.
    var line: String { fields.map { "\($0.name)=\($0.value)" }.joined(separator: " ") }

    /// Makes senders, folds them as they come and divides them; in a process of its own, for the peak of memory.
    init(of problem: Problem) throws {
        MemoryPolicy.returnLargeBlocks()
        let clock = ContinuousClock()
        // The program's own pages are not the clustering's: let them be there before.
        let chain = SparseMatrix(columnCount: 4, rows: (0..<3).map { [($0, 1), ($0 + 1, 1)] })
        _ = try Divide.tree(of: chain.withUnitRows())
        var generator = CampaignGenerator(
            columns: problem.columns,
            campaigns: problem.campaigns > 0 ? problem.campaigns : max(24, problem.columns / 5), seed: 42)
        let base = ProcessCosts.now()

        let ingestStart = clock.now
        var matrix = generator.folded(rows: problem.rows, columns: problem.columns)
        let ingest = ingestStart.duration(to: clock.now)
        if problem.keptColumns > 0 {
            let hashed = matrix.hashingTail(keeping: problem.keptColumns, buckets: 1_024).matrix
            matrix = hashed.withUnitRows().folded().matrix
        }
        let (foldedRows, cells, bytes) = (matrix.rowCount, matrix.nonzeroCount, matrix.byteCount)

        var solver = SpectraSolver()
        if problem.basis > 0 { solver.basis = problem.basis }
        let options = DivideOptions(
            maximumLeaves: problem.leaves, minimumShare: problem.share, maximumThreads: problem.threads, solver: solver)
        ProcessCosts.resetPeak()
        let (start, processorStart) = (clock.now, ProcessCosts.processorSeconds())
        let tree = try Divide.tree(of: consume matrix, options: options)
        let divide = start.duration(to: clock.now)
        let processor = ProcessCosts.processorSeconds() - processorStart
        // Code that runs for the first time is read from the program's file, and stays: it is no memory of the clustering.
        let costs = ProcessCosts.now()
        let peak = costs.peak - base.resident - (costs.ofFiles - base.ofFiles)
        let mergeStart = clock.now
        let partition = Merge.relaxedCorrelation(tree)
        let merge = mergeStart.duration(to: clock.now)

        let treeBytes = tree.nodes.reduce(4 * tree.order.count) { $0 + 12 * $1.sum.columns.count }

        fields = [
            ("rows", "\(problem.rows)"), ("columns", "\(problem.columns)"), ("kept", "\(problem.keptColumns)"),
            ("threads", "\(problem.threads)"), ("folded_rows", "\(foldedRows)"), ("cells", "\(cells)"),
            ("ingest_s", decimal(ingest / .seconds(1), 3)), ("divide_s", decimal(divide / .seconds(1), 3)),
            ("divide_cpu_s", decimal(processor, 3)), ("merge_s", decimal(merge / .seconds(1), 4)),
            ("leaves", "\(tree.leaves.count)"), ("clusters", "\(partition.clusters.count)"),
            ("folded_mb", decimal(Double(bytes) / 1_048_576, 2)), ("peak_mb", decimal(Double(peak) / 1_048_576, 2)),
            ("tree_mb", decimal(Double(treeBytes) / 1_048_576, 2)),
            ("peak_over_folded", decimal(Double(peak) / Double(bytes), 2)),
        ]
    }
}

extension CampaignGenerator {
    /// The next senders, equal ones folded as they come.
    fileprivate mutating func folded(rows: Int, columns: Int) -> SparseMatrix {
        var row: [UInt32] = []
        let ones = [Float](repeating: 1, count: columns)
        var folder = RowFolder(columnCount: columns)
        for _ in 0..<rows {
            next(into: &row)
            _ = folder.appendUnit(row[...], ones.prefix(row.count))
        }
        return folder.finished()
    }
}
