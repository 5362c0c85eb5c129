/// What one time step reveals about the window: how much of its mail the clusters flag, and how much comes from senders
/// that are known to send spam from elsewhere (traps, blocklists, the administrator), which no window changes.
public struct WindowSignal: Hashable, Sendable {
    /// The cosine of a sender's row with a cluster from which its mails are flagged.
    public static let threshold = 0.5

    /// Mails in the step.
    public let mails: UInt64

    /// The share of them whose sender's row is like a cluster.
    public let flaggedShare: Double

    /// The share of them from senders labelled spam; `nil` when nobody has a label, and there is no such signal.
    public let labelledShare: Double?

    /// - Parameters:
    ///   - step: The step's rows.
    ///   - window: The rows of the window that ends with the step.
    ///   - clusters: Clusters made before the step.
    public init(step: SenderRows, window: SenderRows, clusters: [SpamCluster]) {
        let score = PaperScore(clusters, form: .logUnit)
        var (all, flagged, labelled): (UInt64, UInt64, UInt64) = (0, 0, 0)
        for index in 0..<step.count {
            let mails = step.row(index).mailCount
            all += mails
            if step.labels[index] == .spam { labelled += mails }
            guard let place = window.index(of: step.senders[index]) else { continue }
            if score.score(window.row(place)) >= Self.threshold { flagged += mails }
        }
        mails = all
        flaggedShare = all > 0 ? Double(flagged) / Double(all) : 0
        labelledShare = all > 0 && step.labels.contains { $0 != nil } ? Double(labelled) / Double(all) : nil
    }
}
