public import SpamTracker

/// How a trace is evaluated.
public struct EvaluationOptions: Sendable {
    /// Length of a window in seconds.
    public var windowSeconds: Int64

    /// How the model learns.
    public var settings: ModelSettings

    /// How the contrast's clusters are made.
    public var clustering: ClusterOptions

    /// Resamplings of the days for the intervals; 0 for none.
    public var replicates: Int

    /// The seed of the resampling.
    public var seed: UInt64

    /// A blocklist is simulated that lists a spam sender so many seconds after its first mail of a window.
    public var listingDelay: Int64

    /// Options.
    public init(
        windowSeconds: Int64 = 2 * 86_400, settings: ModelSettings = ModelSettings(),
        clustering: ClusterOptions = ClusterOptions(), replicates: Int = 1_000, seed: UInt64 = 1,
        listingDelay: Int64 = 6 * 3_600
    ) {
        self.windowSeconds = windowSeconds
        self.settings = settings
        self.clustering = clustering
        self.replicates = replicates
        self.seed = seed
        self.listingDelay = listingDelay
    }
}
