// Several argotds of one site, mail in motion, and what can happen to the network and the Redis between them. Prints Markdown:
// messages lost, retries that were put off although the delay was over, seconds until all know the same.
//
//   sharing-lab [--messages N] [--servers N] [--threads N]     a Redis that Sentinels watch is killed, hangs, is emptied
//   sharing-lab --partition SECONDS [--rate CLIENTS]           the network falls apart
import Foundation

let arguments = CommandLine.arguments
func option(_ name: String) -> Int? {
    arguments.firstIndex(of: name).flatMap { $0 + 1 < arguments.count ? Int(arguments[$0 + 1]) : nil }
}
let seed = UInt64(option("--seed") ?? 1)
let isWell: Bool
if let seconds = option("--partition") {
    isWell = try Partition.run(seconds: max(30, seconds), rate: Double(max(1, option("--rate") ?? 2)), seed: seed)
} else {
    isWell = try Disturbance.run(
        messages: option("--messages") ?? 10_000, servers: option("--servers") ?? 5, threads: option("--threads") ?? 16,
        seed: seed)
}
exit(isWell ? 0 : 1)
