public import SpamTracker

/// What all servers of a group must have alike, so that they make the same snapshots of the same submissions.
public struct GroupOptions: Hashable, Sendable {
    /// The past is learned in periods of this many seconds.
    public var period: Int64 = 86_400

    /// How far back is learned, in seconds.
    public var retention: Int64 = 28 * 86_400

    /// How far back the rows reach by which senders are judged, in seconds.
    public var window: Int64 = 86_400

    /// Snapshots are of times that are multiples of this many seconds.
    public var interval: Int64 = 900

    /// How many senders, or sites, whatever is published is at least of.
    public var anonymity = 3

    /// The largest share of what is learned that one site may have, measured against what all others bring.
    public var share = 0.2

    /// How likely a sender must be to send spam to be listed.
    public var listedFrom = 0.5

    /// How spam senders are clustered.
    public var clustering = ClusterOptions()

    /// The defaults.
    public init() {}

    /// A number that tells settings apart.
    var fingerprint: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in [
            UInt64(bitPattern: period), UInt64(bitPattern: retention), UInt64(bitPattern: window),
            UInt64(bitPattern: interval), UInt64(bitPattern: Int64(anonymity)), share.bitPattern,
            listedFrom.bitPattern, UInt64(bitPattern: Int64(clustering.maximumLeaves)),
        ] {
            hash = (hash ^ part) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 32
        }
        return hash
    }
}
