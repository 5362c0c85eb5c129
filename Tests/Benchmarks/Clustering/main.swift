try ClusteringBenchmark.run(Array(CommandLine.arguments.dropFirst()))
