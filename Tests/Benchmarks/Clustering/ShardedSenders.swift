import Glibc
import Seeded
import Spectral

/// Senders of the whole Internet, in parts: each process folds the senders of its part and writes what is left to a file, and
/// one puts the files together and divides them. A sender belongs to one part, so that the parts fold like the whole.
///
/// Rare domains share columns from the start, as they do where it is known from the day before which are rare: the unfolded
/// and the unhashed matrix never exist.
enum ShardedSenders {
    /// How columns are put together: the most popular stay, the others share buckets.
    struct Hashing {
        let kept: Int
        let buckets: Int

        var width: Int { kept + buckets }

        func column(_ domain: UInt32) -> UInt32 {
            guard Int(domain) >= kept else { return domain }
            let hash = (UInt64(domain) &* 0x9e37_79b9_7f4a_7c15) >> 32
            return UInt32(kept) + UInt32(hash % UInt64(max(1, buckets)))
        }
    }

    /// Folds a part and writes it.
    static func shard(
        rows: Int, domains: Int, hashing: Hashing, seed: UInt64, campaigns: Int, multiOnly: Bool, to path: String
    ) throws -> String {
        var generator = CampaignGenerator(columns: domains, campaigns: campaigns, seed: 42, stream: seed)
        let base = ProcessCosts.now()
        let start = ContinuousClock.now
        var folder = RowFolder(columnCount: hashing.width)
        let ones = [Float](repeating: 1, count: domains)
        var row: [UInt32] = []
        var columns: [UInt32] = []
        var values: [Float] = []
        var clustered = 0
        for _ in 0..<rows {
            generator.next(into: &row)
            // A sender to one domain says nothing of which belong together: it forms no cluster.
            guard !multiOnly || row.count > 1 else { continue }
            clustered += 1
            if hashing.kept >= domains {
                _ = folder.appendUnit(row[...], ones.prefix(row.count))
                continue
            }
            columns.removeAll(keepingCapacity: true)
            values.removeAll(keepingCapacity: true)
            for domain in row { insert(hashing.column(domain), into: &columns, &values) }
            _ = folder.appendUnit(columns[...], values[...])
        }
        let matrix = folder.finished()
        let folding = ContinuousClock.now - start
        try write(matrix, to: path)
        let costs = ProcessCosts.now()
        return "shard rows=\(rows) clustered=\(clustered) folded=\(matrix.rowCount) cells=\(matrix.nonzeroCount) "
            + "fold_s=\(decimal(folding / .seconds(1), 2)) cpu_s=\(decimal(ProcessCosts.processorSeconds(), 2)) "
            + "peak_mb=\(decimal(Double(costs.peak - base.resident) / 1_048_576, 1))"
    }

    private static func insert(_ column: UInt32, into columns: inout [UInt32], _ values: inout [Float]) {
        var place = columns.count
        while place > 0, columns[place - 1] > column { place -= 1 }
        if place > 0, columns[place - 1] == column {
            values[place - 1] += 1
            return
        }
        columns.insert(column, at: place)
        values.insert(1, at: place)
    }

    /// Puts parts together and divides them.
    static func merge(_ paths: [String], width: Int, leaves: Int, threads: Int, share: Double, tolerance: Double) throws
        -> String
    {
        MemoryPolicy.returnLargeBlocks()
        let chain = SparseMatrix(columnCount: 4, rows: (0..<3).map { [($0, 1), ($0 + 1, 1)] })
        _ = try Divide.tree(of: chain.withUnitRows())
        let base = ProcessCosts.now()
        let start = ContinuousClock.now
        let matrix = try folded(paths, width: width)
        let reading = ContinuousClock.now - start
        let (rows, cells, bytes, weight) = (matrix.rowCount, matrix.nonzeroCount, matrix.byteCount, matrix.totalWeight)
        let reader = ProcessCosts.now().peak - base.resident
        ProcessCosts.resetPeak()
        let (begin, processor) = (ContinuousClock.now, ProcessCosts.processorSeconds())
        let tree = try Divide.tree(
            of: consume matrix,
            options: DivideOptions(
                maximumLeaves: leaves, minimumShare: share, maximumThreads: threads,
                solver: SpectraSolver(tolerance: tolerance)))
        let divide = ContinuousClock.now - begin
        let spent = ProcessCosts.processorSeconds() - processor
        let partition = Merge.relaxedCorrelation(tree)
        let costs = ProcessCosts.now()
        let peak = costs.peak - base.resident - (costs.ofFiles - base.ofFiles)
        return "merge weight=\(Int(weight)) folded=\(rows) cells=\(cells) read_s=\(decimal(reading / .seconds(1), 2)) "
            + "divide_s=\(decimal(divide / .seconds(1), 2)) divide_cpu_s=\(decimal(spent, 2)) "
            + "clusters=\(partition.clusters.count) leaves=\(tree.leaves.count) "
            + "folded_mb=\(decimal(Double(bytes) / 1_048_576, 1)) "
            + "read_peak_mb=\(decimal(Double(reader) / 1_048_576, 1)) peak_mb=\(decimal(Double(peak) / 1_048_576, 1)) "
            + "peak_over_folded=\(decimal(Double(peak) / Double(bytes), 2))"
    }

    /// The parts as one matrix; in a function of its own, so that nothing else holds on to the rows.
    private static func folded(_ paths: [String], width: Int) throws -> SparseMatrix {
        var folder = RowFolder(columnCount: width)
        for path in paths { try read(path, into: &folder) }
        return folder.finished()
    }

    // Per row: number of cells, weight, columns, values; 32 bits each, in the machine's order.

    private static func write(_ matrix: SparseMatrix, to path: String) throws {
        guard let file = fopen(path, "w") else { throw TextFile.Failure(description: "\(path): cannot be written") }
        defer { fclose(file) }
        var buffer: [UInt32] = []
        func flush() { _ = fwrite(buffer, 4, buffer.count, file) }
        for index in 0..<matrix.rowCount {
            let (columns, values) = matrix.storedRow(index)
            buffer.append(UInt32(columns.count))
            buffer.append(UInt32(clamping: Int(matrix.weights[index])))
            buffer += columns
            for value in values { buffer.append(value.bitPattern) }
            if buffer.count > 1 << 16 {
                flush()
                buffer.removeAll(keepingCapacity: true)
            }
        }
        flush()
    }

    private static func read(_ path: String, into folder: inout RowFolder) throws {
        guard let file = fopen(path, "r") else { throw TextFile.Failure(description: "\(path): cannot be read") }
        defer { fclose(file) }
        setvbuf(file, nil, _IOFBF, 1 << 20)
        var head: [UInt32] = [0, 0]
        var words = [UInt32](repeating: 0, count: 4_096)
        var values: [Float] = []
        while fread(&head, 4, 2, file) == 2 {
            let count = Int(head[0])
            guard count * 2 <= words.count, fread(&words, 4, count * 2, file) == count * 2 else {
                throw TextFile.Failure(description: "\(path): is cut off")
            }
            values.removeAll(keepingCapacity: true)
            for word in words[count..<(2 * count)] { values.append(Float(bitPattern: word)) }
            _ = folder.appendUnit(words[..<count], values[...], weight: Double(head[1]))
        }
    }
}
