import Glibc

/// The commands of the benchmark.
enum ClusteringBenchmark {
    struct UsageError: Error, CustomStringConvertible {
        let description: String
    }

    static let usage = """
        usage: clustering-benchmark measure [--rows N] [--columns D] [--leaves K] [--threads T] [--campaigns C]
                                            [--keep-columns N] [--share S] [--basis B]
                   one size in this process; prints name=value, a line
               clustering-benchmark report FILE [--plots DIR]
                   lines of `measure` as a Markdown table, and as growth curves in DIR
               clustering-benchmark shard FILE [--rows N] [--columns D] [--keep-columns N] [--buckets N] [--stream S]
                                              [--campaigns C] [--all 1]
                   folds the senders of one part into FILE; only those to several domains, unless --all is given
               clustering-benchmark merge FILE... [--keep-columns N] [--buckets N] [--leaves K] [--threads T] [--share S]
                                              [--tolerance T]
                   puts the parts together and divides them
               clustering-benchmark quality [--rows N] [--columns D] [--keep-columns N] [--buckets N] [--stream S]
                                            [--campaigns C] [--leaves K] [--threads T] [--share S]
                                            [--tolerance T]
                   how well clusters show planted campaigns; without hashing if all columns are kept
               clustering-benchmark kernels [--rows N] [--columns D]
                   the product with the rows in C++ and in Swift
        """

    static func run(_ arguments: [String]) throws {
        guard let command = arguments.first else { throw UsageError(description: usage) }
        var operands: [String] = []
        var options: [String: String] = [:]
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            if argument.hasPrefix("--") {
                guard let value = rest.popFirst() else { throw UsageError(description: "\(argument) needs a value") }
                options[argument] = value
            } else {
                operands.append(argument)
            }
        }
        func number<Value: LosslessStringConvertible>(_ name: String, _ fallback: Value) throws -> Value {
            guard let text = options[name] else { return fallback }
            guard let value = Value(text) else { throw UsageError(description: "\(name): not a number: \(text)") }
            return value
        }

        switch command {
        case "measure":
            let problem = Problem(
                rows: try number("--rows", 1_000_000), columns: try number("--columns", 1_000),
                campaigns: try number("--campaigns", 0), leaves: try number("--leaves", 64),
                threads: try number("--threads", 2), keptColumns: try number("--keep-columns", 0),
                share: try number("--share", 0), basis: try number("--basis", 0))
            print(try Measurement(of: problem).line)
        case "report":
            guard let path = operands.first else { throw UsageError(description: usage) }
            let report = Report(lines: try TextFile.lines(of: path))
            print(report.table)
            if let directory = options["--plots"] { try report.draw(in: directory) }
        case "shard":
            guard let path = operands.first else { throw UsageError(description: usage) }
            let domains = try number("--columns", 10_000)
            print(
                try ShardedSenders.shard(
                    rows: try number("--rows", 1_000_000), domains: domains,
                    hashing: .init(kept: try number("--keep-columns", 1_024), buckets: try number("--buckets", 1_024)),
                    seed: try number("--stream", 1), campaigns: try number("--campaigns", max(24, domains / 5)),
                    multiOnly: try number("--all", 0) == 0, to: path))
        case "merge":
            let width = try number("--keep-columns", 1_024) + number("--buckets", 1_024)
            print(
                try ShardedSenders.merge(
                    operands, width: width, leaves: try number("--leaves", 64), threads: try number("--threads", 2),
                    share: try number("--share", 0.01), tolerance: try number("--tolerance", 1e-3)))
        case "quality":
            let domains = try number("--columns", 10_000)
            print(
                try PlantedCampaigns.quality(
                    rows: try number("--rows", 1_000_000), domains: domains,
                    hashing: .init(kept: try number("--keep-columns", 256), buckets: try number("--buckets", 256)),
                    campaigns: try number("--campaigns", max(24, domains / 5)), leaves: try number("--leaves", 64),
                    threads: try number("--threads", 2), share: try number("--share", 0.01),
                    seed: try number("--stream", 1), tolerance: try number("--tolerance", 1e-3)))
        case "kernels":
            KernelComparison.run(rows: try number("--rows", 1_000_000), columns: try number("--columns", 1_000))
        default:
            throw UsageError(description: usage)
        }
    }
}

/// What one run is to do.
struct Problem {
    var rows: Int
    var columns: Int
    /// How many campaigns the senders belong to; 0 for one in five columns, at least 24.
    var campaigns: Int
    var leaves: Int
    var threads: Int
    /// How many columns stay as they are, the others being hashed into 1,024 buckets; 0 for all.
    var keptColumns: Int
    /// The share of the weight that a cut must leave on either side.
    var share: Double
    /// How many vectors the Lanczos basis holds; 0 for the default.
    var basis: Int
}
