import Configuration
import SpamTracker

/// What the administrator decides about the senders' scores.
struct SenderSettings: Sendable {
    /// How many seconds the rows that are judged reach back.
    var window: Int64
    /// How many seconds lie between two clusterings.
    var interval: Int64
    /// The only recipient domains that may shape clusters; all when empty.
    var trustedDomains: Set<String>
    /// Whether a bot's dialect labels a sender.
    var learnsFromDialects: Bool
    /// Sizes of matrix and slots.
    let options: SenderTracker.Options
    /// Where the learned model is kept.
    let modelFile: String
    /// How many seconds the matrix reaches back.
    var lifetime: Int64 { options.limits.slotSeconds * Int64(options.limits.slotCount) }

    init(_ configuration: Configuration) {
        window = configuration.senderWindow
        interval = configuration.senderInterval
        trustedDomains = Set(configuration.senderTrustedDomains)
        learnsFromDialects = configuration.sendersLearnFromDialects
        modelFile = configuration.dataDirectory + "/senders.model"
        var clustering = ClusterOptions(maximumThreads: 1)
        clustering.isInBackground = true
        let slot = max(1, min(900, configuration.senderPeriod / 4))
        let slots = Int(min(4_096, max(2, configuration.senderRetention / slot)))
        options = SenderTracker.Options(
            limits: MatrixLimits(slotSeconds: slot, slotCount: slots, maximumCells: configuration.senderCells),
            prefixes: SenderPrefixes(
                ipv4: configuration.senderIPv4PrefixLength, ipv6: configuration.senderIPv6PrefixLength),
            clustering: clustering, periodSeconds: configuration.senderPeriod)
    }

    /// Takes what may change while the daemon runs.
    mutating func update(_ configuration: Configuration) {
        window = configuration.senderWindow
        interval = configuration.senderInterval
        trustedDomains = Set(configuration.senderTrustedDomains)
        learnsFromDialects = configuration.sendersLearnFromDialects
    }
}
