import Spectral

/// The commands of the benchmark.
enum ClusteringBenchmark {
    static func run(_ arguments: [String]) throws {
        var options: [String: String] = [:]
        for index in stride(from: 0, to: arguments.count - 1, by: 2) { options[arguments[index]] = arguments[index + 1] }
        func number(_ key: String, _ fallback: Int) -> Int { options[key].flatMap { Int($0) } ?? fallback }
        let measurement = try Measurement(
            rows: number("--rows", 100_000), columns: number("--columns", 115), campaigns: number("--campaigns", 0),
            leaves: number("--leaves", 64), threads: number("--threads", 2), keptColumns: number("--keep-columns", 0),
            share: Double(options["--share"] ?? "0") ?? 0)
        print(measurement.line)
    }
}
