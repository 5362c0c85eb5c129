import Glibc

do {
    try ClusteringBenchmark.run(Array(CommandLine.arguments.dropFirst()))
} catch {
    let message = Array("clustering-benchmark: \(error)\n".utf8)
    write(STDERR_FILENO, message, message.count)
    exit(1)
}
