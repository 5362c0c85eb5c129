import ArgumentParser
import SMTP
import SpamTracker
import Terminal

/// `argot senders clusters`
struct SendersClustersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clusters", abstract: "Lists the spam clusters of a model.")

    @OptionGroup var model: SendersModelOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    private struct Row: Encodable {
        let cluster: Int
        let senders: Int
        let skew: Double
        let domains: [String: Double]
    }

    func run() throws {
        let model = try model.load()
        let clusters = model.clusters.enumerated()
        if json {
            try Output.json(
                clusters.map { number, cluster in
                    Row(
                        cluster: number, senders: cluster.senderCount, skew: cluster.skew,
                        domains: Dictionary(
                            cluster.profile.map { (model.table.name(of: $0.domain), $0.share) }, uniquingKeysWith: +))
                })
            return
        }
        guard !model.clusters.isEmpty else {
            print("no clusters: the last window contained no similar spam senders to two or more domains")
            return
        }
        Output.table(
            ["CLUSTER", "SENDERS", "DOMAINS", "SKEW", "MOST MAIL GOES TO"],
            clusters.map { number, cluster in
                let top = cluster.profile.prefix(5).map {
                    "\(SendersText.name(model.table.name(of: $0.domain))) \(FigureText.percent($0.share))"
                }
                return [
                    "\(number)", "\(cluster.senderCount)", "\(cluster.domains.count)",
                    FigureText.number(cluster.skew, digits: 2), top.joined(separator: ", "),
                ]
            })
    }
}
