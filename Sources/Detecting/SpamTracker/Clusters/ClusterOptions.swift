/// How spam senders are clustered.
public struct ClusterOptions: Hashable, Sendable {
    /// Whether counts enter as log(1 + count), so that volume does not dominate the choice of targets.
    public var usesLogarithm: Bool

    /// Whether only senders to two or more domains form clusters. A sender to one domain says nothing of which domains
    /// belong together.
    public var multiDomainOnly: Bool

    /// Leaves of the tree of cuts, at most.
    public var maximumLeaves: Int

    /// A cut of a higher conductance is not taken (0...1).
    public var maximumConductance: Double

    /// How the leaves of the tree are merged.
    public enum Merging: Hashable, Sendable {
        /// By relaxed correlation clustering, which finds the number of clusters itself.
        case correlation

        /// To at most so many clusters of least squared distance.
        case kMeans(Int)
    }

    /// How the leaves of the tree are merged.
    public var merging = Merging.correlation

    /// Weight of dissimilar senders in one cluster, in the relaxed correlation clustering.
    public var alpha: Double

    /// Weight of similar senders in different clusters.
    public var beta: Double

    /// Skew filter: a cluster whose average vector has more than this share in one domain takes no part in `paper`
    /// scores. 1 keeps all clusters, as published.
    public var maximumSkew: Double

    /// Clusters of fewer senders are no fingerprint.
    public var minimumSenders: Int

    /// Past so many domains the rarest share columns by a hash, and cuts must leave 1 % of the weight on either side.
    /// The fingerprints keep all domains. At least 2.
    public var widestMatrix = 8_192

    /// Whether the cutting is done at the lowest priority, for work beside a running mail server.
    public var isInBackground = false

    /// Threads. The result does not depend on it.
    public var maximumThreads: Int

    /// Options; the defaults are those of the `contrast` mode.
    public init(
        usesLogarithm: Bool = true, multiDomainOnly: Bool = true, maximumLeaves: Int = 64,
        maximumConductance: Double = 0.5, alpha: Double = 0.2, beta: Double = 0.8, maximumSkew: Double = 1,
        minimumSenders: Int = 2, maximumThreads: Int = 2
    ) {
        self.usesLogarithm = usesLogarithm
        self.multiDomainOnly = multiDomainOnly
        self.maximumLeaves = maximumLeaves
        self.maximumConductance = maximumConductance
        self.alpha = alpha
        self.beta = beta
        self.maximumSkew = maximumSkew
        self.minimumSenders = minimumSenders
        self.maximumThreads = maximumThreads
    }

    /// The published method: raw counts, all spam senders, all clusters.
    public static var paper: ClusterOptions {
        ClusterOptions(usesLogarithm: false, multiDomainOnly: false, minimumSenders: 1)
    }
}
