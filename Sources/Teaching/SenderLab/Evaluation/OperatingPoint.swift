/// A threshold that passes at most a given share of honest senders, over all windows together.
public struct OperatingPoint: Sendable {
    /// The share of honest senders that may be flagged.
    public let falsePositiveRate: Double

    /// Flagged is who scores above it.
    public let threshold: Double

    /// The share of spam senders flagged.
    public let recall: Double

    /// The share of honest senders flagged, which ties may hold below the rate allowed.
    public let honestFlagged: Double

    /// How many times likelier a spam sender is flagged than an honest one. With no honest sender flagged it is taken as
    /// if half a one were, so it is a lower bound on what so few honest senders can show.
    public let lift: Double

    /// `nil` unless there are senders of both kinds.
    init?(spam: [Double], honest: [Double], falsePositiveRate: Double) {
        guard !spam.isEmpty, !honest.isEmpty else { return nil }
        let descending = honest.sorted(by: >)
        let allowed = Int(falsePositiveRate * Double(honest.count))
        let threshold = allowed < descending.count ? descending[allowed] : -.infinity
        let hits = Double(spam.count { $0 > threshold })
        let errors = Double(honest.count { $0 > threshold })
        self.falsePositiveRate = falsePositiveRate
        self.threshold = threshold
        recall = hits / Double(spam.count)
        honestFlagged = errors / Double(honest.count)
        lift = recall / (max(errors, 0.5) / Double(honest.count))
    }
}
