import Configuration
import Keeping
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
    /// Whether the window is adapted to the traffic.
    var adaptsWindow: Bool
    /// Where the learned model is kept.
    let modelFile: String
    /// Where that is kept of it which is not learned again.
    let baseFile: String
    /// How many seconds the matrix reaches back.
    var lifetime: Int64 { options.lifetime }

    /// The steering of an adaptive window: it begins with the one that is configured and stays between a quarter of it
    /// and four times that, as far as the matrix reaches; a step is as long as the shortest. `nil` for a fixed window.
    var steering: WindowSteering? {
        guard adaptsWindow else { return nil }
        let shortest = max(window / 4, 1)
        let limits = AdaptiveWindow.Limits(shortest: shortest, longest: max(window, min(window * 4, lifetime)))
        return WindowSteering(window: AdaptiveWindow(length: window, limits: limits), stepSeconds: shortest)
    }

    init(_ configuration: Configuration) {
        window = configuration.senderWindow
        interval = configuration.senderInterval
        trustedDomains = Set(configuration.senderTrustedDomains)
        learnsFromDialects = configuration.sendersLearnFromDialects
        adaptsWindow = configuration.senderAdaptiveWindow
        modelFile = configuration.files.senderModel
        baseFile = configuration.files.senderBase
        var clustering = ClusterOptions(maximumThreads: 1)
        clustering.isInBackground = true
        let slot = SenderCounter.slotSeconds(period: configuration.senderPeriod)
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
        adaptsWindow = configuration.senderAdaptiveWindow
    }
}
